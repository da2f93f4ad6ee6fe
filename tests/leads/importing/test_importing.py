"""Imports through the rooms: staged, run in pieces; each row has an outcome, and counts add up."""

import os
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DataError

from accounts.models import User
from leadhub import invariants, pipeline
from leads.identity import joining
from leads.importing import advance, leases, running, staging
from leads.models import Import, JournalEntry, Lead
from tests import factories
from tests.leads.importing import samples
from tests.leads.importing.making import counts, reasons, run, start, upload, work

pytestmark = pytest.mark.django_db


def test_rows_become_leads_and_again_are_unchanged(marketer: User) -> None:
    assert counts(run(upload(samples.PLAIN, marketer))) == (2, 0, 0, 0)
    assert {lead.first_name for lead in Lead.objects.all()} == {"Ana", "Rui"}
    assert counts(run(upload(samples.PLAIN, marketer))) == (0, 0, 2, 0)
    assert JournalEntry.objects.filter(kind="lead.imported").count() == 2
    pipeline.drain()
    assert invariants.check() == []


def test_rows_without_email_match_by_an_id(marketer: User) -> None:
    imported = run(upload(samples.WIDE, marketer))
    assert (imported.match_by, counts(imported)) == ("Prospect ID", (3, 0, 0, 0))
    lead = Lead.objects.earliest("id")
    assert lead.name == "7927b2df-8bba-4d29-b9a2-b6e0beafc620"
    assert (lead.source, "city" in lead.attributes) == ("Olark Chat", False)
    assert counts(run(upload(samples.WIDE, marketer))) == (0, 0, 3, 0)


def test_every_row_has_an_outcome_and_the_file_is_gone(marketer: User) -> None:
    imported = upload(samples.UNCLOSED_QUOTE + ",Nobody,Nowhere\nno address,X,Y\n", marketer)
    assert (imported.state, imported.rows, imported.rejected) == ("staged", 6, 1)
    assert (imported.stored_as, default_storage.listdir("imports")[1]) == ("", [])
    assert counts(run(imported)) == (3, 0, 0, 3)
    assert reasons(imported) == [
        (3, "A quote opens on this line and is not closed on it."),
        (6, "The row has no e-mail."),
        (7, "“no address” is not an e-mail address."),
    ]


def test_a_row_with_neither_key_is_rejected_in_the_words_of_the_file(marketer: User) -> None:
    text = "Prospect ID,Email,Name\n1,a@acme.example,Ana\n2,,Rui\n,c@acme.example,Ines\n,,Otto\n"
    imported = run(upload(text, marketer), match_by="Prospect ID")
    assert counts(imported) == (3, 0, 0, 1)
    assert reasons(imported) == [(5, "The row has neither e-mail nor Prospect ID.")]


def test_rows_of_one_person_in_one_file_are_one_lead(marketer: User) -> None:
    text = "Email,City\na@acme.example,Rome\nA@ACME.example,Rome\na@acme.example,Oslo\n"
    assert counts(run(upload(text, marketer))) == (1, 1, 1, 0)
    assert Lead.objects.get().attributes == {"city": "Oslo"}


def test_an_empty_cell_takes_nothing_away_and_a_known_source_stays(marketer: User) -> None:
    run(upload("Email,City,Source\na@acme.example,Rome,Web\n", marketer))
    again = run(upload("Email,City,Source\na@acme.example,,Fair\n", marketer))
    assert counts(again) == (0, 0, 1, 0)
    assert Lead.objects.get().source == "Web"


def test_an_address_of_another_lead_is_left_out_and_told(marketer: User) -> None:
    run(upload("ID,Email\n1,a@acme.example\n2,b@acme.example\n", marketer), match_by="ID")
    imported = run(upload("ID,Email\n1,b@acme.example\n", marketer), match_by="ID")
    assert counts(imported) == (0, 0, 1, 0)
    assert imported.remarked == 1
    assert reasons(imported) == [(2, "E-mail was left out: another lead has “b@acme.example”.")]


def test_an_address_that_was_given_up_may_be_somebody_elses(marketer: User) -> None:
    for text in ("ID,Email\n1,a@acme.example\n", "ID,Email\n1,b@acme.example\n"):
        run(upload(text, marketer), match_by="ID")
    assert counts(run(upload("ID,Email\n2,a@acme.example\n", marketer), match_by="ID")) == (
        1,
        0,
        0,
        0,
    )
    assert [lead.email for lead in Lead.objects.order_by("id")] == [
        "b@acme.example",
        "a@acme.example",
    ]


def test_our_own_guard_against_formulas_is_taken_off(marketer: User) -> None:
    run(upload("Email,Note\na@acme.example,'=1+1\nb@acme.example,'tis\n", marketer))
    notes = [lead.attributes["note"] for lead in Lead.objects.order_by("id")]
    assert notes == ["=1+1", "'tis"]


def test_created_dates_come_from_a_column_and_no_clock_starts(marketer: User) -> None:
    text = "Email,Created Date\na@acme.example,2026-01-15\nb@acme.example,soon\nc@acme.example,\n"
    imported = run(upload(text, marketer))
    first, second, third = Lead.objects.order_by("id")
    assert first.created_at.date().isoformat() == "2026-01-15"
    assert second.created_at == third.created_at > first.created_at
    assert reasons(imported) == [(3, "Created on was left out: “soon” is not a date.")]


def test_pieces_end_with_the_last_row(marketer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "PIECE", 2)
    start(upload(samples.WIDE, marketer))
    assert advance(factories.now())
    imported = Import.objects.get()
    assert (imported.state, imported.next_row, imported.created) == ("running", 3, 2)
    work()
    imported.refresh_from_db()
    assert (imported.state, imported.created, imported.would_cross) == ("done", 3, None)
    pipeline.drain()
    work()
    imported.refresh_from_db()
    assert imported.would_cross == 0


def test_a_large_file_is_staged_by_a_worker(
    marketer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "AT_ONCE", 10)
    monkeypatch.setattr(staging, "PIECE", 2)
    imported = upload(samples.WIDE, marketer)
    assert (imported.state, imported.rows) == ("uploaded", 0)
    assert advance(factories.now())
    imported.refresh_from_db()
    assert (imported.state, imported.rows, imported.lines.count()) == ("staged", 3, 3)


def test_staging_begins_anew_after_a_crash(marketer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "AT_ONCE", 10)
    imported = upload(samples.WIDE, marketer)
    imported.lines.create(row=1, line=2, cells=["half"])
    work()
    assert [line.cells[0][:4] for line in imported.lines.order_by("row")] == [
        "7927",
        "2a27",
        "8cc8",
    ]


def test_a_lost_file_is_told(marketer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "AT_ONCE", 10)
    imported = upload(samples.WIDE, marketer)
    default_storage.delete(imported.stored_as)
    work()
    imported.refresh_from_db()
    assert (imported.state, imported.problem) == (
        "refused",
        "The uploaded file got lost. Please choose it again.",
    )


def test_a_file_without_rows_is_refused(marketer: User) -> None:
    imported = upload("Email,Name\n\n", marketer)
    assert (imported.state, imported.problem) == (
        "refused",
        "The file has a header and no rows.",
    )


def test_files_that_a_crash_left_behind_are_deleted(marketer: User) -> None:
    imported = upload(samples.PLAIN, marketer)
    Import.objects.filter(pk=imported.pk).update(stored_as="imports/staged.csv")
    for name in ("staged", "of_nobody", "just_now"):
        default_storage.save(f"imports/{name}.csv", ContentFile(b""))
    os.utime(default_storage.path("imports/of_nobody.csv"), (0, 0))
    work()
    assert default_storage.listdir("imports")[1] == ["just_now.csv"]


def test_a_claimed_import_is_left_alone_until_its_lease_ends(marketer: User) -> None:
    start(upload(samples.PLAIN, marketer))
    at = factories.now()
    claimed = leases.claim(at)
    assert claimed is not None
    assert leases.claim(at) is None
    later = at + leases.LEASE + timedelta(seconds=1)
    assert leases.claim(later) is not None
    with pytest.raises(leases.LeaseLost):
        running.run_piece(claimed, at=at)
    assert Lead.objects.count() == 0


def test_one_row_that_the_database_refuses_spoils_no_other(
    marketer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = joining.join

    def refusing(people: Any, **choice: Any) -> Any:
        if any(person.values["email"] == "rui@acme.example" for person in people):
            raise DataError("not this one")
        return real(people, **choice)

    monkeypatch.setattr(joining, "join", refusing)
    imported = run(upload(samples.PLAIN, marketer))
    assert counts(imported) == (1, 0, 0, 1)
    assert reasons(imported) == [(3, "The database refused this row.")]
