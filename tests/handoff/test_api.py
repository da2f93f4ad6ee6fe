"""The API of handoffs: the same rooms as the pages, the same scopes, one shape of errors."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import clock, keys
from accounts.models import Team, User
from handoff import claims
from handoff.models import Handoff
from scoring.models import ModelVersion
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def rep(client: Client, sdr: User) -> Client:
    client.force_login(sdr)
    return client


def claim(client: Client, handoff: Handoff) -> tuple[int, dict[str, Any]]:
    answer = client.post(reverse("api:handoff_claim", args=[handoff.public_id]))
    return answer.status_code, answer.json()


def test_handoffs_come_newest_first_with_their_clocks(rep: Client, handoff: Handoff) -> None:
    newer = factories.make_mql()
    found = rep.get(reverse("api:handoffs")).json()["results"]
    assert [row["id"] for row in found] == [str(newer.public_id), str(handoff.public_id)]
    assert found[1]["lead_name"] == "Maya Alvarez"
    assert [clock["milestone"] for clock in found[1]["clocks"]] == ["claim", "first_touch"]


def test_they_are_paged_and_filtered(
    rep: Client, live_model: ModelVersion, team: Team, sdr: User
) -> None:
    made = factories.make_mqls(*[{}] * 3)
    claims.take(made[0], by=sdr, at=clock.now())
    page = rep.get(reverse("api:handoffs"), {"limit": 2}).json()
    assert len(page["results"]) == 2
    assert len(rep.get(page["next"]).json()["results"]) == 1
    queued = rep.get(reverse("api:handoffs"), {"state": "queued"}).json()["results"]
    assert len(queued) == 2
    wrong = rep.get(reverse("api:handoffs"), {"state": "lost"})
    assert wrong.status_code == 400
    assert "state" in wrong.json()["error"]["fields"]


def test_the_number_of_queries_does_not_grow(
    rep: Client, handoff: Handoff, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(10) as few:
        rep.get(reverse("api:handoffs"))
    for _n in range(4):
        factories.make_mql()
    with django_assert_max_num_queries(len(few.captured_queries)):
        rep.get(reverse("api:handoffs"))


def test_a_claim_wins_or_names_the_winner(
    rep: Client, handoff: Handoff, team: Team, sdr: User
) -> None:
    status, body = claim(rep, handoff)
    assert (status, body["owner"], body["state"]) == (200, sdr.email, "claimed")
    other = factories.make_mql()
    claims.take(other, by=factories.make_user(teams=[team], name="Ana Ruiz"), at=clock.now())
    status, body = claim(rep, other)
    assert (status, body["error"]["code"]) == (409, "taken")
    assert body["error"]["message"] == "Ana Ruiz was faster."


def test_other_teams_and_machines_do_not_claim(
    client: Client, handoff: Handoff, outsider: User, administrator: User
) -> None:
    client.force_login(outsider)
    assert claim(client, handoff)[0] == 404
    assert client.get(reverse("api:handoffs")).json()["results"] == []
    client.logout()
    _key, text = keys.make(kind="secret", name="Server", by=administrator)
    url = reverse("api:handoff_claim", args=[handoff.public_id])
    assert client.post(url, headers={"Authorization": f"Bearer {text}"}).status_code == 403


def test_touches_are_written_and_listed(rep: Client, handoff: Handoff, sdr: User) -> None:
    url = reverse("api:lead_touches", args=[handoff.lead.public_id])
    answer = rep.post(url, {"kind": "call", "answer": "reached"}, content_type="application/json")
    assert answer.status_code == 201
    assert answer.json()["by"] == sdr.email
    assert [row["kind"] for row in rep.get(url).json()["results"]] == ["call"]
    handoff.refresh_from_db()
    assert handoff.first_touch_at is not None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "kind"),
        ({"kind": "pigeon"}, "kind"),
        ({"kind": "call", "occurred_at": "2999-01-01T00:00:00Z"}, "occurred_at"),
        ({"kind": "call", "occurred_at": "0001-01-01T00:00:00Z"}, "occurred_at"),
        ({"kind": "call", "occurred_at": "soon"}, "occurred_at"),
        ({"kind": "call", "answer": 7}, "answer"),
        ({"kind": "call", "note": "x" * 5000}, "note"),
    ],
)
def test_bad_touches_are_refused_by_field(
    rep: Client, handoff: Handoff, body: dict[str, Any], field: str
) -> None:
    url = reverse("api:lead_touches", args=[handoff.lead.public_id])
    answer = rep.post(url, body, content_type="application/json")
    assert answer.status_code == 400
    assert list(answer.json()["error"]["fields"]) == [field]
