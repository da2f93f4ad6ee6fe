"""Rows that are leads: each joins its lead or makes one."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from leads import fields
from leads.identity import joining
from leads.identity.joining import Joined, Person, Policy
from leads.importing.cells import RowRejected
from leads.importing.mapping import plan_of
from leads.importing.rows import Reader
from leads.importing.settled import Line, Result, Settled
from leads.models import Import

log = logging.getLogger(__name__)
Read = list[tuple[Settled, Person]]


def settle(imported: Import, lines: Sequence[Line], *, at: datetime) -> list[Settled]:
    """Call it inside the transaction of the piece."""
    reader = Reader(
        plan_of(imported), imported.header, fields=fields.catalogue(),
        zone=ZoneInfo(imported.by.time_zone), at=at,
    )  # fmt: skip
    rejected, people = read(reader, lines)
    return rejected + _join(imported, people, at)


def read(reader: Reader, lines: Sequence[Line]) -> tuple[list[Settled], Read]:
    """The rows that are rejected, and the people of the others."""
    rejected: list[Settled] = []
    people: Read = []
    for row, cells in lines:
        try:
            person, remark = reader.read(cells)
        except RowRejected as reason:
            rejected.append(Settled(row, Result.REJECTED, str(reason)))
        else:
            people.append((Settled(row, "", remark), person))
    return rejected, people


def _join(imported: Import, people: Read, at: datetime) -> list[Settled]:
    """Joins the people; rows that fail are halved until the one that the database refuses is alone."""
    if not people:
        return []
    try:
        with transaction.atomic():
            joined = joining.join(
                [person for _row, person in people],
                policy=Policy.OVERWRITE, source=imported.source, at=at, by=imported.by,
            )  # fmt: skip
    except (DataError, IntegrityError) as error:
        if len(people) > 1:
            middle = len(people) // 2
            return _join(imported, people[:middle], at) + _join(imported, people[middle:], at)
        row = people[0][0].row
        log.exception("Import %s, row %s failed", imported.pk, row, exc_info=error)
        return [Settled(row, Result.REJECTED, _("The database refused this row."))]
    return [_settled(*pair) for pair in zip((s for s, _person in people), joined, strict=True)]


def _settled(settled: Settled, joined: Joined) -> Settled:
    reason = settled.reason
    if joined.proposals:
        kept = _("E-mail was left out: another lead has “%(email)s”.") % joined.proposals
        reason = f"{reason} {kept}".strip()
    return replace(settled, result=str(joined.result), lead_id=joined.lead_id, reason=reason)
