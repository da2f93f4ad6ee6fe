"""Where promises break most: the team, the hour of arrival and the source, each with whose hands the leads were in."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F
from django.db.models.expressions import Combinable
from django.db.models.functions import ExtractHour
from django.utils.translation import gettext as _

from accounts.models import Team
from handoff import splits
from handoff.splits import Split, Time
from insights import facts
from insights.numbers import percent
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
    found = (
        _worst(ask, _("Team"), "team", F("handoff__team"), lambda key: teams.get(key, _("No team"))),
        _worst(
            ask, _("Hour of arrival"), "hour",
            ExtractHour("handoff__opened_at", tzinfo=ask.period.zone), "{:02}:00".format,
        ),
        _worst(ask, _("Source"), "source", F("handoff__lead__source"), lambda key: key or _("No source")),
    )  # fmt: skip
    return [one for one in found if one is not None]


def _worst(ask: Ask, what: str, name: str, by: Combinable, label: Any) -> Worst | None:
    """None where no group has enough promises, and where all were kept."""
    grouped = ask.promised().annotate(key=by).values_list("key").order_by()
    late = Count("pk", filter=facts.LATE)
    rates = {
        key: ask.kept(n - missed, missed, **{name: key or 0 if name == "team" else key})
        for key, missed, n in grouped.annotate(late=late, n=Count("pk"))
    }
    missed = ask.promised().filter(facts.LATE)
    held = splits.of_promises(missed, at=ask.at, by=by)
    judged = [key for key, rate in rates.items() if rate.late.value and not rate.late.is_few]
    if not judged:
        return None
    key = max(judged, key=lambda key: _badness(rates[key]))
    return Worst(what, label(key), rates[key], held.get(key, Time()).working)


def _badness(rate: Rate) -> tuple[float, int]:
    return rate.late.value / rate.all.value, rate.late.value
