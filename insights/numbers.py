"""Numbers that open their leads: counts, shares, medians."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from django.db.models import Aggregate, Field, FloatField
from django.urls import reverse

from insights.periods import Period

# Fewer facts than this say little; they are shown greyed and sorted last.
FEW = 10


class Show(StrEnum):
    """What a list has a row for."""

    STANDING = "standing"
    CROSSED = "crossed"
    DECIDED = "decided"
    HANDED = "handed"
    PROMISED = "promised"
    DEEDS = "deeds"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Number:
    """A count, the whole it is a part of, and the address of the list that has a row for each."""

    value: int
    url: str
    whole: int = 0

    @property
    def percent(self) -> int | None:
        return percent(self.value, self.whole)

    @property
    def is_few(self) -> bool:
        """Whether the whole is too small for its share to mean much."""
        return self.whole < FEW


def percent(part: int, whole: int) -> int | None:
    """Rounded, but 0 only for none and 100 only for all; None of nothing."""
    if not whole:
        return None
    if part in (0, whole):
        return 100 if part else 0
    return min(99, max(1, round(100 * part / whole)))


def behind(show: str, period: Period | None = None, **narrowed: Any) -> str:
    """The address of the list behind a number; narrowings that are None are left out."""
    asked = {name: value for name, value in narrowed.items() if value is not None}
    query = {"show": show, **(period.query if period else {}), **asked}
    return f"{reverse('insights:leads')}?{urlencode(query, doseq=True)}"


class Percentile(Aggregate):
    """The value that a fraction of the rows stay under or at: 0.5 is the median."""

    function = "percentile_cont"
    template = "percentile_cont(%(fraction)s) WITHIN GROUP (ORDER BY %(expressions)s)"

    def __init__(
        self, expression: Any, fraction: float, *, output_field: "Field[Any, Any] | None" = None, **extra: Any
    ) -> None:  # fmt: skip
        super().__init__(
            expression, fraction=fraction, output_field=output_field or FloatField(), **extra
        )
