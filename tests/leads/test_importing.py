"""Imports through the rooms: staged, mapped, run in pieces; counts add up."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.models import User
from leadhub import invariants
from leads import fields
from leads.importing import advance, staging, starting
from leads.models import Import, ImportLine, JournalEntry, Lead
from tests import factories
from tests.leads import samples

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_uploads(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(default_storage, "base_location", str(tmp_path), raising=False)


def upload(text: str | bytes, by: User, name: str = "leads.csv") -> Import:
    content = text.encode() if isinstance(text, str) else text
    return staging.upload(ContentFile(content, name), by=by, at=factories.now())


def run(imported: Import, **over: Any) -> Import:
    """Starts as proposed, but for what is given over, and runs to the end."""
    plan = starting.proposal(imported, fields.catalogue())
    choice = {"opens_handoffs": over.pop("opens_handoffs", False)}
    plan = starting.replace(plan, **{"source": "Sheet", **over})
    assert starting.start(imported, plan, at=factories.now(), **choice)
    while advance(factories.now()):
        pass
    imported.refresh_from_db()
    return imported


def reasons() -> list[str]:
    return list(ImportLine.objects.values_list("reason", flat=True))


def counts(imported: Import) -> tuple[int, int, int, int]:
    return imported.created, imported.updated, imported.unchanged, imported.rejected


def test_rows_become_leads_and_again_are_unchanged(marketer: User) -> None:
    assert counts(run(upload(samples.PLAIN, marketer))) == (2, 0, 0, 0), reasons()
    assert {lead.first_name for lead in Lead.objects.all()} == {"Ana", "Rui"}
    assert counts(run(upload(samples.PLAIN, marketer))) == (0, 0, 2, 0)
    assert JournalEntry.objects.filter(kind="lead.imported").count() == 2
    assert invariants.check() == []


def test_rows_without_email_match_by_an_id(marketer: User) -> None:
    imported = run(upload(samples.WIDE, marketer))
    assert (imported.match_by, counts(imported)) == ("Prospect ID", (3, 0, 0, 0))
    lead = Lead.objects.order_by("id").first()
    assert lead is not None
    assert lead.name == "7927b2df-8bba-4d29-b9a2-b6e0beafc620"
    assert (lead.source, "city" in lead.attributes) == ("Olark Chat", False)
    assert counts(run(upload(samples.WIDE, marketer))) == (0, 0, 3, 0)


def test_every_row_has_an_outcome_and_the_file_is_gone(marketer: User) -> None:
    imported = upload(samples.UNCLOSED_QUOTE + ",Nobody,Nowhere\nno address,X,Y\n", marketer)
    assert (imported.state, imported.rows, imported.rejected) == ("staged", 6, 1)
    assert not default_storage.listdir("")[1]
    assert counts(run(imported)) == (3, 0, 0, 3)
    rejected = ImportLine.objects.filter(result="rejected").order_by("row")
    assert [(line.line, line.reason) for line in rejected] == [
        (3, "A quote opens on this line and is not closed on it."),
        (6, "The row has no e-mail."),
        (7, "“no address” is not an e-mail address."),
    ]
