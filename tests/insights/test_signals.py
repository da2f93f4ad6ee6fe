"""Signs that the line is drawn wrong: each is counted, and opens just its leads."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Team, User
from handoff.models import Handoff
from insights import figures, periods, signals
from insights.signals import Signal
from leads.models import Outcome
from qualification.models import Disposition
from tests import factories
from tests.insights.facts import HOUR, plant
from tests.qualification.facts import colleague

pytestmark = pytest.mark.django_db


def counted(user: User) -> dict[str, tuple[int, int]]:
    period = periods.latest(30, at=factories.now(), here=periods.zone())
    now, before = figures.now_and_before(user, period)
    found = signals.figures(user, now, before)
    return {str(one.label): (one.now.value, one.now.whole) for one in found}


def later(handoff: Handoff, result: str, by: User | None) -> None:
    at = factories.now()
    Outcome.objects.create(lead=handoff.lead, result=result, by=by, at=at)


def test_a_no_that_others_sold_to_is_counted(team: Team, sdr: User, marketer: User) -> None:
    rested = [plant(team, state="recycled", reason="no_budget", by=sdr) for _ in range(5)]
    later(rested[0], "won", None)
    later(rested[1], "accepted", colleague(team))
    later(rested[2], "accepted", sdr)
    later(rested[3], "lost", None)
    # They bought elsewhere, as the next rep learnt.
    again = plant(team, state="disqualified", reason="student_or_competitor", by=sdr)
    Handoff.objects.filter(pk=again.pk).update(lead=rested[4].lead)
    Disposition.objects.filter(handoff=again).update(competitor="Corvid", at=factories.now())
    assert counted(marketer)[str(Signal.SOLD.label)] == (3, 5)


def test_a_no_within_a_minute_and_a_yes_below_the_gate(
    team: Team, sdr: User, marketer: User, client: Client
) -> None:
    for seconds in (20, 59, 60, 600):
        one = plant(team, state="disqualified", reason="no_need", by=sdr, took=2 * HOUR)
        claimed_at = one.opened_at + 2 * HOUR - timedelta(seconds=seconds)
        Handoff.objects.filter(pk=one.pk).update(claimed_at=claimed_at)
    plant(team, state="accepted", by=sdr)
    below = plant(team, state="accepted", by=sdr)
    Disposition.objects.filter(handoff=below).update(below_gate=True)
    found = counted(marketer)
    assert found[str(Signal.AT_ONCE.label)] == (2, 4)
    assert found[str(Signal.BELOW_GATE.label)] == (1, 2)
    client.force_login(marketer)
    assert "Rejected within a minute" in client.get("/reports/reasons/").content.decode()
    behind = client.get("/reports/leads/?show=handed&signal=at_once").content.decode()
    assert behind.count('id="row-') == 2
    assert client.get("/reports/leads/?show=handed&signal=nonsense").status_code == 404
