"""A version goes live on its day while workers and PostgreSQL are killed with -9: everybody is scored by it, and
nobody is called twice. Then it is gone back and forth."""

import os
import random
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.running import Running, leadhub

pytestmark = pytest.mark.kill
LEADS = 200

SETTING = """
from datetime import timedelta
from django.db import connection
from accounts import clock
from accounts.models import Role
from leads import journal
from leads.models import Lead
from scoring import runs
from scoring.publishing import drafts, proposals
from scoring.publishing.proposals import Plan
from tests import factories
from tests.scoring.models import fit, model
runs.CHUNK = 40
team = factories.make_team("North")
by = factories.make_user(Role.MARKETER); factories.make_user(Role.SDR, teams=[team])
live = factories.publish_model(model(fit("title", 20)))
for n in range({leads}):
    factories.make_lead(title="CTO", email=f"p{{n}}@firm.example")
draft = drafts.edit(live.model, drafts.points("title", 60), by=by, at=clock.now())
plan = Plan("x", "y", opens_handoffs=True, goes_live_at=clock.now() + timedelta(seconds=2))
proposals.propose(draft, plan, by=by, at=clock.now())
"""
REVERTING = """
from accounts import clock
from accounts.models import User
from scoring.publishing import proposals
from scoring.models import ModelVersion
by = User.objects.filter(role="marketer").first()
old = ModelVersion.objects.filter(state="retired", reverts_to=None).order_by("-retired_at").first()
proposals.revert(old, reason="x", by=by, at=clock.now())
"""
LATE = """SELECT count(*) FROM leads_leadscore WHERE total <> {} OR version IS DISTINCT FROM
          (SELECT id FROM scoring_modelversion WHERE state = 'live')"""


def kill_workers(running: Running) -> None:
    for pid in running.pids("celery"):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def through_deaths(running: Running, total: int, randomly: random.Random) -> None:
    """Kills while the base is rescored; a killed worker's chunk need not wait for its lease here."""
    for _turn in range(6):
        time.sleep(randomly.uniform(0.2, 1.2))
        if randomly.random() < 0.7:
            kill_workers(running)
        else:
            running.kill_postgres()
        running.end_leases()
        running.wait_until(lambda: lapse(running))
    running.wait_until(lambda: lapse(running) and late(running, total) == 0, seconds=180)


def late(running: Running, total: int) -> int:
    return int(running.one(LATE.format(total)))


def lapse(running: Running) -> bool:
    """As if the leases of the dead had run out."""
    running.execute("UPDATE scoring_rescorechunk SET leased_until = NULL WHERE done_at IS NULL")
    return True


def deeds(running: Running) -> list[int]:
    tables = [
        "leads_crossing",
        "handoff_handoff",
        "handoff_slatimer",
        "handoff_notification",
        "handoff_delivery",
    ]
    return [int(running.one(f"SELECT count(*) FROM {table}")) for table in tables]


def test_a_publication_survives_and_going_back_and_forth_calls_nobody_twice(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    randomly = random.Random(5)
    with leadhub(tmp_path, own_servers=True) as running:
        running.shell(SETTING.format(leads=LEADS))
        through_deaths(running, 60, randomly)
        running.wait_until(
            lambda: running.one("SELECT count(*) FROM handoff_handoff") == LEADS, seconds=120
        )
        waiting = "SELECT count(*) FROM leads_journalentry WHERE done_at IS NULL"
        running.wait_until(lambda: running.one(waiting) == 0, seconds=120)
        before = deeds(running)
        assert before[:3] == [LEADS, LEADS, 2 * LEADS]
        for total in (20, 60):
            running.shell(REVERTING)
            kill_workers(running)
            running.end_leases()
            running.wait_until(
                lambda want=total: lapse(running) and late(running, want) == 0, seconds=180
            )
            running.wait_until(lambda: running.one(waiting) == 0, seconds=120)
            assert deeds(running) == before
        running.manage("check_invariants")
