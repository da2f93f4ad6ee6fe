"""After a large import PostgreSQL knows what the tables hold now."""

import pytest
from django.db import connection

from accounts.models import User
from leads import migrated
from leads.importing import statistics
from leads.models import Lead
from tests import factories
from tests.leads.importing import samples
from tests.leads.importing.making import run, upload

pytestmark = pytest.mark.django_db


def known() -> int:
    """For how many leads the planner plans."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::int FROM pg_class WHERE relname = 'leads_lead'")
        count: int = cursor.fetchone()[0]
    return count


@pytest.mark.parametrize(("many", "done"), [(2, True), (3, False)])
def test_only_a_large_import_has_its_tables_looked_at(
    marketer: User, monkeypatch: pytest.MonkeyPatch, many: int, done: bool
) -> None:
    monkeypatch.setattr(statistics, "MANY", many)
    before = known()
    run(upload(samples.PLAIN, marketer))
    assert Lead.objects.count() == 2
    assert known() == (2 if done else before)


def test_after_a_migration_the_tables_are_looked_at() -> None:
    factories.make_lead()
    before = known()
    migrated.gather_statistics(plan=[])
    assert known() == before
    migrated.gather_statistics(plan=["0001"])
    assert known() == 1
