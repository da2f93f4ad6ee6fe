"""Rows that are events: who did what, and when. Each is stored once, whichever file it comes with."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from leads.activity import history
from leads.activity.events import Item
from leads.activity.signatures import GENERIC, Look, kinds
from leads.importing.cells import Cells, Remarks, RowRejected, short
from leads.importing.mapping import (
    CAMPAIGN,
    EVENT,
    EVENT_ID,
    HAPPENED_AT,
    PATH,
    TARGETS,
    Plan,
    plan_of,
)  # fmt: skip
from leads.importing.settled import Line, Result, Settled
from leads.importing.whose import Whose
from leads.models import Import, What

LABELS = TARGETS[What.EVENTS]
LONGEST = {EVENT: 200, PATH: 400, CAMPAIGN: 120, EVENT_ID: 200}
SENDER = "import"


def settle(imported: Import, lines: Sequence[Line], *, at: datetime) -> list[Settled]:
    """Call it inside the transaction of the piece."""
    plan = plan_of(imported)
    cells = Cells(plan, imported.header, zone=ZoneInfo(imported.by.time_zone), at=at)
    texts = [(number, cells.texts(row)) for number, row in lines]
    whose = Whose([cells.given(row) for _number, row in texts])
    catalogue = set(kinds())
    settled: list[Settled] = []
    items: list[tuple[Settled, Item, int]] = []
    for number, row in texts:
        try:
            given, remarks = cells.given(row), Remarks()
            lead_id = whose.lead_of(given)
            item = _item(given, plan, cells, remarks, catalogue)
        except (RowRejected, ValueError) as reason:
            settled.append(Settled(number, Result.REJECTED, str(reason)))
            continue
        item = replace(item, properties=dict(cells.kept(row, remarks)))
        message = item.message_id or _content(item, lead_id)
        items.append(
            (
                Settled(number, Result.UNCHANGED, str(remarks), lead_id),
                replace(item, message_id=message),
                lead_id,
            )
        )
    return settled + _store(items, at)


def _item(
    given: Mapping[str, str],
    plan: Plan,
    cells: Cells,
    remarks: Remarks,
    catalogue: set[str],
) -> Item:
    """Raises RowRejected or ValueError for a row that does not say what happened, or when."""
    said = {
        target: short(given.get(target, ""), longest, str(LABELS[target]), remarks)
        for target, longest in LONGEST.items()
    }
    name = said[EVENT] or plan.event
    if not name:
        raise RowRejected(_("The row does not say what happened."))
    if HAPPENED_AT not in given:
        raise RowRejected(_("The row does not say when it happened."))
    look = Look(_kind(name, catalogue), name, said[PATH], said[CAMPAIGN])
    return Item(said[EVENT_ID], occurred_at=cells.past(given[HAPPENED_AT]), look=look)


def _kind(name: str, catalogue: set[str]) -> str:
    slug = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return slug if slug in catalogue else GENERIC


def _content(item: Item, lead_id: int) -> str:
    """An event without an id is the same if its row says the same of the same lead."""
    assert item.look is not None
    assert item.occurred_at is not None
    parts = [
        str(lead_id),
        item.occurred_at.isoformat(),
        item.look.name,
        item.look.path,
        item.look.campaign,
    ]
    return "\0".join(
        [*parts, *(f"{key}\1{value}" for key, value in sorted(item.properties.items()))]
    )


def _store(items: Sequence[tuple[Settled, Item, int]], at: datetime) -> list[Settled]:
    new = history.keep([(item, lead_id) for _told, item, lead_id in items], sender=SENDER, at=at)
    settled = []
    for told, item, _lead_id in items:
        # A later row with the same event finds it gone.
        event_id, key = new.pop(item.message_id, (None, b""))
        if event_id is not None:
            told = replace(told, result=Result.CREATED, made=event_id, before={"key": key.hex()})
        settled.append(told)
    return settled
