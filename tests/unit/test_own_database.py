"""The tests work in a folder and a database of their own, never in those of whoever runs them."""

from pathlib import Path

from django.conf import settings


def test_data_and_database_are_those_of_this_run(own_folder, run_folder):
    assert own_folder == settings.DATA.root.parent
    assert run_folder in (own_folder, own_folder.parent)
    assert run_folder in Path(settings.DATABASES["default"]["HOST"]).parents
