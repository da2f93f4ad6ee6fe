"""A card worked by API, by a key of a machine and by a person."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts import keys
from accounts.models import ApiKey, Team, User
from handoff.models import Handoff
from leadhub import pipeline
from leads.models import JournalEntry, Lead
from qualification import scorecards
from qualification.models import Answer, Disposition, FactVerdict
from scoring.models import ModelVersion
from tests import factories
from tests.qualification.facts import ELEMENTS, answer_all, any_reason, claimed, colleague

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def api(live_model: ModelVersion) -> Client:
    key = keys.make(kind=ApiKey.Kind.SECRET, name="Dialler", by=None)[1]
    return Client(headers={"Authorization": f"Bearer {key}"})


def url(handoff: Handoff, deed: str) -> str:
    return f"/api/v1/handoffs/{handoff.public_id}/{deed}"


def send(api: Client, handoff: Handoff, deed: str, body: Any = None, method: str = "post") -> Any:
    return getattr(api, method)(url(handoff, deed), body or {}, content_type="application/json")


def said_no(answer: Any) -> str:
    """What an answer refuses, in words."""
    error = answer.json()["error"]
    return json.dumps(error["fields"]) if error["fields"] else str(error["message"])


def test_a_card_tells_what_is_asked_and_what_was_heard(api: Client, sdr: User) -> None:
    handoff = claimed(sdr)
    heard = {"level": 2, "evidence": "“We pay for it by May.”"}
    written = send(api, handoff, "card/budget", heard, "put")
    assert (written.status_code, written.json()["evidence"]) == (200, heard["evidence"])
    card = api.get(url(handoff, "card")).json()
    budget, *others = card["elements"]
    assert (budget["element"], budget["level"], budget["by"]) == ("budget", 2, sdr.email)
    assert {one["level"] for one in others} == {None}
    assert card["gate"].startswith("SQL when") and card["below"]
    assert (card["state"], card["owner"], card["decision"]) == ("claimed", sdr.email, None)
    assert {"c_level"} <= {fact["criterion"] for fact in card["facts"]}
    assert Answer.objects.get().by == sdr


def test_an_answer_that_cannot_be_is_refused_in_words(api: Client, sdr: User) -> None:
    handoff = claimed(sdr)
    for wrong in ({}, {"level": 4}, {"level": "stated"}, {"level": 2, "asked_in_vain": True}):
        refused = send(api, handoff, "card/budget", wrong, "put")
        assert refused.status_code == 400 and "level" in refused.json()["error"]["fields"]
    assert send(api, handoff, "card/weather", {"level": 1}, "put").status_code == 404
    assert not Answer.objects.exists()


def test_a_key_speaks_for_who_holds_the_lead_and_for_nobody_else(api: Client, sdr: User) -> None:
    handoff = factories.make_mql()
    for deed in ("accept", "undo"):
        refused = send(api, handoff, deed)
        assert (refused.status_code, said_no(refused)) == (
            409, "Nobody holds this lead. Claim it first.",
        )  # fmt: skip


def test_what_a_colleague_answered_meanwhile_is_not_lost(
    api: Client, team: Team, sdr: User, manager: User, client: Client
) -> None:
    handoff = claimed(sdr)
    seen = send(api, handoff, "card/need", {"level": 1}, "put").json()["at"]
    client.force_login(manager)
    unseen = send(client, handoff, "card/need", {"level": 3}, "put")
    assert unseen.status_code == 409 and "Rui Rep answered this meanwhile" in said_no(unseen)
    assert send(client, handoff, "card/need", {"level": 3, "seen": seen}, "put").status_code == 200
    assert send(api, handoff, "card/need", {"level": 1}, "put").status_code == 409


def test_below_the_gate_it_is_accepted_with_a_reason_only(api: Client, sdr: User) -> None:
    handoff = claimed(sdr)
    early = send(api, handoff, "accept")
    assert early.status_code == 400 and "Not asked yet" in said_no(early)
    for element in ELEMENTS:
        send(api, handoff, f"card/{element}", {"level": 1}, "put")
    below = send(api, handoff, "accept")
    assert (
        below.status_code == 400 and "Below the gate" in below.json()["error"]["fields"]["note"][0]
    )
    accepted = send(api, handoff, "accept", {"note": "Their boss called."}).json()
    assert (accepted["state"], accepted["stage"]) == ("accepted", "sql")
    assert (accepted["decision"]["below_gate"], accepted["decision"]["by"]) == (True, sdr.email)
    late = send(api, handoff, "accept", {"note": "Their boss called."})
    assert late.status_code == 409 and "Rui Rep decided meanwhile" in said_no(late)
    assert Disposition.objects.count() == 1


def test_the_same_idempotency_key_decides_once(api: Client, sdr: User) -> None:
    handoff = claimed(sdr)
    answer_all(handoff, by=sdr)
    first, again = (
        api.post(
            url(handoff, "accept"), {"note": "for once"}, content_type="application/json",
            headers={"Idempotency-Key": "one"},
        )
        for _time in range(2)
    )  # fmt: skip
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"


def test_a_wrong_fact_is_corrected_with_the_no(api: Client, sdr: User) -> None:
    handoff = claimed(sdr)
    before = Lead.objects.select_related("score").get().score.total
    wrong = {"criterion": "c_level", "verdict": "wrong", "value": "Trainee"}
    no = {"reason": "not_a_decision_maker", "facts": [wrong]}
    decided = send(api, handoff, "disqualify", no).json()
    assert decided["decision"]["facts"] == [
        {
            "criterion": "c_level", "label": "C-level title", "points": 20, "verdict": "wrong",
            "fact": "Chief Operating Officer", "corrected": True,
            "old": "Chief Operating Officer", "new": "Trainee",
        }
    ]  # fmt: skip
    pipeline.drain()
    lead = Lead.objects.select_related("score").get()
    assert (lead.title, lead.stage) == ("Trainee", "disqualified")
    assert lead.score.total < before
    assert FactVerdict.objects.get().by == sdr


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "reason"),
        ({"reason": "weather"}, "reason"),
        ({"reason": "timeline_too_long"}, "day"),
        ({"reason": "timeline_too_long", "day": "2020-01-01"}, "day"),
        ({"reason": "student_or_competitor"}, "competitor"),
        ({"reason": "not_a_decision_maker"}, "facts"),
        (
            {"reason": "no_need", "facts": [{"criterion": "moon", "verdict": "wrong"}]},
            "facts[0].criterion",
        ),
        (
            {"reason": "no_need", "facts": [{"criterion": "c_level", "verdict": "right"}] * 2},
            "facts[1].criterion",
        ),
        (
            {
                "reason": "no_need",
                "facts": [
                    {
                        "criterion": "c_level", "verdict": "wrong",
                        "value": "Chief Operating Officer",
                    }
                ],
            },
            "facts",
        ),
    ],
)  # fmt: skip
def test_a_no_says_what_is_missing_and_where(
    api: Client, sdr: User, body: dict[str, Any], told: str
) -> None:
    refused = send(api, claimed(sdr), "disqualify", body)
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (400, [told])
    assert not Disposition.objects.exists()


def test_a_lead_rests_until_a_day_and_comes_back_when_reopened(api: Client, sdr: User) -> None:
    handoff = claimed(sdr)
    today = factories.now().date()
    early = send(api, handoff, "recycle", {"reason": "no_need", "until": str(today)})
    assert early.status_code == 400 and "until" in early.json()["error"]["fields"]
    until = str(today + timedelta(days=40))
    rests = send(api, handoff, "recycle", {"reason": "no_need", "until": until}).json()
    assert (rests["stage"], rests["decision"]["until"]) == ("recycled", until)
    assert rests["decision"]["signal"] == "demo_request"
    assert rests["rests_until"] >= until
    assert send(api, handoff, "reopen").status_code == 400
    reopened = send(api, handoff, "reopen", {"reason": "They called."})
    assert (reopened.status_code, reopened.json()["rests_until"]) == (200, None)
    assert JournalEntry.objects.get(kind="lead.reopened").data["note"] == "They called."
    pipeline.drain()
    again = send(api, handoff, "reopen", {"reason": "They called."})
    assert again.status_code == 409 and "can be reopened" in said_no(again)


def test_it_is_undone_within_seconds_by_who_decided(
    api: Client, team: Team, sdr: User, client: Client, move_clock: Any
) -> None:
    handoff = claimed(sdr)
    no = {"reason": any_reason().key}
    assert send(api, handoff, "disqualify", no).status_code == 200
    client.force_login(colleague(team))
    assert "Only who decided" in said_no(send(client, handoff, "undo"))
    undone = send(api, handoff, "undo").json()
    assert (undone["state"], undone["stage"], undone["decision"]) == ("claimed", "working", None)
    send(api, handoff, "disqualify", no)
    move_clock(timedelta(minutes=1))
    late = send(api, handoff, "undo")
    assert late.status_code == 409 and "Too late" in said_no(late)


def test_somebody_who_does_not_hold_it_is_told_who_does(
    api: Client, team: Team, sdr: User, client: Client
) -> None:
    handoff = claimed(sdr)
    client.force_login(colleague(team))
    refused = send(client, handoff, "disqualify", {"reason": "no_need"})
    assert refused.status_code == 409 and "Rui Rep holds this lead" in said_no(refused)


def test_a_card_costs_the_same_however_many_elements_were_answered(
    api: Client, sdr: User, django_assert_max_num_queries: Any
) -> None:
    handoff = claimed(sdr)
    scorecards.card_of(handoff, at=factories.now())
    answer_all(handoff, by=sdr)
    with django_assert_max_num_queries(30):
        assert api.get(url(handoff, "card")).status_code == 200


def test_the_examples_of_the_api_page_work_a_card(api: Client, sdr: User) -> None:
    text = (ROOT / "docs" / "api.md").read_text().split("## Cards and decisions")[1]
    bodies = re.findall(r"<id>/(card/\w+|disqualify) .*?-d '(\{.*?\})'\n", text, re.DOTALL)
    assert [deed for deed, _body in bodies] == ["card/need", "disqualify"]
    handoff = claimed(sdr)
    for deed, body in bodies:
        method = "put" if deed.startswith("card") else "post"
        assert send(api, handoff, deed, json.loads(body), method).status_code == 200
