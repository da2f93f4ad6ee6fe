"""How good the data is, counted in one pass over the leads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.urls import reverse

from leads.hygiene.issues import GROUPS, ISSUES, PARTS, Issue
from leads.models import Lead

MOST_SOURCES = 30


@dataclass(frozen=True)
class Number:
    """How many of `total` leads have the issue; `url` lists them."""

    label: Any
    count: int
    total: int
    url: str

    @property
    def percent(self) -> int:
        return round(100 * self.count / self.total) if self.total else 0

    @property
    def heat(self) -> int:
        """From 0, hardly any, to 5, all of them: the shade of a cell."""
        return min(5, (self.percent + 19) // 20) if self.percent >= 5 else 0


@dataclass(frozen=True)
class Source:
    name: str
    total: int
    numbers: Sequence[Number]


@dataclass(frozen=True)
class Health:
    """All leads by group of issues, and the largest sources by issue."""

    total: int
    groups: Sequence[tuple[str, Any, Sequence[Number]]]
    sources: Sequence[Source]
    # Sources that are not shown.
    more: int


def health(leads: QuerySet[Lead], *, at: datetime) -> Health:
    """Counts every issue among these leads by source; one statement, one pass."""
    counts = {f"n_{issue.key}": Count("pk", filter=issue.asks(at)) for issue in ISSUES.values()}
    rows = leads.order_by().alias(**PARTS).values("source").annotate(total=Count("pk"), **counts)
    by_source: list[dict[str, Any]] = sorted(
        map(dict, rows), key=lambda row: (-row["total"], row["source"])
    )
    whole = {name: sum(row[name] for row in by_source) for name in ["total", *counts]}
    return Health(
        whole["total"],
        [
            (group, label, [_number(one, whole) for one in ISSUES.values() if one.group == group])
            for group, label in GROUPS.items()
        ],
        [
            Source(row["source"], row["total"], [_number(one, row) for one in ISSUES.values()])
            for row in by_source[:MOST_SOURCES]
        ],
        max(0, len(by_source) - MOST_SOURCES),
    )


def _number(issue: Issue, row: dict[str, Any]) -> Number:
    asked = {"issue": issue.key, **({"source": row["source"]} if "source" in row else {})}
    url = f"{reverse('leads:list')}?{urlencode(asked)}"
    return Number(issue.label, row[f"n_{issue.key}"], row["total"], url)
