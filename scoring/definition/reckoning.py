"""The score of one lead out of the numbers that the statement gives, and what carried it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from scoring.definition import arithmetic
from scoring.definition.arithmetic import NUMBERS, Given
from scoring.definition.parts import MICRO, Band, Group
from scoring.definition.whole import Definition


@dataclass(frozen=True)
class Reckoned:
    """Contributions and groups in millionths, the total in whole points."""

    micro: dict[str, int]
    groups: dict[Group, int]
    total: int
    band: Band


def given(d: Definition, row: Mapping[str, Any]) -> Given:
    """What a row of the statement says before any points."""
    return Given(
        units={c.key: row[f"w{n}"] for n, c in enumerate(d.criteria)},
        bonuses={c.key: row[f"b{n}"] for n, c in enumerate(d.criteria) if c.bonus},
        variant=row["variant"],
        quiet=row["quiet"],
    )


def reckon(d: Definition, known: Given, override: int | None = None) -> Reckoned:
    """The score as if nothing had been computed before; the band is the one that is entered now."""
    made = {k: int(v) for k, v in arithmetic.contributions(d, known, NUMBERS).items()}
    grouped = {
        group: int(value)
        for group, value in arithmetic.groups(d, made, known.quiet, NUMBERS).items()
    }
    total = int(arithmetic.total(d, grouped, known.quiet, NUMBERS))
    total = total if override is None else override
    return Reckoned(made, grouped, total, entered(d, total, grouped, known))


def entered(d: Definition, total: int, grouped: Mapping[Group, int], known: Given) -> Band:
    """The highest band whose conditions hold now."""
    fit, engagement = rounded(grouped[Group.FIT]), rounded(grouped[Group.ENGAGEMENT])

    def holds(band: Band) -> bool:
        return (
            (band.start is None or total >= band.start)
            and all(known.units.get(key, 0) > 0 for key in band.needs)
            and (band.min_fit is None or fit >= band.min_fit)
            and (band.min_engagement is None or engagement >= band.min_engagement)
        )

    return next((band for band in reversed(d.bands) if holds(band)), d.bands[0])


def carriers(d: Definition, row: Mapping[str, Any]) -> list[str]:
    """The criteria without any one of which, limits included, the lead would not have become an MQL.

    A lead that was armed again where it stands may be in a band that it would not enter: it needs no more than to
    stay there."""
    known = given(d, row)
    enters = reckon(d, known, row["override"]).band.effect.hands_over
    stays = None if enters else d.band(row.get("stands") or "")
    return [
        c.key
        for n, c in enumerate(d.criteria)
        if row[f"w{n}"] > 0 and not _hands_over_without(d, known, c.key, row["override"], stays)
    ]


def _hands_over_without(
    d: Definition, known: Given, key: str, override: int | None, stays: Band | None
) -> bool:
    rest = replace(d, criteria=tuple(c for c in d.criteria if c.key != key))
    units = {k: unit for k, unit in known.units.items() if k != key}
    left = reckon(rest, replace(known, units=units), override)
    if left.band.effect.hands_over:
        return True
    return stays is not None and stays.leave is not None and left.total >= stays.leave


def rounded(micro: int) -> int:
    """Millionths to whole points, halves away from zero."""
    whole = (abs(micro) + MICRO // 2) // MICRO
    return whole if micro >= 0 else -whole
