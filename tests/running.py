"""A whole leadhub for a test: its own database, and if asked its own server and broker, with real web, workers
and beat. What a test kills here belongs to the test alone."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from leadhub.dev import ports, programs
from leadhub.dev.broker import Broker
from leadhub.dev.places import ROOT
from leadhub.dev.postgres import THROWAWAY, Cluster
from leadhub.dev.processes import Supervisor

PATIENCE = 60.0


class Running:
    """Handles on a running leadhub: where it is, its database, its processes."""

    def __init__(
        self,
        url: str,
        database_url: str,
        environment: dict[str, str],
        look_after: Callable[[], None],
        cluster: Cluster | None = None,
    ) -> None:
        self.url, self.database_url, self.environment = url, database_url, environment
        # What dev.py does four times a second: start again whatever has ended.
        self.look_after = look_after
        # The test's own server, where it asked for one.
        self.cluster = cluster

    def query(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            return connection.execute(sql, parameters).fetchall()

    def execute(self, sql: str, *parameters: Any) -> None:
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            connection.execute(sql, parameters)

    def one(self, sql: str, *parameters: Any) -> Any:
        return self.query(sql, *parameters)[0][0]

    def manage(self, *arguments: str) -> str:
        """Runs a management command against this database; raises with what it printed if it fails."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=os.environ | self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def shell(self, code: str) -> str:
        return self.manage("shell", "-v0", "-c", code)

    def wait_until(self, true: Callable[[], Any], *, seconds: float = PATIENCE) -> Any:
        """Polls until `true` gives something true, through servers that are away for a moment."""
        end = time.monotonic() + seconds
        while True:
            self.look_after()
            try:
                found = true()
            except psycopg.OperationalError:
                found = None
            if found:
                return found
            assert time.monotonic() < end, f"still waiting for {true}"
            time.sleep(0.1)

    def pids(self, word: str) -> list[int]:
        """Processes of this installation whose command line holds `word`."""
        processes = [folder for folder in Path("/proc").iterdir() if folder.name.isdigit()]
        return [int(folder.name) for folder in processes if self._is_ours(folder, word)]

    def kill_postgres(self) -> None:
        pid = self.cluster.pid if self.cluster else None
        if pid:
            os.kill(pid, signal.SIGKILL)

    def end_leases(self) -> None:
        """What killed workers held is free at once, as it would be when their leases end. Whoever lives and
        loses a lease by it must notice, and does the work again."""
        sql = """WITH entries AS (UPDATE leads_journalentry SET available_at = app_now()
                                   WHERE claim_token IS NOT NULL AND done_at IS NULL
                                     AND parked_at IS NULL AND error = ''),
                      imports AS (UPDATE leads_import SET leased_until = app_now()
                                   WHERE leased_until IS NOT NULL)
                 SELECT true"""
        self.wait_until(lambda: self.one(sql))

    def _is_ours(self, folder: Path, word: str) -> bool:
        try:
            ours = self.database_url.encode() in (folder / "environ").read_bytes()
            return ours and word.encode() in (folder / "cmdline").read_bytes()
        except OSError:
            return False


@contextmanager
def leadhub(var: Path, *, own_servers: bool = False) -> Iterator[Running]:
    """Starts everything, with an empty migrated database, and ends all of it.

    With `own_servers` the PostgreSQL and the broker are the test's own, to be killed at will."""
    supervisor = Supervisor(var)
    # A server that is killed loses no committed row, synced to the disk or not.
    cluster = Cluster(var / "pg", THROWAWAY) if own_servers else None
    broker = (
        None if os.environ.get("CELERY_BROKER_URL") and not own_servers else Broker(var / "broker")
    )
    server = cluster.hold() if cluster else os.environ["DATABASE_URL"]
    name = f"leadhub_{uuid.uuid4().hex[:10]}"
    database_url = _at(server, name)
    has_tables = _create(server, name, cluster)
    if broker:
        supervisor.start(broker.program())
        supervisor.wait_for(broker.is_ready, seconds=30)
    port = ports.remembered(var / "port")
    environment = {
        "DATABASE_URL": database_url,
        "CELERY_BROKER_URL": broker.url if broker else os.environ["CELERY_BROKER_URL"],
        "SECRET_KEY": "for tests only",
        "LEADHUB_VAR": str(var),
        "SITE_URL": f"http://127.0.0.1:{port}",
    }
    supervisor.environment.update(environment)
    running = Running(
        f"http://127.0.0.1:{port}",
        database_url,
        environment,
        _looking(supervisor, cluster),
        cluster,
    )
    try:
        if not has_tables:
            running.manage("migrate", "-v0")
        for program in programs.all_programs(port, var):
            supervisor.start(program)
        supervisor.wait_for(lambda: not ports.is_free(port), seconds=30)
        yield running
    finally:
        supervisor.stop()
        if cluster:
            cluster.let_go()
        else:
            _drop(server, name)


def _looking(supervisor: Supervisor, cluster: Cluster | None) -> Callable[[], None]:
    def look() -> None:
        if cluster and not cluster.is_alive():
            cluster.up()
        supervisor.look_after()

    return look


def _at(server: str, database: str) -> str:
    return f"{server.rsplit('/', 1)[0]}/{database}"


def _create(server: str, name: str, own: Cluster | None) -> bool:
    """Tells whether it has its tables already: copied from the template of all tests, if there is one."""
    template = os.environ.get("TEST_TEMPLATE")
    copied = f' TEMPLATE "{template}"' if template and not own else ""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"{copied}')
    if template and own:
        own.copy_in(_at(os.environ["DATABASE_URL"], template), name)
    return template is not None


def _drop(server: str, name: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
