"""Files of events: who did what and when, each stored once with the time it happened."""

from datetime import UTC, datetime

import pytest

from accounts.models import User
from handoff.models import Handoff
from leadhub import invariants, pipeline
from leads.models import Crossing, Event, EventKey
from scoring.models import ModelVersion
from tests import factories
from tests.leads.importing.making import counts, reasons, run, upload

pytestmark = pytest.mark.django_db
FILE = (
    "Email,Event Name,Timestamp,Path,Seats\n"
    "ana@acme.example,Demo request,2026-05-02T10:00:00Z,/demo,12\n"
    "ANA@acme.example,Newsletter read,2026-05-03 08:30,,\n"
)


@pytest.fixture
def ana(db: None) -> None:
    factories.make_lead(email="ana@acme.example", title="Chief Financial Officer")


def test_events_become_the_leads_with_the_time_they_happened(marketer: User, ana: None) -> None:
    imported = run(upload(FILE, marketer))
    assert (imported.what, counts(imported)) == ("events", (2, 0, 0, 0))
    first, second = Event.objects.order_by("occurred_at").select_related("signature__kind", "lead")
    assert first.occurred_at == datetime(2026, 5, 2, 10, tzinfo=UTC)
    assert first.received_at > first.occurred_at
    assert (first.signature.kind.key, first.signature.path) == ("demo_request", "/demo")
    assert (first.properties, second.signature.name) == ({"Seats": "12"}, "Newsletter read")
    assert first.lead is not None
    pipeline.drain()
    first.lead.refresh_from_db()
    assert first.lead.last_activity_at == second.occurred_at


def test_the_same_rows_again_store_nothing(marketer: User, ana: None) -> None:
    run(upload(FILE, marketer))
    again = run(
        upload(FILE + "ana@acme.example,Demo request,2026-05-02T10:00:00Z,/demo,12\n", marketer)
    )
    assert counts(again) == (0, 0, 3, 0)
    assert (Event.objects.count(), EventKey.objects.count()) == (2, 2)
    pipeline.drain()
    assert invariants.check() == []


def test_an_id_of_the_event_counts_before_what_it_says(marketer: User, ana: None) -> None:
    text = "Event ID,Email,Event,Time\n7,ana@acme.example,Call,2026-05-02\n7,ana@acme.example,Talk,2026-05-02\n"
    assert counts(run(upload(text, marketer))) == (1, 0, 1, 0)


def test_a_lead_is_found_by_the_id_of_another_system(marketer: User) -> None:
    run(upload("Contact ID,Name\nC-1,Ana\n", marketer), match_by="Contact ID")
    text = "Contact ID,Event,Time\nC-1,Call,2026-05-02\nC-2,Call,2026-05-02\n"
    imported = run(upload(text, marketer))
    assert counts(imported) == (1, 0, 0, 1)
    assert reasons(imported) == [(3, "No lead has the id “C-2”.")]


def test_rows_that_say_too_little_are_rejected_with_the_reason(marketer: User, ana: None) -> None:
    text = (
        "Email,Event,Time\nbob@acme.example,Call,2026-05-02\n,Call,2026-05-02\n"
        "ana@acme.example,,2026-05-02\nana@acme.example,Call,\nana@acme.example,Call,soon\n"
        "ana@acme.example,Call,2099-01-01\n"
    )
    imported = run(upload(text, marketer))
    assert counts(imported) == (0, 0, 0, 6)
    assert [reason for _line, reason in reasons(imported)] == [
        "No lead has the e-mail “bob@acme.example”.",
        "The row does not say whose it is.",
        "The row does not say what happened.",
        "The row does not say when it happened.",
        "“soon” is not a date.",
        "“2099-01-01” lies in the future.",
    ]


def test_one_word_says_what_happened_where_no_column_does(marketer: User, ana: None) -> None:
    text = "Email,Event,Time\nana@acme.example,,2026-05-02\n"
    run(upload(text, marketer), event="Webinar")
    assert Event.objects.get().signature.kind.key == "webinar"


def test_history_that_makes_a_lead_cross_calls_nobody(
    marketer: User, ana: None, live_model: ModelVersion, team: object
) -> None:
    pipeline.drain()
    now = factories.now().isoformat()
    run(upload(f"Email,Event Name,Timestamp\nana@acme.example,Demo request,{now}\n", marketer))
    pipeline.drain()
    assert Crossing.objects.get().cause == "import"
    assert Handoff.objects.count() == 0
