"""How many events a second the doors take over HTTP, beside the same rows by hand, and while they are scored."""

import http.client
import json
import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random

import psycopg
from django.conf import settings
from django.db import connection
from psycopg.types.json import Jsonb

from accounts import clock, keys
from accounts.models import ApiKey
from leadhub.bench import measures
from leadhub.bench.pairs import Measured, Rate, in_turn
from leadhub.dev import ports, programs
from leadhub.dev.processes import Program, Supervisor
from leads.activity.signatures import Look, numbers
from leads.models import JournalEntry, Lead, Visitor
from leads.models.journal import WAITING

SIDES, BATCHES, PER_BATCH = 4, 10, 100
LOOKS = [Look("page", "", path) for path in ("/", "/pricing", "/blog/a", "/product")]
_random = Random(5)
Deed = Callable[[], None]


def over_http(pairs: int) -> Measured:
    """4,000 page views by four senders in batches of 100, nothing behind the door; by hand over as many lines."""
    visitors = _visitors()
    looks = list(numbers(LOOKS).values())
    with _running(programs_wanted="web") as (port, key):
        names = [name for _id, name, _lead in visitors]
        ready: list[bytes] = []

        def write_letters() -> None:
            ready.extend(_body(names) for _ in range(SIDES * BATCHES))

        def product() -> None:
            _at_once(lambda: _send(port, key, [ready.pop() for _ in range(BATCHES)]))

        def anchor() -> None:
            _at_once(lambda: _by_hand(visitors, looks))

        return in_turn(
            "4,000 events over HTTP", product, anchor,
            pairs=pairs, limit=4.0, before=write_letters,
        )  # fmt: skip


def while_scored(seconds: int) -> Rate:
    """Events a second that are accepted while workers score whom they are about."""
    names = [name for _id, name, _lead in _visitors()]
    with _running(programs_wanted="all") as (port, key):
        _send(port, key, [_body(names)])
        _until_followed()
        end = time.monotonic() + seconds
        sent: list[int] = []

        def side() -> None:
            while time.monotonic() < end:
                _send(port, key, [_body(names)])
                sent.append(PER_BATCH)

        begun = time.monotonic()
        _at_once(side)
        return Rate("events over HTTP, scored", sum(sent) / (time.monotonic() - begun), 3000)


def _until_followed() -> None:
    """Until the workers, too, are awake and have done what waits."""
    end = time.monotonic() + 600
    while JournalEntry.objects.filter(WAITING, available_at__lt=clock.now()).exists():
        assert time.monotonic() < end, "nobody follows what came in"
        time.sleep(0.2)


def _visitors() -> list[tuple[int, str, int | None]]:
    """Browsers of known leads."""
    measures.know_visitors(list(Lead.objects.order_by("id").values_list("id", flat=True)[:500]))
    known = Visitor.objects.exclude(lead=None)
    return list(known.values_list("id", "anonymous_id", "lead_id")[:500])


@contextmanager
def _running(programs_wanted: str) -> Iterator[tuple[int, str]]:
    folder = Path(settings.VAR_DIR) / "ingest"
    folder.mkdir(parents=True, exist_ok=True)
    port = ports.remembered(folder / "port")
    key = keys.make(kind=ApiKey.Kind.SECRET, name="Bench", by=None)[1]
    wanted: list[Program] = programs.all_programs(port, folder)
    supervisor = Supervisor(folder, dict(os.environ))
    try:
        for program in wanted if programs_wanted == "all" else wanted[:1]:
            supervisor.start(program)
        supervisor.wait_for(lambda: not ports.is_free(port), seconds=60)
        yield port, key
    finally:
        supervisor.stop()


def _at_once(side: Deed) -> None:
    failures: list[BaseException] = []

    def guarded() -> None:
        try:
            side()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded) for _ in range(SIDES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def _body(names: Sequence[str]) -> bytes:
    items = [
        {"type": "page", "messageId": uuid.uuid4().hex, "anonymousId": _random.choice(names),
         "properties": {"path": _random.choice(LOOKS).path, "title": "A page"}}
        for _ in range(PER_BATCH)
    ]  # fmt: skip
    return json.dumps({"batch": items}).encode()


def _send(port: int, key: str, bodies: Sequence[bytes]) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    head = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    for body in bodies:
        line.request("POST", "/v1/batch", body, head)
        answer = line.getresponse()
        assert answer.status == 200, answer.read()
        answer.read()
    line.close()


def _by_hand(
    visitors: Sequence[tuple[int, str, int | None]], looks: Sequence[tuple[int, int]]
) -> None:
    told = connection.get_connection_params()
    place = {
        name: told[name]
        for name in ("dbname", "user", "password", "host", "port")
        if told.get(name)
    }
    with psycopg.connect(**place) as line:
        for _ in range(BATCHES):
            rows = [(_random.choice(visitors), _random.choice(looks)) for _ in range(PER_BATCH)]
            with line.transaction(), line.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO leads_eventkey (digest, received_at) SELECT k, now() FROM unnest(%s::bytea[]) k"
                    " ON CONFLICT DO NOTHING",
                    [[uuid.uuid4().bytes for _ in rows]],
                )
                cursor.execute(
                    """INSERT INTO leads_event (visitor_id, lead_id, occurred_at, received_at, kind, signature_id,
                                                trust, properties)
                       SELECT v, l, now(), now(), k, s, 0, p
                         FROM unnest(%s::bigint[], %s::bigint[], %s::smallint[], %s::bigint[], %s::jsonb[])
                              AS t(v, l, k, s, p)""",
                    [
                        [visitor[0] for visitor, _look in rows], [visitor[2] for visitor, _look in rows],
                        [look[1] for _visitor, look in rows], [look[0] for _visitor, look in rows],
                        [Jsonb({"path": "/", "title": "A page"})] * len(rows),
                    ],
                )  # fmt: skip
