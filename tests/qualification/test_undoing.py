"""A decision undone within seconds leaves everything as it was; later it is refused in words."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Team, User
from handoff import timers, touches
from handoff.models import Handoff, Segment, SlaAlarm, SlaEvent, SlaTimer
from leadhub import pipeline
from leadhub.invariants import check
from leads.models import JournalEntry, Lead, LeadScore, Outcome
from leads.stages import Stage
from qualification import dispositions, reopening, undoing
from qualification.models import Disposition, FactVerdict, PassedSql, Scorecard
from qualification.saying_no.facts import facts_of
from qualification.saying_no.told import Tick, Told
from scoring.models import ModelVersion
from tests import factories
from tests.qualification.facts import answer_all, any_reason, claimed, colleague

pytestmark = pytest.mark.django_db
Move = Callable[[timedelta], None]


def look(handoff: Handoff) -> dict[str, Any]:
    """Everything that a decision may touch."""
    chain = Segment.objects.filter(handoff=handoff, replaced_at=None).order_by("started_at", "id")
    hidden = {"previous_id", "id", "known_at"}
    return {
        "handoff": Handoff.objects.filter(pk=handoff.pk).values().get(),
        "timers": list(SlaTimer.objects.filter(handoff=handoff).order_by("pk").values()),
        "alarms": list(SlaAlarm.objects.filter(timer__handoff=handoff).order_by("pk").values()),
        "chain": [{k: v for k, v in row.items() if k not in hidden} for row in chain.values()],
        "stage": Lead.objects.values_list("stage", "title", "owner", "team").get(
            pk=handoff.lead_id
        ),
        "score": LeadScore.objects.values("armed", "armed_from", "stage").get(lead=handoff.lead_id),
        "outcomes": Outcome.objects.count(),
        "decisions": Disposition.objects.count(),
        "done": list(Scorecard.objects.values_list("completed_at")),
    }


def decide(handoff: Handoff, result: str, by: User) -> None:
    at = factories.now()
    if result == "accepted":
        dispositions.accept(handoff, by=by, at=at)
    elif result == "recycled":
        day = dispositions.first_day(at) + timedelta(days=40)
        dispositions.recycle(handoff, until=day, reason=any_reason(), by=by, at=at)
    else:
        fact = next(f for f in facts_of(handoff) if f.field)
        told = Told(ticks=[Tick(fact, FactVerdict.Verdict.WRONG, "Trainee")])
        reason = any_reason("not_a_decision_maker")
        dispositions.disqualify(handoff, reason=reason, by=by, at=at, told=told)


@pytest.mark.parametrize("result", ["accepted", "recycled", "disqualified"])
def test_every_outcome_is_undone_exactly(
    live_model: ModelVersion, sdr: User, result: str, move_clock: Move
) -> None:
    handoff = claimed(sdr)
    touches.log(handoff.lead, kind="call", answer="reached", by=sdr, at=factories.now())
    answer_all(handoff, by=sdr)
    pipeline.drain()
    was = look(handoff)
    move_clock(timedelta(minutes=3))
    decide(handoff, result, sdr)
    assert look(handoff) != was
    move_clock(timedelta(seconds=8))
    undoing.undo(handoff, by=sdr, at=factories.now())
    assert look(handoff) == was
    assert not FactVerdict.objects.exists()
    pipeline.drain()
    assert JournalEntry.objects.filter(kind="handoff.undone").count() == 1
    assert not PassedSql.objects.filter(ended_at=None).exists()
    assert check() == []
    decide(handoff, "recycled", sdr)
    assert Lead.objects.get().stage == Stage.RECYCLED


def test_what_rang_before_rings_no_second_time(
    live_model: ModelVersion, sdr: User, move_clock: Move
) -> None:
    handoff = claimed(sdr)
    move_clock(timedelta(days=2))
    decide(handoff, "recycled", sdr)
    told = set(SlaEvent.objects.values_list("timer", "kind", "generation"))
    assert ("breach" in {kind for _timer, kind, _g in told}) is True
    undoing.undo(handoff, by=sdr, at=factories.now())
    move_clock(timedelta(seconds=5))
    timers.ring()
    again = list(SlaEvent.objects.filter(kind="breach").values_list("timer", "generation"))
    assert len(again) == len(set(again))
    assert JournalEntry.objects.filter(kind="timer.rang", data__alarm="breach").count() == len(
        again
    )


def test_after_its_seconds_it_is_refused(
    live_model: ModelVersion, sdr: User, move_clock: Move
) -> None:
    handoff = claimed(sdr)
    decide(handoff, "recycled", sdr)
    move_clock(timedelta(seconds=20))
    with pytest.raises(undoing.CannotUndo, match="Too late"):
        undoing.undo(handoff, by=sdr, at=factories.now())
    assert Lead.objects.get().stage == Stage.RECYCLED


def test_only_who_decided_undoes_and_only_once(
    live_model: ModelVersion, team: Team, sdr: User
) -> None:
    handoff = claimed(sdr)
    decide(handoff, "disqualified", sdr)
    with pytest.raises(undoing.CannotUndo, match="Only who decided"):
        undoing.undo(handoff, by=colleague(team), at=factories.now())
    undoing.undo(handoff, by=sdr, at=factories.now())
    with pytest.raises(undoing.CannotUndo, match="no decision"):
        undoing.undo(handoff, by=sdr, at=factories.now())


def test_what_happened_since_stands_in_the_way(live_model: ModelVersion, sdr: User) -> None:
    handoff = claimed(sdr)
    decide(handoff, "recycled", sdr)
    touches.log(handoff.lead, kind="call", by=sdr, at=factories.now())
    with pytest.raises(undoing.CannotUndo, match="Something else happened"):
        undoing.undo(handoff, by=sdr, at=factories.now())


def test_the_toast_offers_it_and_the_door_says_why_not(
    live_model: ModelVersion, client: Client, sdr: User, move_clock: Move
) -> None:
    handoff = claimed(sdr)
    client.force_login(sdr)
    url = f"/qualification/{handoff.public_id}"
    sent = {"reason": any_reason().pk}
    assert client.post(f"{url}/disqualify", sent).status_code == 302
    assert f'data-undo="{url}/undo"' in client.get("/queue/").content.decode()
    assert client.post(f"{url}/undo", headers={"HX-Request": "true"})["HX-Redirect"] == (
        f"/leads/{handoff.lead.public_id}/"
    )
    client.post(f"{url}/disqualify", sent)
    move_clock(timedelta(minutes=1))
    late = client.post(f"{url}/undo", headers={"HX-Request": "true"})
    assert (late.status_code, "Too late" in late.content.decode()) == (409, True)


def test_a_closed_lead_is_reopened_with_a_reason_and_crosses_again(
    live_model: ModelVersion, client: Client, sdr: User
) -> None:
    handoff = claimed(sdr)
    dispositions.disqualify(handoff, reason=any_reason(), by=sdr, at=factories.now())
    client.force_login(sdr)
    url = f"/qualification/{handoff.public_id}/reopen"
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "Their boss called."}).status_code == 302
    pipeline.drain()
    assert Handoff.objects.filter(lead=handoff.lead, state="queued").count() == 1
    assert Outcome.objects.count() == 1
    with pytest.raises(reopening.CannotReopen):
        reopening.reopen(handoff, reason="again", by=sdr, at=factories.now())


def test_a_resting_lead_rests_no_more(live_model: ModelVersion, sdr: User) -> None:
    handoff = claimed(sdr)
    decide(handoff, "recycled", sdr)
    reopening.reopen(handoff, reason="They called.", by=sdr, at=factories.now())
    pipeline.drain()
    assert Lead.objects.get().stage == Stage.MQL
