"""Who is running: told by the folder a process works in, since its number may have been reused."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Process:
    """A living process; `place` is its working folder, or its command line where that is hidden."""

    pid: int
    group: int
    place: str

    def is_inside(self, folder: Path) -> bool:
        if sys.platform != "linux":
            return str(folder) in self.place
        return self.place == str(folder) or self.place.startswith(f"{folder}/")


def inside(folder: Path) -> list[Process]:
    """Return the living processes whose place is this folder or below."""
    return [process for process in _all() if process.is_inside(folder)]


def lives_inside(pid: int, folder: Path) -> bool:
    """Tell whether this pid is alive and is one of ours, not a stranger who got its number."""
    if sys.platform == "linux":
        process = _from_proc(pid)
        return process is not None and process.is_inside(folder)
    return any(process.pid == pid for process in inside(folder))


def exists(pid: int) -> bool:
    """Tell whether the number is taken, be it by a zombie or a stranger."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _all() -> list[Process]:
    if sys.platform != "linux":
        return _from_ps()
    pids = (int(name) for name in os.listdir("/proc") if name.isdigit())
    return [process for pid in pids if (process := _from_proc(pid))]


def _from_proc(pid: int) -> Process | None:
    """Zombies and the processes of strangers show no working folder and count as not there."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
        place = os.readlink(f"/proc/{pid}/cwd")
    except OSError:
        return None
    state, _parent, group = stat[stat.rindex(")") + 2 :].split()[:3]
    return None if state in "ZX" else Process(pid, int(group), place)


def _from_ps() -> list[Process]:
    command = ["ps", "-axo", "pid=,pgid=,state=,command="]
    rows = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    fields = (row.split(None, 3) for row in rows)
    return [
        Process(int(field[0]), int(field[1]), field[3])
        for field in fields
        if len(field) == 4 and not field[2].startswith("Z")
    ]
