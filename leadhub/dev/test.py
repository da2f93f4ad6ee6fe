"""`dev.py test`: pytest with a database and a broker of its own."""

import os
import sys
from pathlib import Path

from leadhub.dev import locks, template
from leadhub.dev.chromium import fetch_if_missing
from leadhub.dev.foreground import foreground
from leadhub.dev.places import VAR, make_var
from leadhub.dev.postgres import THROWAWAY
from leadhub.dev.say import CannotGoOnError
from leadhub.dev.services import Services

PROCESSES = 2
# pytest's exit code where no test was left to run.
NOTHING_CHOSEN = 5
HALVES = {
    "--side-by-side": [
        "-n",
        str(PROCESSES),
        "--dist",
        "loadfile",
        "--no-loadscope-reorder",
        "-m",
        "not kill",
    ],
    "--alone": ["-m", "kill"],
}


def test(arguments: list[str]) -> int:
    """Run the tests and return pytest's exit code."""
    make_var()
    var = make_var(VAR / "test")
    lock = locks.take_if_free(var / "dev.lock")
    if lock is None:
        raise CannotGoOnError("The tests already run from this folder.")
    with lock:
        fetch_if_missing()
        services = Services(var, THROWAWAY)
        try:
            environment = services.start() | where_things_are(services)
            if services.cluster and "TEST_TEMPLATE" not in os.environ:
                made = template.migrated(environment["DATABASE_URL"], environment)
                environment["TEST_TEMPLATE"] = made
            return in_turn(arguments, environment)
        finally:
            services.stop()


def in_turn(arguments: list[str], environment: dict[str, str]) -> int:
    """All tests side by side, each file in one process, but those that kill: they come last and alone. Either half
    may be asked for by its name."""
    pytest = [sys.executable, "-m", "pytest"]
    halves = [half for half in HALVES if half in arguments] or list(HALVES)
    more = [argument for argument in arguments if argument not in HALVES]
    if chosen_by_hand(more):
        return foreground([*pytest, *more], environment)
    codes = [foreground([*pytest, *HALVES[half], *more], environment) for half in halves]
    return max(code for code in codes if code != NOTHING_CHOSEN or len(set(codes)) == 1)


def chosen_by_hand(arguments: list[str]) -> bool:
    """Whether somebody wants certain tests, or pytest as it is."""
    return any(not argument.startswith("--durations") for argument in arguments)


def where_things_are(services: Services) -> dict[str, str]:
    """Return what tests that kill a server need to start it again."""
    places: dict[str, Path] = {}
    if services.cluster:
        places["LEADHUB_TEST_CLUSTER"] = services.cluster.place
    if services.broker:
        places["LEADHUB_TEST_BROKER"] = services.broker.home
    return {name: str(place) for name, place in places.items()} | {
        "PYTHONUNBUFFERED": "1",
        "E2E_REQUIRED": os.environ.get("E2E_REQUIRED", ""),
    }
