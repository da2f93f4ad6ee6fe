"""Databases of tests that commit: cloned from a template after each, instead of emptied table by table, so that what
the migrations wrote is there for every test. A pytest plugin."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from pytest_django.plugin import DjangoDbBlocker


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """After the migrations the test database is kept as a template, unless it was cloned from one itself."""
    name, given = connection.settings_dict["NAME"], settings.TEST_TEMPLATE
    template = given or f"{name}_template"
    if not given:
        with django_db_blocker.unblock():
            _clone(name, template)
    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _test: _clone(template, name))
    yield
    patch.undo()
    if not given:
        with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{template}" WITH (FORCE)')


def _clone(source: str, target: str) -> None:
    connection.close()
    with connection._nodb_cursor() as cursor:
        # A busy disk must not leave the tests after this one without a database.
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}" STRATEGY file_copy')
