"""The supervisor: what dies comes back, and nothing outlives it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from leadhub.dev import proctable
from leadhub.dev.places import ROOT
from leadhub.dev.processes import Program, Supervisor
from leadhub.dev.say import CannotGoOnError

SLEEPER = Program("sleeper", [sys.executable, "-c", "import time; time.sleep(600)"])
STUBBORN = Program(
    "stubborn",
    [
        sys.executable,
        "-c",
        "import signal, time; signal.signal(15, signal.SIG_IGN); print('set'); time.sleep(600)",
    ],
    patience=0.1,
)


@pytest.fixture
def supervisor(folder: Path) -> Iterator[Supervisor]:
    made = Supervisor(folder)
    yield made
    made.stop()


def pid_of(folder: Path, name: str = "sleeper") -> int:
    return int((folder / "pids" / name).read_text())


def wait(for_what: Callable[[], bool]) -> None:
    until = time.monotonic() + 15
    while not for_what():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_killed_program_starts_again(supervisor: Supervisor, folder: Path) -> None:
    supervisor.start(SLEEPER)
    first = pid_of(folder)
    os.kill(first, signal.SIGKILL)

    def is_another() -> bool:
        supervisor.look_after()
        return pid_of(folder) != first

    wait(is_another)
    assert proctable.exists(pid_of(folder))


def test_stopping_ends_even_what_will_not_stop(supervisor: Supervisor, folder: Path) -> None:
    supervisor.start(STUBBORN)
    pid = pid_of(folder, "stubborn")
    wait(lambda: "set" in (folder / "log" / "stubborn.log").read_text())
    supervisor.stop()
    assert not proctable.exists(pid)


def test_a_program_that_keeps_ending_is_given_up_with_its_last_words(
    supervisor: Supervisor,
) -> None:
    supervisor.start(Program("broken", [sys.executable, "-c", "raise SystemExit('no such table')"]))
    with pytest.raises(CannotGoOnError, match="no such table"):
        supervisor.wait_for(lambda: False, seconds=30)


def test_what_a_killed_supervisor_left_is_ended_on_the_next_start(
    supervisor: Supervisor, folder: Path
) -> None:
    supervisor.start(SLEEPER)
    left = pid_of(folder)
    Supervisor(folder).end_leftovers()
    assert left not in [process.pid for process in proctable.inside(ROOT)]
    assert not list((folder / "pids").iterdir())


def test_a_stranger_who_got_a_recorded_number_is_left_alone(folder: Path) -> None:
    with subprocess.Popen(["sleep", "60"], cwd="/", start_new_session=True) as stranger:
        (folder / "pids").mkdir()
        (folder / "pids" / "web").write_text(str(stranger.pid))
        Supervisor(folder).end_leftovers()
        assert stranger.poll() is None
        stranger.kill()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems tell nobody of a parent's end")
def test_programs_end_when_their_supervisor_is_killed(folder: Path) -> None:
    code = (
        "import pathlib, sys, time\n"
        "from leadhub.dev.processes import Program, Supervisor\n"
        f"s = Supervisor(pathlib.Path({str(folder)!r}))\n"
        "s.start(Program('sleeper', [sys.executable, '-c', 'import time; time.sleep(600)']))\n"
        "time.sleep(600)\n"
    )
    recorded = folder / "pids" / "sleeper"
    with subprocess.Popen([sys.executable, "-c", code]) as parent:
        wait(lambda: recorded.exists() and recorded.read_text() != "")
        child = int(recorded.read_text())
        parent.kill()
    wait(lambda: child not in [process.pid for process in proctable.inside(ROOT)])
