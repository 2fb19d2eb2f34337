"""Django's entry for the app."""

from django.apps import AppConfig


class OutboundConfig(AppConfig):
    """Exports, subscriptions, notices."""

    name = "joinedup.care.outbound"
    label = "outbound"
