"""Two leads side by side: what each holds, and which value a merge would keep unless somebody says otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Q

from leads import fields
from leads.identity.carrying import carrier
from leads.identity.joining import get
from leads.identity.merged_values import EMPTY, differing
from leads.models import Event, Lead
from leads.timeline import value_text

LEFT, RIGHT = "left", "right"


@dataclass(frozen=True)
class Row:
    """A field with what both hold, as texts; `chosen` is the side whose value is kept."""

    key: str
    label: str
    left: str
    right: str
    chosen: str

    @property
    def name(self) -> str:
        """Of the control that asks for the side."""
        return f"value.{self.key}"


@dataclass(frozen=True)
class Compared:
    """`differ` are to be chosen from; `same` are labels and values that both agree on; `carries` is the lead with
    which sales goes on, None where that is whichever stays."""

    differ: list[Row]
    same: list[tuple[str, str]]
    events: dict[str, int]
    carries: Lead | None


def compare(left: Lead, right: Lead, chosen: Mapping[str, str]) -> Compared:
    """The two leads; `chosen` are sides by the names of controls, as far as somebody chose."""
    catalogue = fields.catalogue()
    pairs = differing(left, right)
    rows = [
        _row(key, str(catalogue[key].label), mine, theirs, chosen)
        for key, (mine, theirs) in pairs.items()
    ]
    same = [
        (str(field.label), value_text(get(left, key)))
        for key, field in catalogue.items()
        if key not in pairs and get(left, key) not in EMPTY
    ]
    return Compared(rows, same, _events(left, right), _carries(left, right))


def _row(key: str, label: str, mine: Any, theirs: Any, chosen: Mapping[str, str]) -> Row:
    usual = RIGHT if mine in EMPTY else LEFT
    row = Row(key, label, value_text(mine), value_text(theirs), usual)
    asked = chosen.get(row.name)
    return replace(row, chosen=asked) if asked in (LEFT, RIGHT) else row


def _carries(left: Lead, right: Lead) -> Lead | None:
    carries = carrier(left.score, right.score)
    if carrier(right.score, left.score) != carries:
        return None
    return left if carries == left.score else right


def _events(left: Lead, right: Lead) -> dict[str, int]:
    counted = Event.objects.filter(lead__in=[left, right]).aggregate(
        left=Count("pk", filter=Q(lead=left)), right=Count("pk", filter=Q(lead=right))
    )
    return {side: counted[side] for side in (LEFT, RIGHT)}


def taken(compared: Compared, *, stays: str) -> set[str]:
    """The fields whose value comes from the lead that does not stay."""
    return {row.key for row in compared.differ if row.chosen != stays}
