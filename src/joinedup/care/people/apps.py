"""Django's entry for the app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """People, identifiers, carers."""

    name = "joinedup.care.people"
    label = "people"
