"""Web, workers, beat and PostgreSQL are killed with -9 in the middle of the journey: nothing is lost, nothing is
double."""

import json
import os
import random
import signal
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import redis

from tests.running import Running, leadhub

pytestmark = pytest.mark.kill

SETTING = """
from tests import factories
from accounts import keys
from accounts.models import Role
team = factories.make_team("North", minutes=0)
factories.make_user(Role.SDR, teams=[team]); factories.make_user(Role.MANAGER, teams=[team])
factories.publish_model()
print("KEY", keys.make(kind="secret", name="Website", by=None)[1])
"""
LEADS = 30
LONG = bool(os.environ.get("LEADHUB_LONG"))
# How long the broker is away the first time; how often its lines are cut with every lead, and the pause after each cut.
AWAY_S, CUTS, BETWEEN_S = (600.0, 4, 5.0) if LONG else (0.0, 1, 0.0)


def batch(number: int) -> bytes:
    """A person who says who they are and asks for a demo: enough to cross the line."""
    who = {"anonymousId": f"visitor-{number}"}
    traits = {"email": f"p{number}@firm.example", "title": "Chief Financial Officer"}
    items = [
        {"type": "identify", "messageId": f"i-{number}", **who, "traits": traits},
        {"type": "track", "event": "Demo request", "messageId": f"t-{number}", **who},
    ]
    return json.dumps({"batch": items}).encode()


def post(running: Running, key: str, number: int) -> None:
    """Sends a batch once; raises unless it is accepted."""
    head = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{running.url}/api/v1/batch", batch(number), head)
    urllib.request.urlopen(request, timeout=20).close()


def send(running: Running, key: str, number: int) -> None:
    """Sends the same batch until it is accepted, as a client with a retry queue does."""
    for _attempt in range(200):
        running.look_after()
        try:
            return post(running, key, number)
        except urllib.error.HTTPError as error:
            assert error.code == 503, error.read()
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"batch {number} was never accepted")


def kill_one(running: Running, words: list[str], randomly: random.Random) -> None:
    pids = running.pids(randomly.choice(words))
    if pids:
        os.kill(randomly.choice(pids), signal.SIGKILL)


def test_nothing_is_lost_or_double_when_everything_is_killed(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    randomly = random.Random(7)
    with leadhub(tmp_path, own_servers=True) as running:
        key = running.shell(SETTING).split("KEY ")[1].strip()
        for number in range(LEADS):
            send(running, key, number)
            if number % 4 == 0:
                kill_one(running, ["celery", "gunicorn", "beat"], randomly)
            if number % 12 == 6:
                running.kill_postgres()
        for number in range(LEADS):
            send(running, key, number)
        running.end_leases()
        running.wait_until(lambda: running.one("SELECT count(*) FROM handoff_handoff") == LEADS)
        running.wait_until(lambda: breached(running) == LEADS, seconds=150)
        running.wait_until(lambda: not waiting(running))
        assert running.one("SELECT count(*) FROM leads_lead") == LEADS
        assert running.one("SELECT count(*) FROM leads_event") == LEADS
        assert (
            running.one("SELECT count(*) FROM handoff_notification WHERE kind = 'breach'") == LEADS
        )
        running.manage("check_invariants")


def test_a_broker_that_forgets_drops_lines_and_goes_away_costs_nothing(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with leadhub(tmp_path, own_servers=True) as running:
        key = running.shell(SETTING).split("KEY ")[1].strip()
        broker = redis.Redis.from_url(running.environment["CELERY_BROKER_URL"])
        for number in range(LEADS):
            if number % 10 == 5:
                broker.shutdown(nosave=True)
            # Away or not, nobody who brings a lead hears of it.
            post(running, key, number)
            if number % 10 == 7:
                time.sleep(AWAY_S if number < 10 else 0)
                running.look_after()
                running.wait_until(lambda: answers(broker))
            if number % 10 < 5:
                broker.flushall()
                for _cut in range(CUTS):
                    broker.client_kill_filter(_type="normal")
                    time.sleep(BETWEEN_S)
        running.wait_until(lambda: running.one("SELECT count(*) FROM handoff_handoff") == LEADS)
        running.wait_until(lambda: breached(running) == LEADS, seconds=150)
        running.wait_until(lambda: not waiting(running))
        assert running.one("SELECT count(*) FROM leads_lead") == LEADS
        running.manage("check_invariants")


def answers(broker: redis.Redis) -> bool:
    try:
        return bool(broker.ping())
    except redis.RedisError:
        return False


def breached(running: Running) -> int:
    sql = """SELECT count(*) FROM handoff_slaevent e JOIN handoff_slatimer t ON t.id = e.timer_id
              WHERE e.kind = 'breach' AND t.milestone = 'claim'"""
    return int(running.one(sql))


def waiting(running: Running) -> int:
    sql = "SELECT count(*) FROM leads_journalentry WHERE done_at IS NULL AND parked_at IS NULL"
    return int(running.one(sql))
