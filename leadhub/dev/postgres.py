"""An embedded PostgreSQL: one data folder, the server over it, and what may go wrong with both."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from leadhub.dev import locks, memory, ports, proctable
from leadhub.dev.account import home_for
from leadhub.dev.binaries import Postgres, find_postgres
from leadhub.dev.private_files import write_private
from leadhub.dev.say import CannotGoOnError, step

NAME = "leadhub"
# A crash with a full log takes minutes to recover from on a slow disk.
PATIENCE = 600
LIMIT_OF_LOG = 5_000_000
ORPHANS_MAY_TAKE = 3
# Pages are logged as they are: packing them was a fifth of the time of rescoring everybody.
DURABLE = {"shared_buffers": memory.for_pages(), "max_wal_size": "2GB", "wal_compression": "off"}
# For data that is made anew each time. It would not outlive a power cut, but a server killed with
# -9 loses no committed row, so synchronous_commit stays on. Several such servers run side by side.
THROWAWAY = DURABLE | {"shared_buffers": "256MB", "fsync": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Postmaster:
    """What a server, alive or dead, wrote about itself in postmaster.pid."""

    pid: int
    port: int
    status: str


class Cluster:
    """A data folder and its server.

    Several programs may use it at once. Each holds it while it does; the last to let go stops the
    server. One that was killed lets go as well, and leaves the server to the next.
    """

    def __init__(self, place: Path, settings: Mapping[str, str] = DURABLE) -> None:
        self.place = place
        self.settings = settings
        self.home, self.account = home_for(place)
        self.data = self.home / "data"
        self._held: IO[str] | None = None

    def hold(self) -> str:
        """Start the server unless it runs, keep it running, and return its DATABASE_URL."""
        self._held = locks.take(self._beside("users"), shared=True)
        return self.up()

    def let_go(self) -> None:
        """Stop the server if nobody else holds it."""
        if self._held:
            self._held.close()
            self._held = None
        if last := locks.take_if_free(self._beside("users")):
            with last:
                self.stop()

    def up(self) -> str:
        """Start the server unless it runs, making the data first if there is none."""
        with locks.take(self._beside("lock")):
            if not (self.data / "PG_VERSION").exists():
                with step("Making the database"):
                    self._make()
            if not self._runs():
                with step("Starting the database"):
                    self._start()
            return self._url()

    def stop(self) -> None:
        """Stop the server, ending whatever it still does for anybody."""
        with locks.take(self._beside("lock")):
            if self._postmaster():
                self._run("pg_ctl", "stop", "-D", self.data, "-m", "fast", "-w", "-t", PATIENCE)

    def copy_in(self, source: str, database: str) -> None:
        """Fill an empty database of this server with what another server's, at the URL `source`, holds."""
        dump = self.home / "copied.sql"
        self._run("pg_dump", "--no-owner", "--file", dump, source)
        target = urlsplit(self._url())._replace(path=f"/{database}").geturl()
        self._run("psql", "--quiet", "--set=ON_ERROR_STOP=1", "--file", dump, target)

    def is_alive(self) -> bool:
        """Tell whether the server's process is there."""
        return self._postmaster() is not None

    @property
    def pid(self) -> int | None:
        """The server's process number, if it runs."""
        server = self._postmaster()
        return server.pid if server else None

    def _beside(self, suffix: str) -> Path:
        return self.place.with_name(f"{self.place.name}.{suffix}")

    @cached_property
    def _programs(self) -> Postgres:
        made_by = self.data / "PG_VERSION"
        major = int(made_by.read_text()) if made_by.exists() else None
        return find_postgres(account=self.account, copies=self.home, major=major)

    def _url(self) -> str:
        password = (self.home / "password").read_text()
        server = self._postmaster()
        if server is None:
            raise CannotGoOnError(f"PostgreSQL ended right after its start: see {self._log}")
        return f"postgres://{NAME}:{password}@{ports.HOST}:{server.port}/{NAME}"

    @property
    def _log(self) -> Path:
        return self.home / "server.log"

    def _recorded(self) -> Postmaster | None:
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return Postmaster(int(lines[0]), int(lines[3]), lines[7].strip())
        except FileNotFoundError:
            return None
        except (IndexError, ValueError):  # not written to its end yet
            return Postmaster(int(lines[0]) if lines else 0, 0, "starting")

    def _postmaster(self) -> Postmaster | None:
        """A server of this very folder that is alive; a reused number or a zombie is not one."""
        server = self._recorded()
        if server is None or not server.pid:
            return None
        with self.account.acting():
            return server if proctable.lives_inside(server.pid, self.data) else None

    def _runs(self) -> bool:
        """Tell whether it is ready, after waiting for a start or stop that somebody began."""
        began = time.monotonic()
        while (server := self._postmaster()) and server.status != "ready":
            if time.monotonic() - began > PATIENCE:
                raise CannotGoOnError(f"PostgreSQL has been {server.status} for long: {self._log}")
            time.sleep(0.05)
        return server is not None

    def _make(self) -> None:
        """Make the data beside its place and move it there whole, so that it is never half made."""
        new = self.home / "data.new"
        shutil.rmtree(new, ignore_errors=True)
        password = self.home / "password"
        write_private(password, os.urandom(24).hex())
        self.account.own(password)
        collation = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if self._programs.major < 17:
            collation = ["--locale=C.UTF-8"]
        who = ["-U", NAME, "-A", "scram-sha-256", f"--pwfile={password}"]
        self._run("initdb", "-D", new, "-E", "UTF8", *collation, *who, "--no-instructions")
        create = f"CREATE DATABASE {NAME}\n"
        fail = ["-c", "exit_on_error=on"]
        self._run("postgres", "--single", "-D", new, *fail, "postgres", stdin=create)
        new.rename(self.data)

    def _start(self) -> None:
        if self._log.exists() and self._log.stat().st_size > LIMIT_OF_LOG:
            self._log.replace(self._log.with_suffix(".log.1"))
        for _ in range(5):
            self._clear_away_the_dead()
            if self._start_once():
                return
            time.sleep(1)
        last_words = self._log.read_text(errors="replace").splitlines()[-10:]
        raise CannotGoOnError("\n".join([*last_words, f"PostgreSQL did not start: {self._log}"]))

    def _start_once(self) -> bool:
        port_file = self.home / "port"
        settings = {
            "listen_addresses": ports.HOST,
            "port": str(ports.remembered(port_file)),
            # Their paths may be at most 107 characters long, and nobody uses them.
            "unix_socket_directories": "",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **self.settings,
        }
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        how = ["-w", "-t", PATIENCE, "-l", self._log, "-o", options]
        return self._run("pg_ctl", "start", "-D", self.data, *how, check=False).returncode == 0

    def _clear_away_the_dead(self) -> None:
        """Remove what a killed server left, but never under a backend of it that still works."""
        with self.account.acting():
            began = time.monotonic()
            while orphans := proctable.inside(self.data):
                if time.monotonic() - began > ORPHANS_MAY_TAKE:
                    for orphan in orphans:
                        os.kill(orphan.pid, signal.SIGKILL)
                time.sleep(0.05)
        # PostgreSQL believes any living number in this file to be its own server.
        server = self._recorded()
        if server and (not server.pid or proctable.exists(server.pid)):
            (self.data / "postmaster.pid").unlink()

    def _run(
        self, program: str, *arguments: object, stdin: str = "", check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_"))}
        done = subprocess.run(
            [str(self._programs.folder / program), *map(str, arguments)],
            env=environment | {"LC_ALL": "C", "TZ": "UTC"},
            input=stdin,
            cwd="/",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **self.account.popen,
        )
        if check and done.returncode:
            raise CannotGoOnError(f"{program} failed: {done.stdout.strip()}")
        return done
