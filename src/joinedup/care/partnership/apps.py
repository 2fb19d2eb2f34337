"""Django's entry for the app."""

from django.apps import AppConfig


class PartnershipConfig(AppConfig):
    """Organisations, areas, partnerships."""

    name = "joinedup.care.partnership"
    label = "partnership"
