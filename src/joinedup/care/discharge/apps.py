"""Django's entry for the app."""

from django.apps import AppConfig


class DischargeConfig(AppConfig):
    """Stays."""

    name = "joinedup.care.discharge"
    label = "discharge"
