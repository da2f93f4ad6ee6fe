"""Where promises break most: the team, the hour of arrival and the source, each with whose hands the leads were in."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, SmallIntegerField
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, ExtractHour
from django.utils.translation import gettext as _

from accounts.models import Team
from handoff import splits
from handoff.splits import Group, Split
from insights import facts
from insights.numbers import FEW, percent
from insights.sla.asking import Ask, Rate


@dataclass(frozen=True)
class Worst:
    """`what` says of what kind it is; `held` is working time of its late ones until what was promised was done."""

    what: str
    label: str
    rate: Rate
    held: Split

    @property
    def unclaimed(self) -> int:
        return percent(self.held.unclaimed, self.held.total) or 0

    @property
    def human(self) -> int:
        return percent(self.held.human, self.held.total) or 0

    @property
    def why(self) -> str:
        said = {"queue": self.unclaimed, "human": self.human}
        if self.unclaimed >= 50:
            return (
                _("Nobody took them: the late ones lay unclaimed for %(queue)d%% of their time.")
                % said
            )
        if self.human >= 50:
            return _("The late ones were in a rep's hands for %(human)d%% of their time.") % said
        return (
            _("No one holder made them late: %(queue)d%% unclaimed, %(human)d%% with reps.") % said
        )


def worst(ask: Ask) -> list[Worst]:
    """Of teams, hours and sources with enough promises the one that keeps the smallest share."""
    teams = dict(Team.objects.values_list("pk", "name"))
    whats = {
        "team": (_("Team"), lambda key: teams.get(key, _("No team"))),
        "hour": (_("Hour of arrival"), "{:02}:00".format),
        "source": (_("Source"), lambda key: key or _("No source")),
    }
    groups = splits.in_groups(
        ask.promised(), at=ask.at, by=_groups(ask), late=facts.LATE, only_late=True
    )
    chosen = {name: found for name in whats if (found := _worst(groups[name]))}
    return [
        Worst(what, label(key), _rate(ask, name, key, group), group.held)
        for name, (key, group) in chosen.items()
        for what, label in [whats[name]]
    ]


def _groups(ask: Ask) -> dict[str, Combinable]:
    return {
        "team": F("handoff__team"),
        "hour": Cast(
            ExtractHour("handoff__opened_at", tzinfo=ask.period.zone), SmallIntegerField()
        ),
        "source": F("handoff__source"),
    }


def _worst(groups: dict[Any, Group]) -> tuple[Any, Group] | None:
    """None where no group has enough promises, and where all were kept."""
    judged = [(key, one) for key, one in groups.items() if one.late and one.n >= FEW]
    return max(judged, key=lambda pair: (pair[1].late / pair[1].n, pair[1].late), default=None)


def _rate(ask: Ask, name: str, key: Any, group: Group) -> Rate:
    narrowed: dict[str, Any] = {name: key or 0 if name == "team" else key}
    return ask.kept(group.n - group.late, group.late, **narrowed)
