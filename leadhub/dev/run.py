"""`dev.py run`: everything, from nothing, until Ctrl-C."""

import http.client
import os
import re
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import IO

from leadhub.dev import locks, ports
from leadhub.dev.foreground import captured
from leadhub.dev.places import make_var
from leadhub.dev.prepared import Prepared
from leadhub.dev.programs import all_programs
from leadhub.dev.say import CannotGoOnError, say, step
from leadhub.dev.services import Services

START_MAY_TAKE = 60
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody pressed Ctrl-C, sent SIGTERM or closed the terminal."""


def run(arguments: list[str]) -> int:
    """Start everything, say where it is, and keep it running until told to stop."""
    if arguments not in ([], ["--empty"]):
        raise CannotGoOnError("usage: python3 dev.py run [--empty]")
    port = chosen_port()
    var = make_var()
    with only_one(var, port):
        services = Services(var)
        for number in SIGNALS:
            signal.signal(number, _stop)
        try:
            _start(services, port, with_demo=not arguments)
            while True:
                time.sleep(0.25)
                services.keep_up()
        except Stopped:
            say("Stopping")
        finally:
            _stop_listening()
            services.stop()
    say("Stopped")
    return 0


def chosen_port() -> int:
    """Return the port asked for in PORT."""
    asked = os.environ.get("PORT") or "8000"
    if not asked.isdigit() or not 0 < int(asked) < 65536:
        raise CannotGoOnError(f"PORT must be a number from 1 to 65535, not {asked!r}.")
    return int(asked)


def refuse_if_taken(port: int) -> None:
    """Go no further if another program listens there."""
    if not ports.is_free(port):
        raise CannotGoOnError(
            f"Port {port} is taken by another program. "
            f"Choose another one: PORT={port + 1} python3 dev.py run"
        )


def only_one(var: Path, port: int) -> IO[str]:
    """Return the lock that makes this the only `run` of the checkout."""
    file = var / "dev.lock"
    lock = locks.take_if_free(file)
    if lock is None:
        raise CannotGoOnError(f"leadhub already runs from this folder: {file.read_text().strip()}")
    lock.truncate(0)
    lock.write(f"http://{ports.HOST}:{port}, started by process {os.getpid()}\n")
    lock.flush()
    return lock


def login_line(port: int, demo_users: Path, *, has_users: bool) -> str:
    """Return the last line: where leadhub is and how to get in."""
    ready = f"leadhub is ready at http://{ports.HOST}:{port}"
    if not has_users:
        return f"{ready} - open it to create the first administrator"
    known = re.findall(r"(\S+@\S+?)[\s,:/|]+(\S+)", _text(demo_users))
    if not known:
        return f"{ready} - log in with your e-mail and password"
    known.sort(key=lambda login: not login[0].startswith("marketer"))
    mail, password = known[0]
    more = demo_users.relative_to(demo_users.parents[1])
    return f"{ready} - log in as {mail} / {password} (more logins in {more})"


def _start(services: Services, port: int, *, with_demo: bool) -> None:
    supervisor = services.supervisor
    supervisor.end_leftovers()
    refuse_if_taken(port)
    environment = services.start()
    if not os.environ.get("SITE_URL"):
        environment["SITE_URL"] = f"http://{ports.HOST}:{port}"
    supervisor.environment.update(environment)
    web, *workers = all_programs(port, services.var)
    # Loading takes as long as looking whether there is anything to do, so both are done at once,
    # except where tables or logins are still to come.
    prepared = Prepared(services.var)
    ahead = prepared.is_current()
    if ahead:
        supervisor.start(web)
    has_users = _prepare(environment, with_demo=with_demo)
    prepared.keep()
    with step("Starting leadhub"):
        if not ahead:
            supervisor.start(web)
        supervisor.wait_for(lambda: _answers(port), seconds=START_MAY_TAKE)
        for program in workers:
            supervisor.start(program)
    say(login_line(port, services.var / "demo-users.txt", has_users=has_users))


def _prepare(environment: dict[str, str], *, with_demo: bool) -> bool:
    """Bring the tables up to date and make demo data; return whether there are users."""
    command = [sys.executable, "-m", "leadhub.dev.prepare", *(["--demo"] if with_demo else [])]
    with step("Preparing the tables" + (" and demo data" if with_demo else "")):
        return captured(command, environment).split()[-1:] != ["0"]


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(ports.HOST, port, timeout=10)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()


def _text(file: Path) -> str:
    return file.read_text() if file.exists() else ""


def _stop(_number: int, _frame: FrameType | None) -> None:
    _stop_listening()
    raise Stopped


def _stop_listening() -> None:
    """A second Ctrl-C while stopping must not leave anything behind."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
