"""Runs imports piece by piece: leads, results of lines, counters and journal commit together."""

import json
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import DataError, IntegrityError, OperationalError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from leads import fields, journal
from leads.identity import joining
from leads.identity.joining import Joined, Person, Policy
from leads.importing import counting, leases, staging
from leads.importing.mapping import Plan
from leads.importing.rows import Reader, RowRejected
from leads.models import Import, ImportLine

log = logging.getLogger(__name__)
PIECE = 1_000
Line = tuple[int, list[str], str]
Result = ImportLine.Result


def advance(at: datetime) -> bool:
    """Stages or runs one piece of an import that waits; false if there was nothing to do."""
    imported = leases.claim(at)
    if imported is None:
        staging.forget_files()
        return counting.count_crossings()
    try:
        if imported.state == Import.State.UPLOADED:
            staging.stage(imported)
        else:
            run_piece(imported, at=at)
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


@dataclass
class Outcome:
    """What became of a row; `reason` is a remark where the row was not rejected."""

    row: int
    result: str
    reason: str = ""
    lead_id: int | None = None


def run_piece(imported: Import, *, at: datetime) -> None:
    """Runs the next rows of a claimed import. Raises LeaseLost."""
    lines = list(
        imported.lines.filter(row__gte=imported.next_row).order_by("row")
        .values_list("row", "cells", "result")[:PIECE]
    )  # fmt: skip
    with transaction.atomic():
        leases.hold(imported)
        outcomes = _settle(imported, [line for line in lines if not line[2]], at=at)
        _write(imported, outcomes)
        _tell(imported, outcomes, at=at)
        _count(imported, lines[-1][0], outcomes, at=at)


def _settle(imported: Import, lines: Sequence[Line], *, at: datetime) -> list[Outcome]:
    reader = Reader(
        Plan(match_by=imported.match_by, source=imported.source, **imported.mapping),
        imported.header, fields=fields.catalogue(), zone=ZoneInfo(imported.by.time_zone), at=at,
    )  # fmt: skip
    rejected: list[Outcome] = []
    read: list[tuple[Outcome, Person]] = []
    for row, cells, _result in lines:
        try:
            person, remark = reader.read(cells)
        except RowRejected as reason:
            rejected.append(Outcome(row, Result.REJECTED, str(reason)))
        else:
            read.append((Outcome(row, "", remark), person))
    return rejected + _join(imported, read, at)


def _join(imported: Import, read: Sequence[tuple[Outcome, Person]], at: datetime) -> list[Outcome]:
    """Joins the people; rows that fail are halved until the one that the database refuses is alone."""
    if not read:
        return []
    people = [person for _outcome, person in read]
    try:
        with transaction.atomic():
            joined = joining.join(
                people, policy=Policy.OVERWRITE, source=imported.source, at=at, by=imported.by
            )
    except (DataError, IntegrityError) as error:
        if len(read) > 1:
            middle = len(read) // 2
            return _join(imported, read[:middle], at) + _join(imported, read[middle:], at)
        outcome = read[0][0]
        log.exception("Import %s, row %s failed", imported.pk, outcome.row, exc_info=error)
        return [Outcome(outcome.row, Result.REJECTED, _("The database refused this row."))]
    return [_outcome(*pair) for pair in zip((o for o, _person in read), joined, strict=True)]


def _outcome(outcome: Outcome, joined: Joined) -> Outcome:
    outcome.result, outcome.lead_id = str(joined.result), joined.lead_id
    if joined.proposals:
        kept = _("E-mail was left out: another lead has “%(email)s”.") % joined.proposals
        outcome.reason = f"{outcome.reason} {kept}".strip()
    return outcome


def _write(imported: Import, outcomes: Sequence[Outcome]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE leads_importline n
                  SET result = t.result, reason = t.reason, lead_id = t.lead_id
                 FROM jsonb_to_recordset(%s::jsonb)
                      AS t("row" int, result text, reason text, lead_id bigint)
                WHERE n.imported_id = %s AND n.row = t.row""",
            [json.dumps([vars(outcome) for outcome in outcomes]), imported.pk],
        )


def _tell(imported: Import, outcomes: Sequence[Outcome], *, at: datetime) -> None:
    changed = {o.lead_id for o in outcomes if o.result in (Result.CREATED, Result.UPDATED)}
    data = {"import": imported.pk, "opens_handoffs": imported.opens_handoffs}
    journal.write("lead.imported", sorted(filter(None, changed)), at=at, by=imported.by, data=data)


def _count(imported: Import, last: int, outcomes: Sequence[Outcome], *, at: datetime) -> None:
    counts = Counter(o.result for o in outcomes)
    remarked = sum(bool(o.reason) and o.result != Result.REJECTED for o in outcomes)
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
