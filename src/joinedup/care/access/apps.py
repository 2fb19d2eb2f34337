"""Django's entry for the app."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Users, actors, relationships, audit."""

    name = "joinedup.care.access"
    label = "access"
