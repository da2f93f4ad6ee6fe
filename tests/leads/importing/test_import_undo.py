"""A whole import is undone while nobody has touched what it made, and it is said before how much that is."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from leadhub import invariants, pipeline
from leads import editing, journal
from leads.importing import advance, running, undoing
from leads.models import Company, ContactKey, Event, EventKey, Import, Lead, LeadChange, Outcome
from leads.stages import Stage
from scoring.models import ModelVersion
from tests import factories
from tests.leads.importing import samples
from tests.leads.importing.making import counts, run, start, upload, work

pytestmark = pytest.mark.django_db


def weigh(imported: Import) -> dict[str, int] | None:
    pipeline.drain()
    assert undoing.weigh(imported)
    work()
    imported.refresh_from_db()
    assert imported.state == Import.State.DONE
    return imported.weighed


def undo(imported: Import) -> dict[str, int] | None:
    """What was undone, which is what was weighed."""
    said = weigh(imported)
    assert undoing.undo(imported)
    work()
    imported.refresh_from_db()
    assert imported.state == Import.State.UNDONE
    assert imported.undone == said
    pipeline.drain()
    assert invariants.check() == []
    return imported.undone


def test_new_leads_go_with_their_companies(marketer: User, live_model: ModelVersion) -> None:
    assert undo(run(upload(samples.PLAIN, marketer))) == {"removed": 2}
    assert not Lead.objects.exists()
    assert not Company.objects.exists()
    assert not ContactKey.objects.exists()
    assert counts(run(upload(samples.PLAIN, marketer))) == (2, 0, 0, 0)


def test_known_leads_become_what_they_were(marketer: User) -> None:
    run(upload("ID,Email,City\n1,a@acme.example,Rome\n", marketer), match_by="ID")
    imported = run(upload("ID,Email,City\n1,b@bolt.example,Oslo\n", marketer), match_by="ID")
    assert undo(imported) == {"restored": 1}
    lead = Lead.objects.select_related("company").get()
    assert (lead.email, lead.attributes) == ("a@acme.example", {"id": "1", "city": "Rome"})
    assert lead.company is not None
    assert lead.company.identity == "domain:acme.example"
    emails = ContactKey.objects.filter(kind=ContactKey.EMAIL).values_list("value", flat=True)
    assert list(emails) == ["a@acme.example"]
    assert LeadChange.objects.latest("id").old == {"email": "b@bolt.example", "custom.city": "Oslo"}


def test_rows_that_changed_a_lead_in_turn_are_taken_back_as_one(
    marketer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.make_lead(email="a@acme.example", title="Buyer")
    monkeypatch.setattr(running, "PIECE", 1)
    monkeypatch.setattr(undoing, "PIECE", 1)
    text = "Email,Title\na@acme.example,Chief\na@acme.example,Head\nnew@acme.example,VP\nnew@acme.example,CEO\n"
    assert undo(run(upload(text, marketer))) == {"removed": 1, "restored": 1}
    assert Lead.objects.get().title == "Buyer"


def edited(lead: Lead, by: User) -> None:
    editing.edit(lead, {"title": "Chief"}, by=by, at=factories.now())


def active(lead: Lead, by: User) -> None:
    factories.make_event(lead)


def imported_again(lead: Lead, by: User) -> None:
    run(upload("Email,City\nana@acme.example,Oslo\n", by))


@pytest.mark.parametrize(
    ("touch", "reason"), [(edited, "edited"), (active, "active"), (imported_again, "imported")]
)
def test_what_was_touched_since_stays(
    marketer: User, touch: Callable[[Lead, User], None], reason: str
) -> None:
    imported = run(upload(samples.PLAIN, marketer))
    touch(Lead.objects.get(email="ana@acme.example"), marketer)
    assert undo(imported) == {"removed": 1, reason: 1}
    assert Lead.objects.get().email == "ana@acme.example"


def test_a_lead_that_sales_was_called_for_stays(
    marketer: User, live_model: ModelVersion, team: object
) -> None:
    factories.make_lead(email="ana@acme.example", title="Chief Financial Officer")
    imported = run(upload("Email,City\nana@acme.example,Rome\n", marketer))
    pipeline.drain()
    factories.make_event(Lead.objects.get(), "demo_request")
    journal.wake("lead.active", [Lead.objects.get().pk], at=factories.now())
    pipeline.drain()
    assert Lead.objects.get().stage == Stage.MQL
    assert undo(imported) == {"sales": 1}


def test_an_address_that_is_somebody_elses_by_now_cannot_be_given_back(marketer: User) -> None:
    run(upload("ID,Email\n1,a@acme.example\n", marketer), match_by="ID")
    imported = run(upload("ID,Email\n1,b@acme.example\n", marketer), match_by="ID")
    factories.make_lead(email="a@acme.example")
    assert undo(imported) == {"taken": 1}
    assert Lead.objects.filter(email="b@acme.example").exists()


def test_an_import_at_work_is_not_undone_and_nothing_is_before_it_was_weighed(
    marketer: User,
) -> None:
    imported = upload(samples.PLAIN, marketer)
    assert not undoing.weigh(imported)
    start(imported)
    assert not undoing.weigh(imported)
    work()
    assert not undoing.undo(imported)


def test_undoing_goes_on_after_a_crash(marketer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undoing, "PIECE", 1)
    imported = run(upload(samples.PLAIN, marketer))
    weigh(imported)
    undoing.undo(imported)
    at = factories.now()
    assert advance(at)
    imported.refresh_from_db()
    assert (imported.state, imported.undone, Lead.objects.count()) == ("undoing", {"removed": 1}, 1)
    work()
    imported.refresh_from_db()
    assert (imported.state, imported.undone) == ("undone", {"removed": 2})


def test_events_go_with_their_keys(marketer: User, move_clock: Callable[[Any], None]) -> None:
    lead = factories.make_lead(email="a@acme.example")
    factories.make_event(lead, "webinar", ago=timedelta(days=900))
    earlier = Lead.objects.get().last_activity_at
    assert earlier is not None
    text = "Email,Event,Time\na@acme.example,Webinar,2026-05-02\na@acme.example,Call,2026-05-03\n"
    imported = run(upload(text, marketer))
    pipeline.drain()
    assert Lead.objects.filter(last_activity_at__gt=earlier).exists()
    assert undo(imported) == {"removed": 2}
    assert (Event.objects.count(), EventKey.objects.count()) == (1, 0)
    assert Lead.objects.get().last_activity_at == earlier
    assert counts(run(upload(text, marketer))) == (2, 0, 0, 0)


def test_deals_go_and_the_leads_stand_where_they_stood(marketer: User) -> None:
    factories.make_lead(email="a@acme.example")
    first = "Deal ID,Deal Stage,Close Date,Email\n1,Closed Lost,2025-01-01,a@acme.example\n"
    run(upload(first, marketer))
    pipeline.drain()
    imported = run(upload(first.replace("Lost", "Won"), marketer))
    assert Lead.objects.get().stage == Stage.CUSTOMER
    assert undo(imported) == {"restored": 1}
    assert (Lead.objects.get().stage, Outcome.objects.get().result) == (Stage.LOST, "lost")
    assert undo(Import.objects.earliest("id")) == {"removed": 1}
    assert (Lead.objects.get().stage, Outcome.objects.count()) == (Stage.LEAD, 0)


def test_companies_without_people_go_and_others_become_what_they_were(marketer: User) -> None:
    factories.make_lead(email="a@acme.example", company_name="Acme")
    text = (
        "Name,Domain,Industry,City\nACME,acme.example,Retail,Rome\nBolt,bolt.example,Energy,Oslo\n"
    )
    imported = run(upload(text, marketer))
    assert undo(imported) == {"removed": 1, "restored": 1}
    company = Company.objects.get()
    assert (company.name, company.industry, company.attributes) == ("Acme", "", {})
    assert [change.old for change in company.changes.order_by("pk")] == [
        {"name": "Acme", "industry": "", "attributes.City": None},
        {"name": "ACME", "industry": "Retail", "attributes.City": "Rome"},
    ]
