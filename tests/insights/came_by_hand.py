"""Leads of the simulator one by one, put into columns."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from insights.simulator.came import FOREVER, Came, Steps


@dataclass(frozen=True)
class Lead:
    """As a column of Came says it, with its steps as (second, score); None for never."""

    lead: int
    team: int
    steps: tuple[tuple[int, int], ...]
    chance: float = 0.0
    took: int | None = None
    budget: int = 0
    by_the_wall: bool = False
    judged: bool = False
    handed: bool = True
    gone: int | None = None


def came(leads: Sequence[Lead]) -> Came:
    def column(name: str, kind: type) -> np.ndarray:
        given = [getattr(one, name) for one in leads]
        return np.array([FOREVER if value is None else value for value in given], kind)

    return Came(
        lead=column("lead", np.int64), team=column("team", np.int64), took=column("took", float),
        budget=column("budget", float), by_the_wall=column("by_the_wall", bool),
        judged=column("judged", bool), handed=column("handed", bool), gone=column("gone", float),
        chance=column("chance", float),
        steps=steps([(place, *step) for place, one in enumerate(leads) for step in one.steps]),
    )  # fmt: skip


def steps(rows: Sequence[tuple[int, int, int]]) -> Steps:
    """Of (place, second, score), in the order of places and seconds."""
    place, second, total = np.array(sorted(rows), np.int64).reshape(-1, 3).T
    return Steps(place, second, total)
