"""Django's entry for the app."""

from django.apps import AppConfig


class ReceivingConfig(AppConfig):
    """Extracts as they are received."""

    name = "joinedup.exchange.receiving"
    label = "receiving"
