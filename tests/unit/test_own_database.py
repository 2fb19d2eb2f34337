"""The tests work in a folder and a database of their own, never in those of whoever runs them."""

from pathlib import Path

from django.conf import settings


def test_data_and_database_are_those_of_this_run(own_folder):
    assert own_folder in settings.DATA.root.parents
    assert own_folder in Path(settings.DATABASES["default"]["HOST"]).parents
