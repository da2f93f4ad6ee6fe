"""The stages of deals and the reasons they end for, edited as lists. Nothing is deleted: what was said with a stage or
a reason stays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from qualification.models import DealReason, DealStage

MOST_IN_USE = 8


class Refused(Exception):
    """The text says why, for whoever edits the list."""


@dataclass(frozen=True)
class Change:
    """One line of a list in its new order."""

    id: int
    name: str
    is_active: bool


@dataclass(frozen=True)
class Kind:
    """A list that is edited: its rows, and the column with the name."""

    model: Any
    column: str
    given: Mapping[str, Any]

    def rows(self) -> list[Any]:
        return list(self.model.objects.filter(**self.given).order_by("order", "pk"))


KINDS = {
    "stages": Kind(DealStage, "name", {}),
    "won": Kind(DealReason, "label", {"ending": "won"}),
    "lost": Kind(DealReason, "label", {"ending": "lost"}),
}


def save(kind: Kind, changes: Sequence[Change], new: str = "") -> None:
    """Writes a list anew in the order given, with one more line `new` if it is named. Raises Refused."""
    with transaction.atomic():
        _one_at_a_time(kind)
        there = {row.pk: row for row in kind.rows()}
        if {change.id for change in changes} != set(there):
            raise Refused(_("Somebody changed the list meanwhile. Look at it again."))
        names = [change.name for change in changes] + ([new] if new else [])
        _refuse(names, sum(change.is_active for change in changes) + bool(new))
        for number, change in enumerate(changes, start=1):
            row = there[change.id]
            setattr(row, kind.column, change.name)
            row.order, row.is_active = number, change.is_active
        kind.model.objects.bulk_update(there.values(), [kind.column, "order", "is_active"])
        if new:
            _add(kind, new, len(changes) + 1)


def _add(kind: Kind, name: str, order: int) -> None:
    values = {**kind.given, kind.column: name, "order": order}
    if kind.model is DealReason:
        taken = set(DealReason.objects.values_list("key", flat=True))
        stem = f"{kind.given['ending']}_{slugify(name).replace('-', '_')[:44] or 'reason'}"
        numbered = (f"{stem}_{number}" for number in range(2, len(taken) + 3))
        values["key"] = next(key for key in (stem, *numbered) if key not in taken)
    kind.model.objects.create(**values)


def _refuse(names: Sequence[str], used: int) -> None:
    if not all(names):
        raise Refused(_("Each line needs a name."))
    if len({name.casefold() for name in names}) < len(names):
        raise Refused(_("Two lines have the same name."))
    if not 1 <= used <= MOST_IN_USE:
        raise Refused(_("Between 1 and %(most)d can be in use.") % {"most": MOST_IN_USE})


def _one_at_a_time(kind: Kind) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {kind.model._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
