"""The demo, small: it holds every promise, and what it planted can be found."""

from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django.fixtures import Settings

from accounts import clock
from accounts.models import User
from handoff.models import Handoff, SlaTimer
from insights import periods
from insights.simulator.answer import Simulator
from insights.sla.asking import Ask
from leadhub import invariants
from leads.models import Lead, Outcome

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings: Settings, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    call_command("demo", "--leads", "400", verbosity=0)
    return tmp_path


def test_the_demo_is_made_once_holds_every_promise_and_waits_in_every_state(demo: Path) -> None:
    call_command("demo", "--leads", "400", verbosity=0)
    assert Lead.objects.count() == 400
    assert invariants.check() == []
    logins = (demo / "demo-users.txt").read_text().splitlines()
    assert len(logins) == User.objects.count()
    email, password = logins[0].split()
    assert User.objects.get(email=email).check_password(password)
    waiting = SlaTimer.objects.filter(milestone="claim", closed_at=None)
    assert {timer.state for timer in waiting} == {"running", "breached"}
    assert Handoff.objects.filter(state="queued").count() >= 20
    assert as_observed(User.objects.get(role="manager"))
    assert set(Outcome.objects.values_list("result", flat=True)) >= {"accepted", "disqualified"}


def as_observed(manager: User) -> bool:
    """Whether the simulator gives within three points what was observed, when nothing is changed."""
    at = clock.now()
    simulator = Simulator(Ask(manager, periods.latest(60, at=at, here=periods.zone()), at))
    answer = simulator.answer(simulator.usual)
    assert answer.observed.judged > 0
    return abs((answer.again.compliance or 0) - (answer.observed.compliance or 0)) <= 3
