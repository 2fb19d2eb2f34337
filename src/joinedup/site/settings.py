"""Django settings. Everything that differs between installations comes from the environment.

`JOINEDUP_DATABASE_URL` PostgreSQL 15 or later; `JOINEDUP_DATA` the data folder; `JOINEDUP_HOSTS` the host names
that may be asked for, separated by commas; `JOINEDUP_HTTPS=1` behind a TLS proxy; `JOINEDUP_SECOND_FACTOR` required
or optional; `JOINEDUP_IDLE_MINUTES` how long a session may rest. Providers that organisations sign in with are in
`providers.yaml` in the data folder.
"""

import os

from joinedup.site.assets import find_assets
from joinedup.site.folders import data_folder
from joinedup.site.postgres import database_url, django_database
from joinedup.site.providers import allauth_apps, read_providers
from joinedup.site.sign_in_policy import idle_seconds, second_factor_is_required

DATA = data_folder()
DATA.make()
SECRET_KEY = os.environ.get("JOINEDUP_SECRET_KEY") or DATA.secret("django")
DEBUG = False
NATION = DATA.nation
INSIGHT_FOLDER = DATA.insight
EXPORT_FOLDER = DATA.root / "exports"
ALLOWED_HOSTS = [host for host in os.environ.get("JOINEDUP_HOSTS", "").split(",") if host] or [
    "127.0.0.1",
    "localhost",
    "[::1]",
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "joinedup.care.partnership",
    "joinedup.care.access",
    "joinedup.care.people",
    "joinedup.care.record",
    "joinedup.care.outbound",
    "joinedup.care.discharge",
    "joinedup.exchange.receiving",
    "joinedup.web",
    "joinedup.web.signing_in",
]
AUTH_USER_MODEL = "access.User"
DATABASES = {"default": django_database(database_url(DATA))}
# In the database, so that several web processes share it: codes that were used, and what waits for a second step.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "access_shared_cache"}
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "joinedup.web.middleware.SafeAnswersMiddleware",
    "joinedup.web.middleware.LivingConnectionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "joinedup.web.signing_in.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "joinedup.web.middleware.ActorMiddleware",
]
ROOT_URLCONF = "joinedup.site.urls"
WSGI_APPLICATION = "joinedup.site.wsgi.application"
CSRF_FAILURE_VIEW = "joinedup.web.errors.csrf_failure"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "my-day"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "NAME": "pages",
        "DIRS": [],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "joinedup.web.jinja.environment"},
    },
]

_assets = find_assets()
STATIC_URL = "/static/"
STATICFILES_DIRS = [_assets] if _assets else []
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

SECOND_FACTOR_REQUIRED = second_factor_is_required()
# TOTP secrets and recovery codes are kept encrypted with this; without it everyone sets up a second step anew.
SECOND_FACTOR_KEY = os.environ.get("JOINEDUP_SECOND_FACTOR_KEY") or DATA.secret("second-factor")
ACCOUNT_ADAPTER = "joinedup.web.signing_in.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_SESSION_REMEMBER = False
# Limits are ours (`care.access.tries`): they grow, know how long is left, and hold across processes.
ACCOUNT_RATE_LIMITS = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
MFA_ADAPTER = "joinedup.web.signing_in.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_RATE_LIMITS = False
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "joinedup"
# Clocks of telephones drift: the code before and the one after are accepted, each once.
MFA_TOTP_TOLERANCE = 1
SOCIALACCOUNT_ADAPTER = "joinedup.web.signing_in.adapters.ProviderAdapter"
SOCIALACCOUNT_PROVIDERS = {"organisation": {"APPS": allauth_apps(read_providers(DATA.root))}}
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
# A form that leads to another site is against our content security policy; a link is not.
SOCIALACCOUNT_LOGIN_ON_GET = True

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = False

HTTPS = os.environ.get("JOINEDUP_HTTPS") == "1"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_LONGEST_SECONDS = 8 * 60 * 60
SESSION_IDLE_SECONDS = idle_seconds()
# Kept a little longer than it lasts, so that whoever comes back too late is told so.
SESSION_COOKIE_AGE = SESSION_LONGEST_SECONDS + SESSION_IDLE_SECONDS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"outages": {"()": "joinedup.care.outages.WithoutTrace"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["outages"]}},
    "loggers": {"django": {"handlers": ["console"], "level": "WARNING"}},
}
