"""Workers and PostgreSQL are killed with -9 while a file is imported: every row counts once."""

import os
import random
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.running import Running, leadhub

pytestmark = pytest.mark.kill

# 60,000 take minutes; in whole hundreds.
ROWS = int(os.environ.get("LEADHUB_KILL_ROWS", "5000"))
LONG = max(60, ROWS // 200)
LONG_FORM = ROWS > 5000
# Every tenth row cannot be read or recognised, every tenth repeats the row before.
STARTING = """
from django.core.files import File
from accounts import clock
from accounts.models import Role
from leads import fields
from leads.importing import staging, starting
from tests import factories
factories.publish_model()
by = factories.make_user(Role.MARKETER)
with open("{path}", "rb") as file:
    imported = staging.upload(File(file, "kill.csv"), by=by, at=clock.now())
plan = starting.proposal(imported, fields.catalogue())
print(starting.start(imported, plan, opens_handoffs=False, at=clock.now()))
"""


def write(path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("Email,Name,Job Title,Company,City\n")
        file.writelines(row(number) for number in range(ROWS))


def row(number: int) -> str:
    if number % 10 == 3:
        return "no address,Nobody,,,\n"
    person = number - 1 if number % 10 == 7 else number
    return f"p{person}@firm{person % 90}.example,Person {person},Buyer,Firm {person % 90},Rome\n"


def kill_workers(running: Running) -> None:
    for pid in running.pids("celery"):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def done_rows(running: Running) -> int:
    return int(running.one("SELECT next_row - 1 FROM leads_import"))


def state(running: Running) -> str:
    return str(running.one("SELECT state FROM leads_import"))


def is_scored(running: Running) -> bool:
    return running.one("SELECT would_cross FROM leads_import") is not None


def test_an_import_adds_up_whatever_is_killed(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    randomly = random.Random(11)
    file = tmp_path / "kill.csv"
    write(file)
    with leadhub(tmp_path, own_servers=True) as running:
        assert "True" in running.shell(STARTING.format(path=file))
        for number in range(1, 5):
            running.wait_until(
                lambda rows=ROWS // 5 * number: done_rows(running) >= rows, seconds=LONG
            )
            # The next piece is under way, or soon will be.
            time.sleep(randomly.uniform(0, 0.3))
            kill_workers(running)
            if number in (2, 4):
                running.kill_postgres()
            if number > 1 or not LONG_FORM:  # In the long form the first lease is waited for.
                running.end_leases()
        running.wait_until(lambda: state(running) == "done", seconds=4 * LONG)
        running.end_leases()
        running.wait_until(lambda: is_scored(running), seconds=2 * LONG)
        tenth = ROWS // 10
        assert running.query("SELECT created, updated, unchanged, rejected FROM leads_import") == [
            (8 * tenth, 0, tenth, tenth)
        ]
        assert running.one("SELECT count(*) FROM leads_lead") == 8 * tenth
        assert running.one("SELECT count(DISTINCT email) FROM leads_lead") == 8 * tenth
        told = "SELECT count(*) FROM leads_journalentry WHERE kind = 'lead.imported'"
        assert running.one(told) == 8 * tenth
        running.manage("check_invariants")
