"""Starts programs, keeps them running, and ends every one of them, whichever way dev.py ends."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from leadhub.dev import proctable
from leadhub.dev.places import ROOT
from leadhub.dev.say import CannotGoOnError, say

LIMIT_OF_LOG = 10_000_000
LONGEST_PAUSE = 10.0
STEADY_AFTER = 5.0
LEFTOVERS_MAY_TAKE = 3.0
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Program:
    """Something to be kept running; `patience` is how many seconds it may take to stop."""

    name: str
    command: list[str]
    patience: float = 15.0


@dataclass
class _Child:
    program: Program
    process: subprocess.Popen[bytes]
    began: float = field(default_factory=time.monotonic)
    deaths: int = 0
    again_at: float = 0.0


class Supervisor:
    """Runs programs out of one folder: their logs and process numbers lie in `var`."""

    def __init__(self, var: Path, environment: dict[str, str] | None = None) -> None:
        self.environment = environment or {}
        self._var = var
        self._logs = var / "log"
        self._pids = var / "pids"
        self._children: list[_Child] = []
        for folder in (self._logs, self._pids):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def end_leftovers(self) -> None:
        """End what a killed dev.py left behind; on Linux it is ending already."""
        groups = {int(file.read_text() or 0) for file in self._pids.iterdir()}
        self._end_groups(groups, within=LEFTOVERS_MAY_TAKE)
        for file in self._pids.iterdir():
            file.unlink()

    def start(self, program: Program) -> None:
        """Start a program and have it looked after from now on."""
        self._children.append(_Child(program, self._spawn(program)))

    def look_after(self) -> None:
        """Start again, after a pause that grows, whatever has ended. Call it often."""
        for child in self._children:
            if child.process.poll() is None:
                continue
            now = time.monotonic()
            if not child.again_at:
                self._mourn(child, now)
            if now >= child.again_at:
                child.process = self._spawn(child.program)
                child.began, child.again_at = now, 0.0

    def wait_for(self, ready: Callable[[], bool], *, seconds: float) -> None:
        """Look after everything until `ready` says so; a program that keeps ending is given up."""
        began = time.monotonic()
        while not ready():
            self.look_after()
            for child in self._children:
                if child.deaths >= 3:
                    last = self._last_lines(child.program, 20)
                    raise CannotGoOnError(f"{last}\n{child.program.name} keeps ending, see above.")
            if time.monotonic() - began > seconds:
                raise CannotGoOnError(f"Nothing answers after {seconds:.0f} s: see {self._logs}")
            time.sleep(0.05)

    def stop(self, *, but: str = "") -> None:
        """Ask everything to stop, save the program named, and end what does not stop in time."""
        leaving = [child for child in reversed(self._children) if child.program.name != but]
        for child in leaving:
            if child.process.poll() is None:
                child.process.terminate()
        for child in leaving:
            self._end(child)
            self._children.remove(child)

    def _spawn(self, program: Program) -> subprocess.Popen[bytes]:
        log = self._logs / f"{program.name}.log"
        if log.exists() and log.stat().st_size > LIMIT_OF_LOG:
            log.replace(log.with_suffix(".log.1"))
        with log.open("ab") as output:
            process = subprocess.Popen(
                program.command,
                env=os.environ | self.environment | {"PYTHONUNBUFFERED": "1"},
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=end_with_parent,
            )
        (self._pids / program.name).write_text(str(process.pid))
        return process

    def _mourn(self, child: _Child, now: float) -> None:
        if now - child.began > STEADY_AFTER:
            child.deaths = 0
        pause = min(0.25 * 2**child.deaths, LONGEST_PAUSE)
        child.deaths += 1
        child.again_at = now + pause
        self._end_groups({child.process.pid}, within=0)
        how, last = _how(child.process.returncode), self._last_lines(child.program, 1)
        say(f"{child.program.name} ended ({how}), it starts again. Last in its log: {last}")

    def _end(self, child: _Child) -> None:
        try:
            child.process.wait(child.program.patience)
        except subprocess.TimeoutExpired:
            say(f"{child.program.name} does not stop; ending it")
        self._end_groups({child.process.pid}, within=0)
        child.process.wait()
        (self._pids / child.program.name).unlink(missing_ok=True)

    def _last_lines(self, program: Program, count: int) -> str:
        text = (self._logs / f"{program.name}.log").read_text(errors="replace")
        return "\n".join([line for line in text.splitlines() if line.strip()][-count:])

    def _end_groups(self, groups: set[int], *, within: float) -> None:
        """End the processes of these groups that are ours: politely, then with -9."""
        began = time.monotonic()
        _signal(self._members(groups), signal.SIGTERM if within else signal.SIGKILL)
        while (members := self._members(groups)) and time.monotonic() - began < within + 10:
            if time.monotonic() - began > within:
                _signal(members, signal.SIGKILL)
            time.sleep(0.02)

    def _members(self, groups: set[int]) -> list[proctable.Process]:
        """A process number may have been reused by a stranger, but not its group and its folder."""
        ours = {p.pid: p for folder in (ROOT, self._var) for p in proctable.inside(folder)}
        return [process for process in ours.values() if process.group in groups]


def _signal(processes: list[proctable.Process], number: signal.Signals) -> None:
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process.pid, number)


def end_with_parent() -> None:
    """Run in a new child: Linux then ends it should dev.py be killed. Elsewhere pids/ serves."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _how(code: int | None) -> str:
    return f"signal {-code}" if code is not None and code < 0 else f"code {code}"
