"""The bands a score may stand in, for pages below the floor that defines them: scoring tells them here."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Band:
    """`effect` is what standing in it does: none, nurture, mql or sales_ready."""

    key: str
    name: str
    effect: str = "none"


HANDED = ("mql", "sales_ready")

Teller = Callable[[], Iterable[Band]]
_tellers: list[Teller] = []


def told_by(teller: Teller) -> None:
    """Names who knows the bands of the live model, lowest first."""
    _tellers[:] = [teller]


_moments: list[Callable[[], datetime | None]] = []


def as_of_told_by(teller: Callable[[], datetime | None]) -> None:
    """Names who knows when everybody was scored last."""
    _moments[:] = [teller]


def as_of() -> datetime | None:
    """Since when the scores in lists hold at least; events since then are in them, passing time is not."""
    return next((teller() for teller in _moments), None)


_reasons: list[Callable[[str], str]] = []


def flags_told_by(teller: Callable[[str], str]) -> None:
    """Names who knows what the flag of a disqualified lead means."""
    _reasons[:] = [teller]


def why_out(flag: str) -> str:
    """Why a lead with this flag is out of the race, in the words of the model."""
    return next((teller(flag) for teller in _reasons), flag)


def bands() -> dict[str, Band]:
    """The bands of the live model by key, lowest first; empty before the first publication."""
    return {band.key: band for teller in _tellers for band in teller()}


def called(key: str, known: dict[str, Band]) -> Band | None:
    """The band with this key. One of an older model is called by its key; a lead without score has none."""
    if not key:
        return None
    return known.get(key) or Band(key, key.replace("_", " ").capitalize())


def priority(band: str, ladder: Sequence[Band]) -> int:
    """1 in the lowest band that is handed to sales, one more with each above; 1 for a band that is gone."""
    handed = [one.key for one in ladder if one.effect in HANDED]
    return handed.index(band) + 1 if band in handed else 1
