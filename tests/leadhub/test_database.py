"""The database engine: moments come as Django would give them; a database between two ways of making it is told so."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.core.management.commands.migrate import Command as Migrate
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from leads.models import Lead
from tests import factories

MOMENT = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize("said", ["2026-03-29 01:30:00.123456+00", "2026-03-29 03:30:00.123456+02"])
def test_a_moment_is_read_in_utc_whatever_zone_it_was_written_in(db: None, said: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [said])
        found = cursor.fetchone()[0]
    assert (found, found.tzinfo, found.utcoffset()) == (MOMENT, UTC, timedelta(0))


@pytest.mark.django_db(transaction=True)
def test_rows_that_are_streamed_have_the_same_moments() -> None:
    """Through a cursor of the server, within a transaction and without one."""
    lead = factories.make_lead()
    Lead.objects.filter(pk=lead.pk).update(created_at=MOMENT)
    streamed = Lead.objects.values_list("created_at", flat=True).iterator(chunk_size=1)
    assert [(found, found.tzinfo) for found in streamed] == [(MOMENT, UTC)]


def test_a_migration_of_many_rows_takes_the_time_it_needs_and_nothing_after_it_does(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits: list[str] = []
    monkeypatch.setattr(Migrate, "handle", lambda self, **options: limits.append(_limit()))
    before = _limit()
    call_command("migrate", verbosity=0)
    assert (limits, _limit()) == (["0"], before)
    assert before != "0"


def _limit() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        found = cursor.fetchone()[0]
    assert isinstance(found, str)
    return found


def test_a_database_made_halfway_by_the_old_migrations_is_told_the_way_out(db: None) -> None:
    recorder = MigrationRecorder(connection)
    made = recorder.migration_qs.filter(app="leads").exclude(name="0001_tables").order_by("pk")
    recorder.record_unapplied("leads", "0001_tables")
    made.get(name="0021_somebody_elses_events").delete()
    with pytest.raises(CommandError, match=r"made by an earlier leadhub.*8202492"):
        call_command("migrate", verbosity=0)
