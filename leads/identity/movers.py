"""Which rows follow a lead into another. Every table that points at leads is found by itself: its rows move
unless the table is named in STAYS or the other lead holds such a row already.

Upper floors register what more there is to do for their tables, so that a merge is one transaction."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Max, Model

from leads.models import Lead

# History of one row, which a replay of the past reads; and what a merge writes in a way of its own.
STAYS = {
    "leads.Lead", "leads.LeadScore", "leads.LeadChange", "leads.FormerCompany", "leads.ScoreHistory",
    "leads.JournalEntry", "leads.Event", "leads.EventRelabel", "leads.Merge", "leads.DuplicatePair", "leads.MatchKey",
    "leads.MatchAsked",
}  # fmt: skip
# What sales does with a lead: taken back, what came since goes with the lead that carries.
OF_SALES = {"leads.Crossing", "leads.Outcome", "leads.Lead_handed_to"}


@dataclass(frozen=True)
class Going:
    """A merge under way, under the locks of both leads."""

    survivor_id: int
    loser_id: int
    at: datetime
    # Which of the two carries; carrying.py says what that is.
    carrier_id: int


class Mover(NamedTuple):
    """`before` does what must be done before rows move, and returns as JSON what `undo` is given to take it
    back; `undo` is called after the rows went home."""

    before: Callable[[Going], Any]
    undo: Callable[[Going, Any], None]


_movers: dict[str, Mover] = {}


def register(name: str, mover: Mover) -> None:
    """Names an upper floor's part in a merge."""
    _movers[name] = mover


def stays(*labels: str) -> None:
    """Names tables, as "scoring.Override", whose rows stay with the lead they are about."""
    STAYS.update(labels)


def of_sales(*labels: str) -> None:
    """Names tables, as "handoff.Handoff", that tell what sales does with a lead."""
    OF_SALES.update(labels)


def before(going: Going) -> dict[str, Any]:
    return {name: mover.before(going) for name, mover in _movers.items()}


def undo(going: Going, told: dict[str, Any]) -> None:
    for name, kept in told.items():
        if name in _movers:
            _movers[name].undo(going, kept)


def move(going: Going) -> dict[str, list[Any]]:
    """Gives the loser's rows to the survivor; the keys of the moved rows by table."""
    moved: dict[str, list[Any]] = {}
    for table, column in _pointing_at_leads():
        rows = table._base_manager.filter(**{column: going.loser_id}).order_by("pk")
        keys = list(rows.select_for_update().values_list("pk", flat=True))
        if gone := _give(table, column, keys, going.survivor_id):
            moved[table._meta.label] = [str(key) for key in gone]
    return moved


def send_home(going: Going, moved: dict[str, list[Any]]) -> None:
    """Gives rows back that the survivor still has."""
    for table, column in _pointing_at_leads():
        keys = moved.get(table._meta.label, [])
        mine = table._base_manager.filter(pk__in=keys, **{column: going.survivor_id})
        _give(table, column, list(mine.values_list("pk", flat=True)), going.loser_id)


def marks() -> dict[str, int]:
    """How far the tables of sales have come: what has a higher key came later."""
    newest = {
        table._meta.label: table._base_manager.aggregate(newest=Max("pk"))["newest"]
        for table, _column in _pointing_at_leads()
        if table._meta.label in OF_SALES
    }
    return {label: key or 0 for label, key in newest.items()}


def send_after(going: Going, marks: dict[str, int]) -> None:
    """Gives the loser, which carries, what sales did with the survivor since these marks."""
    for table, column in _pointing_at_leads():
        if (mark := marks.get(table._meta.label)) is not None:
            since = table._base_manager.filter(pk__gt=mark, **{column: going.survivor_id})
            keys = list(since.order_by("pk").values_list("pk", flat=True))
            _give(table, column, keys, going.loser_id)


def _pointing_at_leads() -> Iterator[tuple[type[Model], str]]:
    for relation in Lead._meta.get_fields(include_hidden=True):
        if not (relation.one_to_many or relation.one_to_one) or not relation.auto_created:
            continue
        table = relation.related_model
        assert isinstance(table, type)
        if table._meta.label not in STAYS:
            yield table, relation.field.attname  # type: ignore[union-attr]


def _give(table: type[Model], column: str, keys: list[Any], lead_id: int) -> list[Any]:
    """Writes the lead of these rows; a row that a constraint refuses, since the lead has one such, stays. The
    keys of those that were given."""
    if not keys:
        return []
    try:
        with transaction.atomic():
            table._base_manager.filter(pk__in=keys).update(**{column: lead_id})
    except IntegrityError:
        if len(keys) == 1:
            return []
        middle = len(keys) // 2
        halves = keys[:middle], keys[middle:]
        return [key for half in halves for key in _give(table, column, half, lead_id)]
    return keys
