"""The API around a claimed lead: pass by, put aside, and what is to be done."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import clock
from accounts.models import Team, User
from handoff import claims, to_do
from handoff.models import Handoff, Skip, Task
from scoring.models import ModelVersion
from tests import factories
from tests.handoff.moments import minutes

pytestmark = pytest.mark.django_db


@pytest.fixture
def rep(client: Client, sdr: User) -> Client:
    client.force_login(sdr)
    return client


def send(client: Client, name: str, *args: Any, **body: Any) -> tuple[int, dict[str, Any]]:
    answer = client.post(reverse(f"api:{name}", args=args), body, content_type="application/json")
    return answer.status_code, answer.json()


def ended(handoff: Handoff) -> Handoff:
    Handoff.objects.filter(pk=handoff.pk).update(state="withdrawn", disposed_at=clock.now())
    return handoff


def in_minutes(n: int) -> str:
    return (clock.now() + minutes(n)).isoformat()


def test_passing_by_is_written_down_and_gives_the_lead_back(
    rep: Client, handoff: Handoff, sdr: User
) -> None:
    claims.take(handoff, by=sdr, at=clock.now())
    status, body = send(rep, "handoff_skip", handoff.public_id, reason="unfit")
    assert (status, body["state"], body["owner"]) == (200, "queued", None)
    assert (Skip.objects.get().by, Skip.objects.get().reason) == (sdr, "unfit")


def test_passing_by_needs_a_reason_of_the_list(rep: Client, handoff: Handoff) -> None:
    status, body = send(rep, "handoff_skip", handoff.public_id, reason="cherries")
    assert (status, list(body["error"]["fields"])) == (400, ["reason"])


def test_what_has_ended_is_not_passed_by_or_put_aside(rep: Client, handoff: Handoff) -> None:
    over = ended(handoff).public_id
    assert send(rep, "handoff_skip", over, reason="unfit")[0] == 409
    status, body = send(rep, "handoff_snooze", over, until=in_minutes(20))
    assert (status, body["error"]["code"]) == (409, "ended")
    assert not Skip.objects.exists()


def test_it_is_put_aside_and_woken(rep: Client, handoff: Handoff) -> None:
    status, body = send(rep, "handoff_snooze", handoff.public_id, until=in_minutes(20))
    assert status == 200 and body["snoozed_until"] is not None
    status, body = send(rep, "handoff_wake", handoff.public_id)
    assert (status, body["snoozed_until"]) == (200, None)


@pytest.mark.parametrize("until", ["soon", "1999-01-01T00:00:00Z", "2999-01-01T00:00:00Z", None])
def test_a_nap_that_cannot_be_is_refused(rep: Client, handoff: Handoff, until: str | None) -> None:
    status, body = send(rep, "handoff_snooze", handoff.public_id, until=until)
    assert (status, list(body["error"]["fields"])) == (400, ["until"])


def test_nothing_sleeps_past_its_deadline(rep: Client, handoff: Handoff) -> None:
    status, body = send(rep, "handoff_snooze", handoff.public_id, until=in_minutes(90))
    assert (status, list(body["error"]["fields"])) == (400, ["until"])
    assert "runs out" in body["error"]["fields"]["until"][0]


def test_what_a_colleague_holds_is_not_put_aside_by_another_rep(
    rep: Client, handoff: Handoff, team: Team, manager: User
) -> None:
    claims.take(handoff, by=factories.make_user(teams=[team], name="Ana Ruiz"), at=clock.now())
    status, body = send(rep, "handoff_snooze", handoff.public_id, until=in_minutes(20))
    assert (status, body["error"]["message"]) == (409, "Ana Ruiz holds this lead.")
    assert send(rep, "handoff_wake", handoff.public_id)[0] == 409
    page = reverse("handoff:snooze", args=[handoff.public_id])
    assert "Ana Ruiz holds" in rep.post(page, {"when": "hour"}).content.decode()
    rep.force_login(manager)
    assert send(rep, "handoff_snooze", handoff.public_id, until=in_minutes(20))[0] == 200


def test_tasks_are_made_listed_and_done_once(rep: Client, handoff: Handoff, sdr: User) -> None:
    due = in_minutes(50)
    status, made = send(rep, "handoff_tasks", handoff.public_id, text="Call", due_at=due)
    assert (status, made["by"], made["done_at"]) == (201, sdr.email, None)
    handoff.refresh_from_db()
    assert handoff.task_due_at is not None
    status, done = send(rep, "handoff_task_done", handoff.public_id, made["id"])
    assert (status, done["done_by"]) == (200, sdr.email)
    assert send(rep, "handoff_task_done", handoff.public_id, made["id"])[1] == done
    url = reverse("api:handoff_tasks", args=[handoff.public_id])
    assert [row["id"] for row in rep.get(url, {"open": "false"}).json()["results"]] == [made["id"]]
    assert rep.get(url, {"open": "true"}).json()["results"] == []
    assert rep.get(url, {"open": "maybe"}).status_code == 400


def test_a_task_that_cannot_be_is_refused_by_field(rep: Client, handoff: Handoff) -> None:
    for wrong in ({"due_at": "1999-01-01T00:00:00Z"}, {"due_at": "2999-01-01T00:00:00Z"}):
        status, body = send(rep, "handoff_tasks", handoff.public_id, text="Call", **wrong)
        assert (status, list(body["error"]["fields"])) == (400, ["due_at"])
    status, body = send(rep, "handoff_tasks", handoff.public_id, kind="pigeon")
    assert sorted(body["error"]["fields"]) == ["due_at", "kind", "text"]
    assert not Task.objects.exists()


def test_no_more_than_twenty_tasks_and_none_for_what_has_ended(
    rep: Client, handoff: Handoff, sdr: User
) -> None:
    at = clock.now()
    for n in range(to_do.MOST_OPEN):
        to_do.add(handoff, text=str(n), due_at=at + timedelta(days=1), by=sdr, at=at)
    wanted = {"text": "One more", "due_at": in_minutes(50)}
    assert send(rep, "handoff_tasks", handoff.public_id, **wanted)[1]["error"]["code"] == "too_many"
    status, body = send(rep, "handoff_tasks", ended(handoff).public_id, **wanted)
    assert (status, body["error"]["code"]) == (409, "ended")


def test_a_task_of_another_handoff_is_not_there(
    rep: Client, live_model: ModelVersion, team: Team, sdr: User
) -> None:
    one, other = factories.make_mql(), factories.make_mql()
    at = clock.now()
    task = to_do.add(one, text="Call", due_at=at + timedelta(days=1), by=sdr, at=at)
    assert send(rep, "handoff_task_done", other.public_id, task.pk)[0] == 404
