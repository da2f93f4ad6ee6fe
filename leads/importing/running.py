"""Runs imports piece by piece: leads, results of lines, counters and journal commit together."""

import json
import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db import OperationalError, connection, transaction
from django.db.models import F

from leads import journal
from leads.importing import (
    company_rows,
    counting,
    deal_rows,
    event_rows,
    leases,
    people,
    staging,
    statistics,
    trying,
    undoing,
)  # fmt: skip
from leads.importing.settled import Result, Settled, Settler, piece_of
from leads.models import Import, Lead, What

log = logging.getLogger(__name__)
PIECE = 1_000
SETTLERS: dict[str, Settler] = {
    What.LEADS: people.settle,
    What.COMPANIES: company_rows.settle,
    What.EVENTS: event_rows.settle,
    What.DEALS: deal_rows.settle,
}


def register(what: What, settler: Settler) -> None:
    """For rows that an upper floor understands; it says so in a module `imported`."""
    SETTLERS[what] = settler


def advance(at: datetime) -> bool:
    """Stages or runs one piece of an import that waits; false if there was nothing to do."""
    imported = leases.claim(at)
    if imported is None:
        staging.forget_files()
        return counting.count_crossings()
    try:
        if imported.state == Import.State.UPLOADED:
            staging.stage(imported)
        elif imported.state == Import.State.TRYING:
            trying.try_piece(imported, SETTLERS[imported.what], at=at)
        elif imported.state in (Import.State.WEIGHING, Import.State.UNDOING):
            undoing.undo_piece(imported, at=at)
        else:
            run_piece(imported, at=at)
            statistics.refresh(imported)
    except leases.LeaseLost:
        log.warning("Import %s was taken over by another worker", imported.pk)
    except OperationalError as error:
        _give_back(imported, error)
        return False
    return True


def _give_back(imported: Import, error: OperationalError) -> None:
    """A lock that was not had is tried again soon; a lost connection when the lease ends."""
    if not connection.is_usable():
        raise error
    log.warning("Import %s is tried again: %s", imported.pk, error)
    leases.commit(imported, until=None)


def run_piece(imported: Import, *, at: datetime) -> None:
    """Runs the next rows of a claimed import. Raises LeaseLost."""
    lines = list(
        imported.lines.filter(row__gte=imported.next_row).order_by("row")
        .values_list("row", "cells", "result")[: piece_of(imported, PIECE)]
    )  # fmt: skip
    with transaction.atomic():
        leases.hold(imported)
        fresh = [(row, cells) for row, cells, result in lines if not result]
        settled = SETTLERS[imported.what](imported, fresh, at=at)
        _write(imported, settled)
        _tell(imported, settled, at=at)
        _count(imported, lines[-1][0], settled, at=at)


def _write(imported: Import, settled: Sequence[Settled]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE leads_importline n
                  SET result = t.result, reason = t.reason, lead_id = t.lead_id, made = t.made,
                      before = t.before
                 FROM jsonb_to_recordset(%s::jsonb)
                      AS t("row" int, result text, reason text, lead_id bigint, made bigint, before jsonb)
                WHERE n.imported_id = %s AND n.row = t.row""",
            [json.dumps([vars(one) for one in settled]), imported.pk],
        )


def _tell(imported: Import, settled: Sequence[Settled], *, at: datetime) -> None:
    """Whose score may have changed: the leads of the rows, or those of the companies. What reps did changes none."""
    if imported.what == What.TOUCHES:
        return
    changed = [one for one in settled if one.result in (Result.CREATED, Result.UPDATED)]
    leads = {one.lead_id for one in changed if one.lead_id is not None}
    if imported.what == What.COMPANIES:
        companies = [one.made for one in changed if one.made is not None]
        leads = set(Lead.objects.filter(company__in=companies).values_list("pk", flat=True))
    data = {
        "import": imported.pk, "opens_handoffs": imported.opens_handoffs, "what": imported.what,
    }  # fmt: skip
    journal.write("lead.imported", sorted(leads), at=at, by=imported.by, data=data)


def _count(imported: Import, last: int, settled: Sequence[Settled], *, at: datetime) -> None:
    counts = Counter(o.result for o in settled)
    remarked = sum(bool(o.reason) and o.result != Result.REJECTED for o in settled)
    leases.commit(
        imported,
        until=None,
        next_row=last + 1,
        created=F("created") + counts[Result.CREATED],
        updated=F("updated") + counts[Result.UPDATED],
        unchanged=F("unchanged") + counts[Result.UNCHANGED],
        rejected=F("rejected") + counts[Result.REJECTED],
        remarked=F("remarked") + remarked,
    )
    if last == imported.rows:
        _finish(imported, at=at)


def _finish(imported: Import, *, at: datetime) -> None:
    """Ends the import if its rows add up; else the piece is rolled back and the log tells."""
    whole = F("created") + F("updated") + F("unchanged") + F("rejected")
    ended = Import.objects.filter(pk=imported.pk, rows=whole).update(
        state=Import.State.DONE, finished_at=at
    )
    if not ended:
        raise RuntimeError(f"The rows of import {imported.pk} do not add up.")
