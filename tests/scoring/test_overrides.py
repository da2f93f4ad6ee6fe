"""A score set by hand for one lead: who, why, until when; and its end."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from accounts import clock, keys
from accounts.models import User
from leadhub import pipeline, tasks
from leads import timeline
from leads.models import Crossing, JournalEntry, Lead, LeadScore, ScoreHistory
from scoring import overrides, runs
from scoring.models import Override
from scoring.overrides import OverrideError
from tests import factories
from tests.scoring.models import fit, model

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def lead(db: None) -> Lead:
    factories.publish_model(model(fit("title", 10)))
    found = factories.make_lead(title="CTO")
    settle()
    return found


def settle() -> None:
    pipeline.drain()
    while runs.advance(clock.now()):
        pass
    pipeline.drain()


def put(lead: Lead, by: User, total: int = 80, days: int = 3, reason: str = "met at a fair") -> Any:
    at = clock.now()
    until = at.date() + timedelta(days=days)
    return overrides.put(lead, total=total, reason=reason, until=until, by=by, at=at)


def stored(lead: Lead) -> tuple[int, str]:
    score = LeadScore.objects.get(lead=lead)
    return score.total, score.band


def test_a_score_set_by_hand_holds_crosses_and_is_told(lead: Lead, marketer: User) -> None:
    put(lead, marketer)
    settle()
    assert stored(lead) == (80, "mql")
    assert ScoreHistory.objects.filter(lead=lead).latest("id").cause == "override"
    assert [c.cause for c in Crossing.objects.all()] == ["override"]
    told = [line.told for line in timeline.timeline(lead, viewer_id=0).lines]
    assert any("Score set to 80 by hand" in one.text and "fair" in one.note for one in told)


def test_another_takes_its_place_and_ending_gives_the_lead_back(
    lead: Lead, marketer: User, manager: User
) -> None:
    put(lead, marketer, 80)
    put(lead, manager, 20)
    settle()
    assert stored(lead)[0] == 20
    assert Override.objects.filter(ended_at=None).count() == 1
    assert overrides.end(lead, by=marketer, at=clock.now())
    assert not overrides.end(lead, by=marketer, at=clock.now())
    settle()
    assert stored(lead) == (10, "cold")
    assert list(Override.objects.order_by("id").values_list("ended_by", flat=True)) == [
        manager.pk, marketer.pk,
    ]  # fmt: skip


def test_the_day_until_which_it_was_set_ends_it(
    lead: Lead, marketer: User, move_clock: Callable[[timedelta], None]
) -> None:
    made = put(lead, marketer, 80, days=2)
    settle()
    move_clock(timedelta(days=1))
    tasks.turn_of_the_day()
    settle()
    assert stored(lead)[0] == 80
    move_clock(timedelta(days=1))
    assert overrides.current(lead, at=clock.now()) is None
    tasks.turn_of_the_day()
    settle()
    made.refresh_from_db()
    assert stored(lead)[0] == 10
    assert made.ended_at.date() == made.until and made.ended_by is None
    last = ScoreHistory.objects.filter(lead=lead).latest("id")
    assert (last.cause, last.total) == ("override", 10)
    assert put(lead, marketer, 30)


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"reason": "x" * 2001}, "reason"),
        ({"days": 0}, "until"),
        ({"days": -1}, "until"),
        ({"days": 367}, "until"),
        ({"total": 10_001}, "total"),
    ],
)
def test_what_makes_no_sense_is_refused(
    lead: Lead, marketer: User, over: dict[str, Any], field: str
) -> None:
    with pytest.raises(OverrideError) as refused:
        put(lead, marketer, **over)
    assert list(refused.value.problems) == [field]
    assert not Override.objects.exists()


def test_a_score_can_be_set_for_a_year(lead: Lead, marketer: User) -> None:
    assert put(lead, marketer, days=366)


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_leave_one() -> None:
    factories.publish_model(model(fit("title", 10)))
    lead, by = factories.make_lead(title="CTO"), factories.make_user("marketer")

    def work(n: int) -> None:
        try:
            put(lead, by, n)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(work, range(10)))
    settle()
    left = Override.objects.get(ended_at=None)
    assert stored(lead)[0] == left.total
    assert Override.objects.count() == JournalEntry.objects.filter(kind="lead.overridden").count()


# The door -------------------------------------------------------------------------------------


def test_the_form_says_no_beside_the_field_and_keeps_what_was_typed(
    client: Client, lead: Lead, marketer: User
) -> None:
    client.force_login(marketer)
    url = reverse("scoring:override", args=[lead.public_id])
    assert client.get(url).status_code == 200
    today = clock.now().date().isoformat()
    answer = client.post(url, {"total": "70", "until": today, "reason": "<b>why"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Choose a day after today." in text and "&lt;b&gt;why" in text and 'value="70"' in text
    for bad in ({"total": "1.5"}, {"total": "9" * 40}, {"until": "tomorrow"}):
        said = {"total": "70", "until": "2200-01-01", "reason": "x", **bad}
        assert client.post(url, said).status_code == 422


def test_it_is_set_and_ended_from_the_page(client: Client, lead: Lead, marketer: User) -> None:
    client.force_login(marketer)
    until = (clock.now().date() + timedelta(days=5)).isoformat()
    said = {"total": "70", "until": until, "reason": "because <i>"}
    answer = client.post(reverse("scoring:override", args=[lead.public_id]), said, **HTMX)  # type: ignore[arg-type]
    assert answer.status_code == 204 and "scoreChanged" in answer["HX-Trigger"]
    panel = client.get(reverse("scoring:panel", args=[lead.public_id]), **HTMX).content.decode()  # type: ignore[arg-type]
    assert "Set by Ana Marketer" in panel and "because &lt;i&gt;" in panel
    assert "Let the model score" in panel
    end = reverse("scoring:end_override", args=[lead.public_id])
    assert client.post(end).status_code == 302
    panel = client.get(reverse("scoring:panel", args=[lead.public_id]), **HTMX).content.decode()  # type: ignore[arg-type]
    assert "Set by Ana Marketer" not in panel


def test_a_rep_may_look_and_not_set(client: Client, lead: Lead, sdr: User) -> None:
    Lead.objects.filter(pk=lead.pk).update(owner=sdr)
    client.force_login(sdr)
    panel = client.get(reverse("scoring:panel", args=[lead.public_id]), **HTMX)  # type: ignore[arg-type]
    assert b"Set by hand" not in panel.content
    assert client.get(reverse("scoring:override", args=[lead.public_id])).status_code == 403


def test_a_server_sets_a_score_by_its_key(client: Client, lead: Lead) -> None:
    key, text = keys.make(kind="secret", name="CRM", by=None)
    headers = {"Authorization": f"Bearer {text}"}
    url = f"/api/v1/leads/{lead.public_id}/override"
    until = (clock.now().date() + timedelta(days=5)).isoformat()
    said = {"total": 70, "until": until, "reason": "x"}
    made = client.post(url, said, content_type="application/json", headers=headers).json()
    assert (made["by"], made["key"], made["total"]) == (None, "CRM", 70)
    held = overrides.current(lead, at=clock.now())
    assert held is not None and (held.key, held.who) == (key, "CRM")
    assert client.delete(url, headers=headers).status_code == 204


def test_the_api_sets_tells_and_ends(client: Client, lead: Lead, marketer: User) -> None:
    client.force_login(marketer)
    url = f"/api/v1/leads/{lead.public_id}/override"
    assert client.get(url).status_code == 404
    until = (clock.now().date() + timedelta(days=5)).isoformat()
    said = {"total": 70, "until": until, "reason": "x"}
    made = client.post(url, said, content_type="application/json")
    assert made.status_code == 201 and made.json()["by"] == marketer.email
    assert client.get(url).json()["total"] == 70
    refused = client.post(url, {**said, "until": "2020-01-01"}, content_type="application/json")
    assert refused.status_code == 400 and "until" in refused.json()["error"]["fields"]
    assert client.delete(url).status_code == 204
    assert client.get(url).status_code == 404
