"""Django's entry for the app."""

from django.apps import AppConfig


class RecordConfig(AppConfig):
    """Resources and their entries."""

    name = "joinedup.care.record"
    label = "record"
