"""What dev.py says to the person in front of it."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class CannotGoOnError(Exception):
    """Something only the person can mend; the text says what and how."""


def say(text: str) -> None:
    print(text, flush=True)


@contextmanager
def step(what: str) -> Iterator[None]:
    """Show what is going on once it takes longer than a second, then how long it took."""
    done = threading.Event()
    ticker = threading.Thread(target=_tick, args=(what, done), daemon=True)
    ticker.start()
    try:
        yield
    finally:
        done.set()
        ticker.join()


def _tick(what: str, done: threading.Event) -> None:
    began = time.monotonic()
    if done.wait(1):
        return
    line_can_change = sys.stdout.isatty()
    say(what)
    pause = 1.0 if line_can_change else 10.0
    while not done.wait(pause):
        seconds = f"  {time.monotonic() - began:.0f} s"
        print(seconds, end="\r" if line_can_change else "\n", flush=True)
    say(f"  done in {time.monotonic() - began:.1f} s")
