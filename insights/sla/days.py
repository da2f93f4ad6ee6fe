"""Promises kept day by day, and in whose hands the leads were until what was promised was done."""

from dataclasses import dataclass
from typing import Any

from django.db.models import DateField
from django.db.models.functions import Cast, Trunc
from django.utils.translation import gettext_lazy as _

from handoff import splits
from handoff.splits import Group, Split
from insights import facts
from insights.sla.asking import Ask, Rate

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
    groups = splits.in_groups(ask.promised(), at=ask.at, by={"day": when}, late=facts.LATE)["day"]
    if not groups:
        return None
    # The first week may begin before the period does.
    by_day = {max(day, ask.period.first): group for day, group in groups.items()}
    made = []
    for part in ask.period.steps(step):
        group = by_day.get(part.first, Group())
        rate = ask.kept(group.n - group.late, group.late, period=part)
        made.append(Day(part.short_label, rate, group.held))
    total, late = (sum(getattr(group, name) for group in groups.values()) for name in ("n", "late"))
    return Days(made, ask.kept(total - late, late), step == "day")


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
