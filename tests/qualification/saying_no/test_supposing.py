"""What the score becomes is said before a no is sent, and is what it becomes."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Team, User
from handoff.models import Handoff
from leadhub import pipeline
from leads.models import Company, Event, EventRelabel, JournalEntry, Lead, LeadChange, LeadScore
from qualification import access, dispositions
from qualification.models import FactVerdict
from qualification.saying_no.facts import facts_of
from qualification.saying_no.supposing import Supposed, suppose
from qualification.saying_no.told import NotReady, Tick, Told
from scoring.models import ModelVersion
from tests import factories
from tests.qualification.facts import any_reason, claimed, colleague

pytestmark = pytest.mark.django_db
Verdict = FactVerdict.Verdict


def tick(handoff: Handoff, criterion: str, verdict: str, value: str = "") -> Tick:
    fact = next(f for f in facts_of(handoff) if f.criterion == criterion)
    return Tick(fact, verdict, value)


def supposed(handoff: Handoff, *ticks: Tick, by: User) -> Supposed:
    said = suppose(handoff, ticks, by=by, at=factories.now())
    assert said is not None
    return said


@pytest.mark.parametrize(
    ("criterion", "verdict", "value"),
    [
        ("c_level", Verdict.WRONG, "Head of Sales"),
        ("c_level", Verdict.OUTDATED, ""),
        ("c_level", Verdict.RIGHT, ""),
        ("demo", Verdict.WRONG, ""),
        ("demo", Verdict.NOT_COUNTING, ""),
    ],
)
def test_what_is_said_is_what_it_becomes(
    live_model: ModelVersion, sdr: User, criterion: str, verdict: str, value: str
) -> None:
    handoff = claimed(sdr)
    one = tick(handoff, criterion, verdict, value)
    said = supposed(handoff, one, by=sdr)
    assert said.before == LeadScore.objects.get().total
    told = Told(ticks=[one])
    dispositions.disqualify(
        handoff, reason=any_reason(), by=sdr, at=factories.now(), told=told
    )  # fmt: skip
    pipeline.drain()
    now = LeadScore.objects.get()
    assert (now.total, now.band) == (said.after, said.band.key if said.band else "")
    assert said.disputed == ([] if verdict == Verdict.RIGHT else [one.fact.label])


def test_nothing_of_it_is_kept(live_model: ModelVersion, sdr: User) -> None:
    handoff = claimed(sdr)

    def all_rows() -> list[Any]:
        some = (Lead, Event, LeadScore, LeadChange, EventRelabel, JournalEntry, Company)
        return [list(model.objects.order_by("pk").values()) for model in some]

    was = all_rows()
    said = supposed(
        handoff,
        tick(handoff, "c_level", "wrong", "Trainee"),
        tick(handoff, "demo", "wrong"),
        by=sdr,
    )
    assert said.after < said.before and not said.stays
    assert all_rows() == was
    assert handoff.lead.title == "Chief Operating Officer"


def test_what_cannot_be_written_is_said_and_strangers_learn_nothing(
    live_model: ModelVersion, team: Team, sdr: User
) -> None:
    handoff = claimed(sdr)
    same = tick(handoff, "c_level", "wrong", "Chief Operating Officer")
    with pytest.raises(NotReady, match="stands there already"):
        supposed(handoff, same, by=sdr)
    with pytest.raises(access.NotYours):
        supposed(handoff, same, by=colleague(team))


def test_the_sheet_says_it_as_soon_as_a_fact_is_ticked(
    live_model: ModelVersion, client: Client, sdr: User
) -> None:
    handoff = claimed(sdr)
    client.force_login(sdr)
    url = f"/qualification/{handoff.public_id}/supposed"
    assert client.post(url, {}).content.decode().strip() == ""
    before = LeadScore.objects.get().total
    page = client.post(
        url, {"verdict_c_level": "wrong", "value_c_level": "Office manager"}
    ).content.decode()
    assert f"<b>{before} → {before - 20}</b>" in page
    assert "Marketing gets a dispute: C-level title." in page
    same = {"verdict_c_level": "wrong", "value_c_level": "Chief Operating Officer"}
    assert "stands there already" in client.post(url, same).content.decode()
    stays = client.post(url, {"verdict_c_level": "right"}).content.decode()
    assert f"Score stays <b>{before}</b>." in stays and "dispute" not in stays


def test_it_costs_few_statements(
    live_model: ModelVersion, sdr: User, django_assert_max_num_queries: Any
) -> None:
    handoff = claimed(sdr)
    one = tick(handoff, "c_level", "wrong", "Trainee")
    with django_assert_max_num_queries(45):
        supposed(handoff, one, by=sdr)
