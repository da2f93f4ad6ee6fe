"""Whether a difference is more than luck, and how far a share can be trusted.

Fisher's exact test (R. A. Fisher, Statistical Methods for Research Workers, 1934), two-sided: the chance of every
table with the same margins that is no likelier than the one at hand. Bonferroni's limit for many of them at once.
The interval of a share is Wilson's score interval (E. B. Wilson, JASA 22, 1927)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np

from insights.numbers import FEW, percent

# How often, where nothing differs, any criterion at all may be named. One in a hundred, since people look often.
ALPHA = 0.01
# Of the normal distribution, for 95 per cent.
Z = 1.959963984540054
# Tables whose chances differ by rounding alone count as equally likely.
SAME = 1 + 1e-7

# Leads that stood on the same criteria: how many were decided, and how many of them accepted.
Groups = Mapping[frozenset[str], tuple[int, int]]


@dataclass(frozen=True)
class Judged:
    """A criterion whose leads end otherwise than those that others carried, by more than luck allows.

    `chance` is how likely so large a difference is by luck, `limit` what it had to stay under."""

    key: str
    accepted: int
    decided: int
    others_accepted: int
    others_decided: int
    chance: float
    limit: float

    @property
    def percent(self) -> int | None:
        return percent(self.accepted, self.decided)

    @property
    def others_percent(self) -> int | None:
        return percent(self.others_accepted, self.others_decided)

    @property
    def once_in(self) -> int:
        """How many times one would look at mere luck to see so much of it once; at most ten million."""
        return round(1 / max(self.chance, 1e-7))

    @property
    def is_bad(self) -> bool:
        return self.accepted * self.others_decided < self.others_accepted * self.decided


def fisher(accepted: int, decided: int, others_accepted: int, others_decided: int) -> float:
    """The two-sided chance that shares of two samples differ so much by luck; 1 where there is nothing to compare."""
    hits = accepted + others_accepted
    least, most = max(0, hits - others_decided), min(decided, hits)
    if least == most:
        return 1.0
    k = np.arange(least, most, dtype=np.float64)
    steps = np.log((hits - k) * (decided - k) / ((k + 1) * (others_decided - hits + k + 1)))
    logs = np.concatenate(([0.0], np.cumsum(steps)))
    likely = np.exp(logs - logs.max())
    extreme = likely[likely <= likely[accepted - least] * SAME]
    return min(1.0, float(extreme.sum() / likely.sum()))


def wilson(part: int, whole: int) -> tuple[float, float]:
    """Between which shares the true one lies, 19 times of 20."""
    if not whole:
        return 0.0, 1.0
    share, square = part / whole, Z * Z
    middle = share + square / (2 * whole)
    reach = Z * sqrt((share * (1 - share) + square / (4 * whole)) / whole)
    low, high = (middle - reach) / (1 + square / whole), (middle + reach) / (1 + square / whole)
    return max(0.0, low), min(1.0, high)


def named(groups: Groups, *, alpha: float = ALPHA, least: int = FEW) -> list[Judged]:
    """The criteria that stand out, the clearest first.

    Compared are only leads that would not have crossed but for some criterion: who stands just above the line with
    who else does. Whoever is named takes its leads along, so that no other is blamed for the company it kept. With
    fewer than `least` decided on either side a criterion is not judged at all."""
    left = {carriers: counts for carriers, counts in groups.items() if carriers}
    family = [one for key in _keys(left) if (one := _judged(key, left, 1.0)).decided >= least
              and one.others_decided >= least]  # fmt: skip
    found: list[Judged] = []
    limit = alpha / max(1, len(family))
    waiting = [one.key for one in family]
    while waiting:
        judged = [_judged(key, left, limit) for key in waiting]
        enough = [one for one in judged if min(one.decided, one.others_decided) >= least]
        best = min(enough, key=lambda one: (one.chance, not one.is_bad, one.key), default=None)
        if best is None or best.chance > limit:
            break
        found.append(best)
        waiting.remove(best.key)
        left = {carriers: counts for carriers, counts in left.items() if best.key not in carriers}
    return found


def judged_keys(groups: Groups, *, least: int = FEW) -> int:
    """How many criteria have enough decided leads, on both sides, to be judged."""
    left = {carriers: counts for carriers, counts in groups.items() if carriers}
    each = [_judged(key, left, 1.0) for key in _keys(left)]
    return sum(min(one.decided, one.others_decided) >= least for one in each)


def _keys(groups: Groups) -> list[str]:
    return sorted({key for carriers in groups for key in carriers})


def _judged(key: str, groups: Groups, limit: float) -> Judged:
    mine = _sum(counts for carriers, counts in groups.items() if key in carriers)
    others = _sum(counts for carriers, counts in groups.items() if key not in carriers)
    chance = fisher(mine[1], mine[0], others[1], others[0])
    return Judged(key, mine[1], mine[0], others[1], others[0], chance, limit)


def _sum(counts: Iterable[tuple[int, int]]) -> tuple[int, int]:
    listed = list(counts)
    return sum(decided for decided, _ in listed), sum(accepted for _, accepted in listed)
