"""The addresses of signing in. Names with an underscore are those by which django-allauth looks them up.

What django-allauth has besides (making accounts, e-mail, resetting passwords, connecting accounts) has no address.
"""

from django.urls import path

from joinedup.web.signing_in import confirming, entering, own
from joinedup.web.signing_in.access import open_to_all, own_account, own_account_anew

sign_in = open_to_all(entering.SignIn.as_view())

urlpatterns = [
    path("sign-in", sign_in, name="sign-in"),
    path("sign-in", sign_in, name="account_login"),
    path("sign-in/second-step", open_to_all(entering.SecondStep.as_view()), name="mfa_authenticate"),
    path("sign-in/with/<slug:provider_id>", open_to_all(entering.sign_in_with), name="organisation_login"),
    path(
        "sign-in/with/<slug:provider_id>/back",
        open_to_all(entering.sign_in_back),
        name="organisation_callback",
    ),
    path("sign-out", open_to_all(entering.SignOut.as_view()), name="sign-out"),
    path("session/left", own_account(own.session_left, is_no_activity=True), name="session-left"),
    path("session/stay", own_account(own.session_stay), name="session-stay"),
    path("account", own_account(own.account), name="account"),
    path("account", own_account(own.account), name="mfa_index"),
    path("account/password", own_account(own.change_password), name="change-password"),
    path(
        "account/confirm", own_account(confirming.ConfirmByPassword.as_view()), name="account_reauthenticate"
    ),
    path("account/confirm/code", own_account(confirming.ConfirmByCode.as_view()), name="mfa_reauthenticate"),
    path(
        "account/confirm/passkey",
        own_account(confirming.ConfirmByPasskey.as_view()),
        name="mfa_reauthenticate_webauthn",
    ),
    path("account/app", own_account_anew(own.SetUpApp.as_view()), name="mfa_activate_totp"),
    path("account/app/remove", own_account_anew(own.RemoveApp.as_view()), name="mfa_deactivate_totp"),
    path("account/passkeys/add", own_account_anew(own.AddPasskey.as_view()), name="mfa_add_webauthn"),
    path(
        "account/passkeys/<int:pk>/remove",
        own_account_anew(own.RemovePasskey.as_view()),
        name="mfa_remove_webauthn",
    ),
    path(
        "account/recovery-codes",
        own_account_anew(own.RecoveryCodes.as_view()),
        name="mfa_view_recovery_codes",
    ),
    path(
        "account/recovery-codes/new",
        own_account_anew(own.NewRecoveryCodes.as_view()),
        name="mfa_generate_recovery_codes",
    ),
]
