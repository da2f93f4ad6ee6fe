"""From an event at the door to a handoff in the queue, through real web, worker and beat, under load."""

import http.client
import json
import os
import threading
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from accounts import keys
from accounts.models import ApiKey
from handoff.models import Handoff
from leadhub.bench.pairs import Spread
from leadhub.dev import ports, programs
from leadhub.dev.processes import Supervisor
from leads.models import JournalEntry

RATE = 200  # events a second
PER_BATCH = 20


def lateness(
    seconds: int, meanwhile: Callable[[], object] = lambda: None, name: str = ""
) -> Spread:
    """Milliseconds from sending the batch that makes a lead cross until its handoff lies in the queue.

    `meanwhile` is done once, when everything runs and before the load."""
    folder = Path(settings.VAR_DIR) / "live"
    folder.mkdir(parents=True, exist_ok=True)
    port = ports.remembered(folder / "port")
    key = keys.make(kind=ApiKey.Kind.SECRET, name="Bench", by=None)[1]
    supervisor = Supervisor(folder, dict(os.environ))
    try:
        for program in programs.all_programs(port, folder):
            supervisor.start(program)
        supervisor.wait_for(lambda: not ports.is_free(port), seconds=60)
        run = uuid.uuid4().hex[:8]
        _send(port, key, f"warm-up-{run}", 0)
        _wait_for(lambda: f"warm-up-{run}-0@live.example" in _arrived())
        # What was opened before is followed first.
        _wait_for(lambda: not JournalEntry.objects.filter(done_at=None, parked_at=None).exists())
        meanwhile()
        sent = _load(port, key, seconds, f"load-{run}")
        expected = set(sent)
        _wait_for(lambda: expected <= set(_arrived()))
    finally:
        supervisor.stop()
    arrived = _arrived()
    return Spread(
        name or f"event to queue at {RATE} events/s",
        [1000 * (arrived[email] - moment) for email, moment in sent.items()],
        2000.0 if name else 1000.0,
    )


def _load(port: int, key: str, seconds: int, name: str) -> dict[str, float]:
    """Sends ten batches a second; each makes one new lead cross and holds events of others."""
    sent: dict[str, float] = {}
    threads = []
    start = time.monotonic()
    for number in range(seconds * RATE // PER_BATCH):
        time.sleep(max(0.0, start + number * PER_BATCH / RATE - time.monotonic()))
        sent[f"{name}-{number}@live.example"] = time.time()
        thread = threading.Thread(target=_send, args=(port, key, name, number))
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()
    return sent


def _send(port: int, key: str, name: str, number: int) -> None:
    who = {"anonymousId": f"{name}-{number}"}
    traits = {"email": f"{name}-{number}@live.example", "title": "Chief Operating Officer"}
    items = [
        {"type": "identify", "messageId": f"i-{name}-{number}", **who, "traits": traits},
        {"type": "track", "event": "Demo request", "messageId": f"d-{name}-{number}", **who},
    ]
    for other in range(PER_BATCH - len(items)):
        page = {
            "type": "page",
            "messageId": f"p-{name}-{number}-{other}",
            "properties": {"path": "/blog/a"},
        }
        items.append({**page, "anonymousId": f"{name}-{(number * 7 + other) % 300}"})
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    head = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    line.request("POST", "/api/v1/batch", json.dumps({"batch": items}), head)
    assert line.getresponse().status == 200
    line.close()


def _arrived() -> dict[str, float]:
    rows = Handoff.objects.filter(lead__email__endswith="@live.example")
    return {email or "": _epoch(at) for email, at in rows.values_list("lead__email", "opened_at")}


def _epoch(moment: datetime) -> float:
    return moment.astimezone(UTC).timestamp()


def _wait_for(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not true():
        if time.monotonic() > end:
            raise RuntimeError("The pipeline did not catch up within two minutes.")
        time.sleep(0.2)
