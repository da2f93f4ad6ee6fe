"""Promises kept day by day, and in whose hands the leads were until what was promised was done."""

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db.models import Count, DateField
from django.db.models.functions import Cast, Trunc
from django.utils.translation import gettext_lazy as _

from handoff import splits
from handoff.splits import Split, Time
from insights import facts
from insights.sla.asking import Ask, Rate

T = TypeVar("T")
# Whose hands, how they look in charts, and how they are called.
HOLDERS = (
    ("system", "system", _("System")),
    ("unclaimed", "queue", _("Unclaimed")),
    ("human", "human", _("Human")),
)


@dataclass(frozen=True)
class Day:
    """`held` is working time until what was promised was done, by who held the leads."""

    label: str
    rate: Rate
    held: Split

    @property
    def is_missed(self) -> bool:
        return bool(self.rate.all.value) and self.rate.points < 0


@dataclass(frozen=True)
class Days:
    days: list[Day]
    total: Rate
    by_day: bool

    @property
    def missed(self) -> int:
        """How many of them lie below the goal."""
        return sum(day.is_missed for day in self.days)

    @property
    def busy(self) -> int:
        """How many of them had a promise."""
        return sum(bool(day.rate.all.value) for day in self.days)

    @property
    def held(self) -> dict[str, int]:
        """Seconds of all days, by who held the leads."""
        return {name: sum(getattr(day.held, name) for day in self.days) for name, _t, _l in HOLDERS}


def days(ask: Ask) -> Days | None:
    """Day by day, or week by week where there are many; None where nothing fell due."""
    step = ask.period.step()
    when = Cast(Trunc("due_at", step, tzinfo=ask.period.zone), DateField())
    counted = ask.promised().annotate(day=when).values_list("day").order_by()
    counts = _from_first(
        ask, {day: (kept, late) for day, kept, late in counted.annotate(
            kept=Count("pk", filter=facts.KEPT), late=Count("pk", filter=facts.LATE)
        )}
    )  # fmt: skip
    if not counts:
        return None
    held = _from_first(ask, splits.of_promises(ask.promised(), at=ask.at, by=when))
    made = [
        Day(
            part.short_label, ask.within(part).kept(*counts.get(part.first, (0, 0))),
            held.get(part.first, Time()).working,
        )
        for part in ask.period.steps(step)
    ]  # fmt: skip
    total = [sum(both[n] for both in counts.values()) for n in (0, 1)]
    return Days(made, ask.kept(*total), step == "day")


def _from_first(ask: Ask, by_day: dict[date, T]) -> dict[date, T]:
    """The first week may begin before the period does."""
    return {max(day, ask.period.first): found for day, found in by_day.items()}


def shown(found: Days) -> dict[str, Any]:
    """As charts take it: the share kept with the missed ones marked, hours with a part for each holder, sums."""
    return {
        "percents": [
            {
                "label": day.label,
                "value": day.rate.kept.percent or 0,
                "tone": "bad" if day.is_missed else "human",
            }
            for day in found.days
        ],
        "hours": [
            {
                "label": day.label,
                "parts": [
                    {
                        "tone": tone,
                        "label": label,
                        "value": round(getattr(day.held, name) / 3600, 1),
                    }
                    for name, tone, label in HOLDERS
                ],
            }
            for day in found.days
        ],
        "sums": [(tone, label, found.held[name]) for name, tone, label in HOLDERS],
    }
