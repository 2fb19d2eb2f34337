"""Django's entry for the app. django-allauth looks for `provider` in every app."""

from django.apps import AppConfig


class SigningInConfig(AppConfig):
    """Signing in."""

    name = "joinedup.web.signing_in"
    label = "signing_in"
