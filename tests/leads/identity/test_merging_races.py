"""Merges while events come in for both leads, and merges that are killed: nothing is lost, nothing hangs on a
merged lead, and taken back each has its own."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection

from accounts import clock
from leadhub import invariants, pipeline
from leadhub.dev.places import ROOT
from leads.activity import events
from leads.activity.events import Item
from leads.activity.signatures import Look
from leads.identity import merged, merging
from leads.identity.joining import Policy
from leads.models import Event, Lead, Merge, Visitor
from tests import factories
from tests.handoff.moments import at_once

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = ("maya", "igor")


def send(name: str, number: int) -> None:
    """An event of somebody who says each time who it is, as pages behind a login do."""
    item = Item(
        message_id=f"{name}-{number}", anonymous_id=f"browser of {name}", look=Look("page", "", "/pricing"),
        values={"email": f"{name}@firm.example"} if number % 3 == 0 else {},
    )  # fmt: skip
    events.record([item], sender="test", policy=Policy.FILL, source="Site", at=clock.now())


def two_leads() -> list[Lead]:
    factories.publish_model()
    for name in NAMES:
        send(name, 0)
    return [Lead.objects.get(email=f"{name}@firm.example") for name in NAMES]


def send_many(name: str, count: int) -> None:
    for number in range(1, count + 1):
        send(name, number)


def back_and_forth(leads: list[Lead], times: int) -> None:
    for turn in range(times):
        one, other = leads if turn % 2 else leads[::-1]
        made = merging.merge(one, other, by=None, at=clock.now())
        merging.undo(made, by=None, at=clock.now())


def everything_is_where_it_belongs(leads: list[Lead], count: int) -> None:
    pipeline.drain()
    assert invariants.check() == []
    for name, lead in zip(NAMES, leads, strict=True):
        assert Event.objects.filter(lead=lead).count() == count
        assert Visitor.objects.get(anonymous_id=f"browser of {name}").lead_id == lead.pk


def test_events_that_come_in_during_merges_find_their_lead() -> None:
    leads = two_leads()
    work: list[Callable[[], None]] = [partial(send_many, name, 40) for name in NAMES]
    at_once(*work, partial(back_and_forth, leads, 12), pipeline.drain)
    assert Merge.objects.filter(undone_at=None).count() == 0
    everything_is_where_it_belongs(leads, 41)


def test_two_merges_of_the_same_leads_at_once_make_one() -> None:
    leads = two_leads()

    def merge(one: Lead, other: Lead) -> str:
        try:
            merging.merge(one, other, by=None, at=clock.now())
        except merging.NotTwo:
            return "too late"
        return "merged"

    said = at_once(*[partial(merge, *leads), partial(merge, *leads[::-1])] * 3)
    assert sorted(said) == ["merged", *["too late"] * 5]
    pipeline.drain()
    assert invariants.check() == []


# Merges and parts the two for ever, until somebody kills it.
MERGING = """
from accounts import clock
from leads.identity import merged, merging
from leads.models import Lead
pks = [int(pk) for pk in {pks!r}]
print("READY", flush=True)
while True:
    alive = [lead for lead in Lead.objects.filter(pk__in=pks).order_by("pk") if not lead.merged_into_id]
    if len(alive) == 2:
        merging.merge(*alive, by=None, at=clock.now())
    else:
        merging.undo(merged.latest(alive[0]), by=None, at=clock.now())
"""


def merging_process(leads: list[Lead]) -> subprocess.Popen[str]:
    settings = connection.settings_dict
    url = f"postgres://{settings['USER']}:{settings['PASSWORD']}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"
    code = MERGING.format(pks=[lead.pk for lead in leads])
    process = subprocess.Popen(
        [sys.executable, "manage.py", "shell", "-v0", "-c", code],
        cwd=ROOT, env=os.environ | {"DATABASE_URL": url}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "READY"
    return process


class Stream(threading.Thread):
    """Fifty events a second of one person, until it is told to stop."""

    def __init__(self, name: str) -> None:
        super().__init__(daemon=True)
        self.person, self.sent, self.enough = name, 0, threading.Event()

    def run(self) -> None:
        begin = time.monotonic()
        while not self.enough.wait(0.005):
            # A machine that is busy sends fewer.
            while self.sent < int((time.monotonic() - begin) * 50) and not self.enough.is_set():
                self.sent += 1
                send(self.person, self.sent)
        connection.close()


def kill_while_merging(leads: list[Lead], randomly: random.Random) -> None:
    """Lets another process merge and part the two a few times, and kills it somewhere in the next."""
    before = Merge.objects.count()
    process = merging_process(leads)
    end = time.monotonic() + 30
    while Merge.objects.count() < before + 3 and time.monotonic() < end:
        assert process.poll() is None, process.stdout and process.stdout.read()
        time.sleep(0.01)
    time.sleep(randomly.random() / 10)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


@pytest.mark.kill
def test_merges_killed_under_a_hundred_events_a_second_leave_no_trace() -> None:
    leads = two_leads()
    streams = [Stream(name) for name in NAMES]
    for stream in streams:
        stream.start()
    try:
        for seed in range(3):
            kill_while_merging(leads, random.Random(seed))
    finally:
        for stream in streams:
            stream.enough.set()
            stream.join()
    assert Merge.objects.count() >= 9
    for lead in leads:
        while last := merged.latest(lead):
            merging.undo(last, by=None, at=clock.now())
    pipeline.drain()
    assert invariants.check() == []
    for lead, stream in zip(leads, streams, strict=True):
        assert Event.objects.filter(lead=lead).count() == stream.sent + 1
