"""A crowded queue: its page, the question that every open page asks, and many who claim at once."""

import http.client
import multiprocessing
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, connections
from django.test import Client

from accounts import clock
from accounts.models import Role, Team, User
from handoff import claims, queue_settings
from handoff.models import Handoff
from handoff.queue import counting, worth
from handoff.queue.asking import Ask
from leadhub import garbage
from leadhub.bench import measures
from leadhub.bench.pairs import Rate, Spread, timed
from leadhub.dev import ports, programs
from leadhub.dev.processes import Supervisor

PAGES, EVERY_S, SHARE = 200, 15, 0.1
# What one poll may cost, web and database together, so that so many open pages cost so much of a core.
POLL_MS = 1000 * SHARE * EVERY_S / PAGES
CONNECTIONS, CLIENTS, OFFERED = 8, 50, 500


def fill(number: int) -> None:
    """As many open handoffs, whose leads did something at different times."""
    missing = number - Handoff.objects.filter(state__in=("queued", "claimed")).count()
    if missing > 0:
        measures.open_handoffs(missing)
    worth.count(clock.now())
    measures.run_sql("VACUUM (ANALYZE) handoff_handoff, leads_leadscore, handoff_slatimer")


def page(runs: int, handoffs: int) -> Spread:
    """Server time of the page, through all middleware, in a process that has settled as those of the web do."""
    fill(handoffs)
    client = _client()
    client.get("/queue/")
    garbage.settle()
    times = [1000 * timed(lambda: client.get("/queue/")) for _ in range(runs)]
    return Spread(f"queue page, {handoffs:,} open", times, 80.0)


def poll(runs: int, handoffs: int) -> Spread:
    """One poll while nothing changes, through all middleware."""
    fill(handoffs)
    user = User.objects.filter(role=Role.SDR).order_by("id")[0]
    look = counting.look(user, Ask(), at=clock.now())
    asked = {"tag": look.tag, "seen": str(look.counts.newest)}
    client = _client()
    assert client.get("/queue/poll/", asked).status_code == 204
    times = [1000 * timed(lambda: client.get("/queue/poll/", asked)) for _ in range(runs)]
    return Spread(f"a poll of {handoffs:,} open", times, POLL_MS)


def _client() -> Client:
    client = Client(HTTP_HOST=settings.ALLOWED_HOSTS[0])
    client.force_login(User.objects.filter(role=Role.SDR).order_by("id")[0])
    return client


def offered(seconds: int) -> Spread:
    """500 claims a second on 8 connections, each lead wanted by five; one winner each or it fails."""
    ids = _free(OFFERED * seconds // 5)
    reps = [user.pk for user in _reps(CONNECTIONS)]
    connections.close_all()
    with multiprocessing.get_context("fork").Pool(CONNECTIONS) as pool:
        jobs = [(ids, number, seconds, reps[number]) for number in range(CONNECTIONS)]
        times = [took for some in pool.map(_offer, jobs, chunksize=1) for took in some]
    _check_winners(ids)
    return Spread(f"claim, {OFFERED} a second offered", times, 20.0)


def _offer(job: tuple[list[int], int, int, int]) -> list[float]:
    """The claims of one connection, each at its moment; the milliseconds that each took."""
    ids, number, seconds, rep = job
    user = User.objects.get(pk=rep)
    times, start = [], time.monotonic()
    for turn in range(number, OFFERED * seconds, CONNECTIONS):
        time.sleep(max(0.0, start + turn / OFFERED - time.monotonic()))
        handoff = Handoff.objects.select_related("lead", "team").get(pk=ids[turn // 5 % len(ids)])
        times.append(1000 * timed(lambda h=handoff: _claimed(h, user)))  # type: ignore[misc]
    connections.close_all()
    return times


def _claimed(handoff: Handoff, user: User) -> bool:
    try:
        claims.take(handoff, by=user, at=clock.now())
    except claims.Taken:
        return False
    return True


def over_http(leads: int) -> Rate:
    """50 clients who reach for the same leads at once, through the real web server."""
    ids = _free(leads)
    known = Handoff.objects.in_bulk(ids)
    paths = [f"/api/v1/handoffs/{known[pk].public_id}/claim" for pk in ids]
    heads = [_head(user) for user in _reps(CLIENTS)]
    with _web() as port, ThreadPoolExecutor(CLIENTS) as pool:
        start = time.monotonic()
        answers = list(pool.map(lambda head: _claim_all(port, head, paths), heads))
        took = time.monotonic() - start
    said = [status for some in answers for status in some]
    assert set(said) <= {200, 409}, set(said)
    assert said.count(200) == len(ids), said.count(200)
    _check_winners(ids)
    return Rate("claims over HTTP, 50 clients", len(said) / took, 150)


def _claim_all(port: int, head: dict[str, str], paths: list[str]) -> list[int]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    statuses = []
    for path in paths:
        line.request("POST", path, "", head)
        answer = line.getresponse()
        answer.read()
        statuses.append(answer.status)
    line.close()
    return statuses


@contextmanager
def _web() -> Iterator[int]:
    folder = Path(settings.VAR_DIR) / "claims"
    folder.mkdir(parents=True, exist_ok=True)
    port = ports.remembered(folder / "port")
    supervisor = Supervisor(folder, dict(os.environ))
    try:
        supervisor.start(programs.all_programs(port, folder)[0])
        supervisor.wait_for(lambda: not ports.is_free(port), seconds=60)
        yield port
    finally:
        supervisor.stop()


def _reps(number: int) -> list[User]:
    team = Team.objects.get(name="Bench")
    made = []
    for serial in range(number):
        email = f"claimer{serial}@bench.example"
        user = User.objects.filter(email=email).first()
        if user is None:
            user = User.objects.create_user(email=email, name=f"Claimer {serial}", role=Role.SDR)
            user.teams.add(team)
        made.append(user)
    return made


def _head(user: User) -> dict[str, str]:
    """The cookies of somebody who is logged in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    token = "b" * 32
    cookies = (
        f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={token}"
    )
    return {"Cookie": cookies, "X-CSRFToken": token, "Content-Type": "application/json"}


def _free(number: int) -> list[int]:
    """So many unclaimed handoffs that stay with who claims them."""
    queue_settings.change(lease_minutes=0)
    measures.run_sql(
        "UPDATE handoff_handoff SET offered_to_id = NULL, offered_until = NULL WHERE state = 'queued'"
    )
    waiting = Handoff.objects.filter(state="queued")
    if waiting.count() < number:
        measures.open_handoffs(number)
    return list(waiting.order_by("id").values_list("pk", flat=True)[:number])


def _check_winners(ids: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*) FROM unnest(%s::bigint[]) AS t(id) WHERE 1 <> (
                   SELECT count(*) FROM leads_journalentry j JOIN handoff_handoff h ON h.lead_id = j.lead_id
                    WHERE h.id = t.id AND j.kind = 'handoff.claimed')""",
            [ids],
        )
        assert cursor.fetchone()[0] == 0, "A lead was won twice, or by nobody."
