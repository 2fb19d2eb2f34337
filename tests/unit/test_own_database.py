"""The tests work in a folder and a database of their own, never in those of whoever runs them."""

from pathlib import Path

from django.conf import settings


def test_data_and_database_are_those_of_this_run(pytestconfig):
    own = Path(pytestconfig.joinedup_folder)
    assert own in settings.DATA.root.parents
    assert own in Path(settings.DATABASES["default"]["HOST"]).parents
