"""A whole import is undone while nobody has touched what it made: first weighed, then done, both in pieces by a
worker and from the last row to the first, so that what rows did to one another is taken back in turn."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from leads import journal
from leads.importing import leases, undo_leads, undo_rest
from leads.importing.tally import Tally
from leads.models import Import, What

PIECE = 300
State = Import.State
Undoer = Callable[..., Tally]


def is_possible(imported: Import) -> bool:
    """Whether what such rows do can be taken back at all."""
    return imported.what in UNDOERS


def weigh(imported: Import) -> bool:
    """Asks a worker what could be undone; false if it is not the time for it."""
    return _begin(imported, State.DONE, State.WEIGHING, weighed=None)


def undo(imported: Import) -> bool:
    """Hands the undoing to a worker; false if nobody has seen yet what it would do."""
    weighed = Import.objects.filter(pk=imported.pk).exclude(weighed=None).exists()
    return weighed and _begin(imported, State.DONE, State.UNDOING, undone=None)


def _begin(imported: Import, wanted: str, state: str, **changes: None) -> bool:
    mine = Import.objects.filter(pk=imported.pk, state=wanted, what__in=UNDOERS)
    return bool(mine.update(state=state, next_row=imported.rows + 1, **changes))


def undo_piece(imported: Import, *, at: datetime) -> None:
    """Weighs or undoes the next rows of a claimed import, downwards. Raises LeaseLost."""
    dry = imported.state == State.WEIGHING
    with transaction.atomic():
        leases.hold(imported)
        lines = list(
            imported.lines.filter(row__lt=imported.next_row).order_by("-row")
            .values_list("row", "result", "lead_id", "made", "before")[:PIECE]
        )  # fmt: skip
        tally = UNDOERS[imported.what](imported, lines, at=at, dry=dry) if lines else Tally()
        if not dry and imported.what != What.LEADS:
            data = {"import": imported.pk, "what": "undone"}
            journal.write("lead.imported", sorted(tally.leads), at=at, by=imported.by, data=data)
        kept = "weighed" if dry else "undone"
        counts = tally.added_to(getattr(imported, kept))
        changes = {kept: counts, "next_row": lines[-1][0] if lines else 1}
        if len(lines) < PIECE:
            changes |= {"state": State.DONE if dry else State.UNDONE, "next_row": imported.rows + 1}
        leases.commit(imported, until=None, **changes)


def _leads(imported: Import, lines: list[undo_leads.Line], *, at: datetime, dry: bool) -> Tally:
    if not dry:
        undo_leads.hold(lines)
    some = undo_leads.share(imported, lines)
    tally = Tally()
    tally.count("removed", len(some.removed))
    tally.count("restored", len(some.restored))
    for reason in some.kept.values():
        tally.count(reason)
    if not dry:
        undo_leads.put_back(imported, some, at=at)
    return tally


# Touches stay: they are evidence, on which verdicts about promises rest.
UNDOERS: dict[str, Undoer] = {
    What.LEADS: _leads,
    What.COMPANIES: undo_rest.companies,
    What.EVENTS: undo_rest.events,
    What.DEALS: undo_rest.deals,
}
