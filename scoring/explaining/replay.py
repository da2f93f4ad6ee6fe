"""Any lead at any moment: the version then in force, on what was known then or on what is known today, beside
what was stored.

What was stored agrees with what was known then. What is known today may say something else; `news` lists why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from leads.models import (
    CompanyChange,
    Crossing,
    Event,
    EventRelabel,
    Lead,
    LeadChange,
    Merge,
    ScoreHistory,
)
from scoring import live
from scoring.explaining import explain, past, past_people
from scoring.explaining.explain import Explanation
from scoring.live import LiveModel
from scoring.statement.scope import these

MOST_NEWS = 20


@dataclass(frozen=True)
class Kept:
    """What was written at a moment: a row of the history, or a crossing. `version` is a key."""

    at: datetime
    total: int
    band: str
    version: int
    cause: str
    crossed: bool


@dataclass(frozen=True)
class Replay:
    """`found` is None where no model applied; `parameters` are those of the statement."""

    lead: Lead
    at: datetime
    known: datetime
    found: Explanation | None
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return self.found.total if self.found else 0


@dataclass(frozen=True)
class News:
    """What was known only after a moment, the latest first; `events` that had happened before it."""

    events: list[Event]
    changes: list[LeadChange]
    companies: list[CompanyChange]
    relabels: list[EventRelabel]

    def __bool__(self) -> bool:
        return bool(self.events or self.changes or self.companies or self.relabels)


def replay(lead: Lead, at: datetime, *, known: datetime | None = None) -> Replay:
    """The lead at the moment `at`, on what was known by `known`: then, unless told otherwise."""
    known = known or at
    for model in live.in_force(at):
        parameters = _parameters(lead, model, at, known)
        made = live.statement(
            model.definition, these([lead.pk]), applies=model.applies, past=True, detail=True
        )
        for row in live.rows(made, **parameters):
            lines = explain.lines(model.definition, row)
            return Replay(lead, at, known, Explanation(model, lines, row), parameters)
    return Replay(lead, at, known, None)


def _parameters(lead: Lead, model: LiveModel, at: datetime, known: datetime) -> dict[str, Any]:
    asked = any(c.people for c in model.definition.criteria)
    return past.past(lead, at=at, known=known, colleagues=asked).parameters(at, known)


def kept(lead: Lead, at: datetime) -> Kept | None:
    """The latest that was written by that moment."""
    row = ScoreHistory.objects.filter(lead=lead, at__lte=at).order_by("-at", "-id").first()
    crossing = own_crossings(lead).filter(at__lte=at).order_by("-at", "-id").first()
    if crossing and (row is None or crossing.at > row.at):
        return _kept(crossing, crossed=True)
    return _kept(row, crossed=False) if row else None


def own_crossings(lead: Lead) -> QuerySet[Crossing]:
    """Without those that came with a merged lead, since they tell of that lead's score."""
    merges = Merge.objects.filter(survivor=lead).values_list("moved", flat=True)
    came = [pk for moved in merges for pk in moved.get("leads.Crossing", [])]
    return Crossing.objects.filter(lead=lead).exclude(pk__in=came)


def _kept(row: ScoreHistory | Crossing, *, crossed: bool) -> Kept:
    return Kept(row.at, row.total, row.band, row.version, row.cause, crossed)


def news(lead: Lead, at: datetime) -> News:
    """What became known after a moment about what was so by then: reasons why today's answer may differ."""
    late = Event.objects.filter(lead=lead, occurred_at__lte=at, received_at__gt=at)
    relabels = EventRelabel.objects.filter(lead=lead, at__gt=at).order_by("-at", "-id")
    company_id = past_people.company_of(lead, at)
    return News(
        list(late.select_related("signature__kind").order_by("-received_at", "-id")[:MOST_NEWS]),
        past.later_changes(lead, at)[:MOST_NEWS],
        past_people.changes(company_id, at)[:MOST_NEWS],
        list(relabels[:MOST_NEWS]),
    )
