"""The page of a past moment: what agrees, what was known only later, and what cannot be asked."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import clock
from accounts.models import User
from leadhub import pipeline
from leads import editing, journal
from leads.activity import events
from leads.activity.signatures import Look
from leads.identity.joining import Policy
from leads.models import Lead, ScoreHistory
from scoring import runs
from scoring.explaining import replay
from scoring.publishing import versions
from tests import factories
from tests.scoring.histories import identify
from tests.scoring.models import act, fit, model

pytestmark = pytest.mark.django_db
Move = Callable[[timedelta], None]


@pytest.fixture
def lead(client: Client, marketer: User, move_clock: Move) -> Lead:
    client.force_login(marketer)
    factories.publish_model(
        model(
            fit("title", 20), act("visit", 5, path="/pricing", decay={"kind": "linear", "days": 10})
        )
    )
    found = factories.make_lead(title="CTO")
    settle()
    move_clock(timedelta(hours=1))
    factories.make_event(found, path="/pricing")
    return settle(found)


def settle(lead: Lead | None = None) -> Lead:
    if lead:
        journal.wake("lead.active", [lead.pk], at=clock.now())
    pipeline.drain()
    while runs.advance(clock.now()):
        pass
    pipeline.drain()
    return Lead.objects.get(pk=lead.pk) if lead else Lead()


def shown(client: Client, lead: Lead, *, status: int = 200, **asked: str) -> str:
    answer = client.get(reverse("scoring:replay", args=[lead.public_id]) + "?" + urlencode(asked))
    assert answer.status_code == status
    return answer.content.decode()


def latest(lead: Lead) -> ScoreHistory:
    return ScoreHistory.objects.filter(lead=lead).latest("id")


def test_it_says_that_replay_and_record_agree(client: Client, lead: Lead) -> None:
    text = shown(client, lead, at=latest(lead).at.isoformat())
    assert "Replay and record agree" in text and "What made 25" in text
    assert "Viewed /pricing" in text and "since 20 on" in text


def test_what_came_late_is_left_out_then_and_counted_today(
    client: Client, lead: Lead, marketer: User, move_clock: Move
) -> None:
    row = latest(lead)
    move_clock(timedelta(hours=1))
    item = events.Item(
        "m1", anonymous_id="x", look=Look("page", "", "/pricing/late"),
        occurred_at=row.at - timedelta(minutes=1), values={"email": lead.email},
    )  # fmt: skip
    events.record([item], sender="t", policy=Policy.FILL, source="Web", at=clock.now())
    editing.edit(lead, {"title": ""}, by=marketer, at=clock.now())
    lead = settle(lead)
    then, today = replay.replay(lead, row.at), replay.replay(lead, row.at, known=clock.now())
    assert (then.total, today.total) == (25, 10)
    text = shown(client, lead, at=row.at.isoformat())
    assert "What made 25" in text and "left out here" in text and "/pricing/late" in text
    text = shown(client, lead, at=row.at.isoformat(), known="today")
    assert "What made 10" in text and "What we know today makes −15" in text
    assert "Job title changed" in text


def test_the_version_then_in_force_is_used(client: Client, lead: Lead, move_clock: Move) -> None:
    row, first = latest(lead), versions.ModelVersion.objects.get()
    move_clock(timedelta(hours=1))
    draft = versions.save_draft(first.model, model(fit("title", 90)), by=None, at=clock.now())
    versions.publish(draft, reason="x", opens_handoffs=False, by=None, at=clock.now())
    lead = settle(lead)
    assert replay.replay(lead, row.at).total == 25
    assert replay.replay(lead, clock.now()).total == 90
    text = shown(client, lead, at=latest(lead).at.isoformat())
    assert "took the place of" in text and "New model version" in text


def test_days_that_turned_are_told_apart_from_a_difference(
    client: Client, lead: Lead, move_clock: Move
) -> None:
    move_clock(timedelta(days=5))
    text = shown(client, lead)
    assert "Replay and record agree" in text
    assert (
        "From then to the moment shown: −2" in text or "From then to the moment shown: −3" in text
    )


def test_a_difference_is_admitted(client: Client, lead: Lead) -> None:
    row = latest(lead)
    ScoreHistory.objects.filter(pk=row.pk).update(total=row.total + 1)
    assert "Replay and record differ" in shown(client, lead, at=row.at.isoformat())


def test_what_was_learned_of_the_company_later_is_told(
    client: Client, lead: Lead, move_clock: Move
) -> None:
    first = versions.ModelVersion.objects.get()
    shape = model(fit("size", 30, "company.employees", "between", [10, None]), line=99)
    draft = versions.save_draft(first.model, shape, by=None, at=clock.now())
    versions.publish(draft, reason="x", opens_handoffs=False, by=None, at=clock.now())
    for employees in (50, 5):
        move_clock(timedelta(minutes=7))
        identify("a", lead.email or "", company={"employees": employees})
        lead = settle(lead)
    row = ScoreHistory.objects.get(lead=lead, total=30)
    text = shown(client, lead, at=row.at.isoformat())
    assert "Replay and record agree" in text and "Employees changed" in text
    assert "What we know today makes −30" in shown(
        client, lead, at=row.at.isoformat(), known="today"
    )


@pytest.mark.parametrize("at", ["x", "2200-01-01T10:00", "1066-10-14T10:00", "0001-01-01T00:00"])
def test_a_moment_that_cannot_be_asked_is_refused_beside_its_field(
    client: Client, lead: Lead, at: str
) -> None:
    text = shown(client, lead, status=422, at=at)
    assert 'aria-invalid="true"' in text


def test_before_anything_was_known_there_is_no_score(client: Client, lead: Lead) -> None:
    text = shown(client, lead, at="2020-01-01T10:00")
    assert "No score at that moment" in text


def test_a_second_that_is_typed_counts_whole(client: Client, lead: Lead) -> None:
    row = latest(lead)
    typed = row.at.replace(microsecond=0, tzinfo=None).isoformat()
    assert "What made 25" in shown(client, lead, at=typed)


def test_a_longer_history_costs_no_more_queries(client: Client, lead: Lead) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            shown(client, lead)
        return len(caught)

    queries()
    before = queries()
    for _ in range(4):
        factories.make_event(lead, path="/pricing")
        settle(lead)
    assert queries() == before
