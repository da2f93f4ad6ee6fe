"""Who came, out of two things: the leads that were handed over, and how all of them rose."""

from dataclasses import replace

import numpy as np

from insights.simulator.came import FOREVER, Came, Flags, Numbers, Steps, firsts


def beyond(handed: Came, rises: Steps) -> Came:
    """The handed ones, who know one step each, with those by which they rose beyond it later; `place` of a rise is the
    id of the lead."""
    first, last = (np.searchsorted(rises.place, handed.lead, side) for side in ("left", "right"))
    at, place = _each(first, last)
    begun = handed.steps
    later = (rises.second[at] > begun.second[place]) & (rises.total[at] > begun.total[place])
    at = at[later]
    return replace(handed, steps=begun.and_also(place[later], rises.second[at], rises.total[at]))


def _each(first: Numbers, last: Numbers) -> tuple[Numbers, Numbers]:
    """Every number of each stretch, and the place of its stretch."""
    counts = last - first
    place = np.repeat(np.arange(len(counts)), counts)
    begins = np.cumsum(counts) - counts
    return np.arange(len(place)) - begins[place] + first[place], place


def near(rises: Steps, line: int, *, taken: Numbers, teams: Numbers) -> Came:
    """Those that rose below the line and are not taken, shared out among the teams of those who came. Who once rose to
    the line came by another way, and is not looked at from then on."""
    wanted = rises.records() & (rises.total < line) & ~np.isin(rises.place, taken)
    begins = firsts(rises.place[wanted])
    lead, place = rises.place[wanted][begins], np.cumsum(begins) - 1
    size = len(lead)
    no: Flags = np.zeros(size, bool)
    return Came(
        lead=lead, team=teams[lead % len(teams)], handed=no, by_the_wall=no, judged=no,
        took=np.full(size, FOREVER), gone=np.full(size, FOREVER), budget=np.zeros(size),
        chance=np.zeros(size), steps=Steps(place, rises.second[wanted], rises.total[wanted]),
    )  # fmt: skip
