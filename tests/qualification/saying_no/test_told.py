"""What a reason asks for beside itself, and what is refused without it."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Team, User
from handoff import touches
from handoff.models import Handoff
from qualification import dispositions
from qualification.agreement import terms
from qualification.dispositions import NotReady
from qualification.models import Disposition
from qualification.saying_no.told import Told
from scoring.models import ModelVersion
from tests import factories
from tests.qualification.facts import any_reason, claimed

pytestmark = pytest.mark.django_db


def say_no(handoff: Handoff, key: str, by: User, told: Told | None = None) -> Disposition:
    return dispositions.disqualify(
        handoff, reason=any_reason(key), by=by, at=factories.now(), told=told or Told()
    )


def test_not_yet_names_a_day_to_come(live_model: ModelVersion, sdr: User) -> None:
    handoff, today = claimed(sdr), factories.now().date()
    for day in (None, today):
        with pytest.raises(NotReady) as refused:
            say_no(handoff, "timeline_too_long", sdr, Told(day=day))
        assert list(refused.value.problems) == ["day"]
    decided = say_no(handoff, "timeline_too_long", sdr, Told(day=today + timedelta(days=90)))
    assert decided.day == today + timedelta(days=90)


def test_a_competitor_is_named_and_nothing_else_is_kept(
    live_model: ModelVersion, sdr: User
) -> None:
    handoff = claimed(sdr)
    with pytest.raises(NotReady) as refused:
        say_no(handoff, "student_or_competitor", sdr, Told(competitor="  "))
    assert list(refused.value.problems) == ["competitor"]
    day = factories.now().date() + timedelta(days=3)
    decided = say_no(handoff, "student_or_competitor", sdr, Told(day=day, competitor=" Corvid "))
    assert (decided.competitor, decided.day) == ("Corvid", None)


def test_unable_to_reach_waits_for_the_agreed_attempts(
    live_model: ModelVersion, team: Team, sdr: User
) -> None:
    terms.put(team, {"attempts": 2})
    handoff = claimed(sdr)
    log = {"by": sdr, "at": factories.now()}
    touches.log(handoff.lead, kind="call", answer="no_answer", **log)  # type: ignore[arg-type]
    touches.log(handoff.lead, kind="note", note="asleep?", **log)  # type: ignore[arg-type]
    touches.log(handoff.lead, kind="email", automatic=True, **log)  # type: ignore[arg-type]
    with pytest.raises(NotReady, match="Agreed are 2 attempts; 1 are logged"):
        say_no(handoff, "unable_to_reach", sdr)
    touches.log(handoff.lead, kind="email", **log)  # type: ignore[arg-type]
    say_no(handoff, "unable_to_reach", sdr)


def test_without_an_agreed_number_nobody_counts(
    live_model: ModelVersion, team: Team, sdr: User
) -> None:
    terms.put(team, {"attempts": None})
    say_no(claimed(sdr), "unable_to_reach", sdr)


def test_the_sheet_says_it_beside_the_field_and_loses_nothing(
    live_model: ModelVersion, client: Client, sdr: User
) -> None:
    handoff = claimed(sdr)
    client.force_login(sdr)
    sent = {"reason": any_reason("student_or_competitor").pk, "note": "She teaches it."}
    answer = client.post(f"/qualification/{handoff.public_id}/disqualify", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Say which one it is." in page
    assert "She teaches it." in page
