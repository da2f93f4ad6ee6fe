"""Locks between programs. The kernel lets go of them when a program ends, however it ends."""

import fcntl
from pathlib import Path
from typing import IO


def take(path: Path, *, shared: bool = False) -> IO[str]:
    """Wait for the lock on this file and return it; closing it lets go."""
    file = path.open("a+")
    fcntl.flock(file, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
    return file


def take_if_free(path: Path) -> IO[str] | None:
    """Return the lock on this file, or None if somebody else has it."""
    file = path.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file
