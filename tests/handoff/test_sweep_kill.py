"""Thousands of clocks come due while sweepers and PostgreSQL are killed with -9: each alarm rings once, none is
lost, none is early."""

import os
import random
import signal
import time
from pathlib import Path

import pytest

from tests.running import Running, leadhub

pytestmark = pytest.mark.kill
LONG = bool(os.environ.get("LEADHUB_LONG"))
CLOCKS = 10_000 if LONG else 1_500

SETTING = """
from tests import factories
from accounts import clock
from accounts.models import Role
from scoring import engine
team = factories.make_team("North", minutes=600)
factories.make_user(Role.SDR, teams=[team]); factories.make_user(Role.MANAGER, teams=[team])
factories.publish_model()
for number in range(10):
    # The workers that run open the handoffs.
    lead = factories.make_lead(title="Chief Operating Officer")
    factories.make_event(lead, "demo_request")
    engine.rescore([lead.pk], at=clock.now(), cause="activity")
"""
# As many further cycles of a promise as there shall be clocks, due one after the other within ten seconds.
MORE = """
WITH made AS (
    INSERT INTO handoff_slatimer (handoff_id, milestone, cycle, policy_version_id, calendar_version_id, state,
           budget_s, consumed_s, started_at, running_since, due_at, generation)
    SELECT h.id, 'follow_up', n, t.policy_version_id, t.calendar_version_id, 'running', 60, 0, app_now(), app_now(),
           app_now() + interval '2 seconds' + n * interval '10 seconds' / %s, 1
      FROM handoff_handoff h JOIN handoff_slatimer t ON t.handoff_id = h.id AND t.milestone = 'first_touch'
      CROSS JOIN generate_series(1, %s) AS n
 RETURNING id, due_at)
INSERT INTO handoff_slaalarm (timer_id, kind, step, generation, fire_at, state)
SELECT id, 'breach', 0, 1, due_at, 'pending' FROM made"""
TARGETS = """UPDATE handoff_slapolicyversion SET targets = targets ||
    '{"follow_up": {"minutes": 1, "clock": "business"}}'"""


def test_each_of_many_alarms_rings_once_whoever_is_killed(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    randomly = random.Random(11)
    with leadhub(tmp_path, own_servers=True) as running:
        running.shell(SETTING)
        running.execute(TARGETS)
        running.wait_until(lambda: running.one("SELECT count(*) FROM handoff_handoff") == 10)
        each = CLOCKS // 10
        running.execute(MORE, each, each)
        running.execute("UPDATE handoff_handoff h SET next_due_at = (SELECT min(due_at) FROM handoff_slatimer t"
                        " WHERE t.handoff_id = h.id AND t.closed_at IS NULL)")  # fmt: skip
        end, crashes = time.monotonic() + (60 if LONG else 15), 0
        while time.monotonic() < end:
            kill_one(running, randomly)
            if crashes < 2 and rung(running) > (crashes + 1) * CLOCKS / 3:
                running.kill_postgres()
                crashes += 1
            running.look_after()
            time.sleep(0.25)
        running.end_leases()
        running.wait_until(lambda: rung(running) == CLOCKS, seconds=150)
        running.wait_until(lambda: not waiting(running), seconds=150)
        told = "SELECT count(*) FROM leads_journalentry WHERE kind = 'timer.rang' AND data->>'alarm' = 'breach'"
        assert running.one(told) == CLOCKS
        early = "SELECT count(*) FROM handoff_slaevent WHERE fired_at < due_at"
        assert running.one(early) == 0
        running.manage("check_invariants")


def kill_one(running: Running, randomly: random.Random) -> None:
    pids = running.pids("celery")
    if pids:
        os.kill(randomly.choice(pids), signal.SIGKILL)


def rung(running: Running) -> int:
    sql = "SELECT count(*) FROM handoff_slaevent WHERE kind = 'breach'"
    return int(running.wait_until(lambda: running.one(sql) + 1) - 1)


def waiting(running: Running) -> int:
    sql = "SELECT count(*) FROM leads_journalentry WHERE done_at IS NULL AND parked_at IS NULL"
    return int(running.one(sql))
