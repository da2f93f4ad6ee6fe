"""Proposes what the columns of a file become, from their names and from some rows. Pure."""

import re
from collections.abc import Collection, Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from leads.fields import LeadField
from leads.importing import dates
from leads.importing.mapping import (
    BY_EMAIL,
    CLOSED_AT,
    CREATED_AT,
    EXPECTED_ON,
    HAPPENED_AT,
    KEEP,
    LEAVE,
    Plan,
)  # fmt: skip
from leads.importing.names import made_by_us, plain, targets
from leads.models import What

# Columns that our own file of rejected rows adds to those of the import.
LINE, REASON = _("Line in the file"), _("Why it was rejected")
REMARK = _("What was left out")
DATED = (CREATED_AT, HAPPENED_AT, CLOSED_AT, EXPECTED_ON)

ID = re.compile(
    r"(.+ )?(id|uuid|guid|lead number|contact number|customer number|record number)"
    r"|(lead|contact|customer|person|prospect|record|user)id"
)
# An id of these is no id of a person.
NOT_WHO = frozenset(
    {"status", "stage", "owner", "campaign", "company", "account", "source", "team", "deal"}
)
MISSING = (
    "Select", "Select one", "Please select", "None selected", "N/A", "#N/A", "NULL", "(blank)", "-", "--",
)  # fmt: skip
Rows = Sequence[Sequence[str]]


def guess(
    header: Sequence[str],
    rows: Rows,
    fields: Mapping[str, LeadField],
    *,
    what: str = What.LEADS,
    empty: Collection[int] = (),
) -> Plan:
    """A plan for a file, from its first rows. `fields` is the catalogue; `empty` are the numbers of the columns
    that have nothing in the whole file."""
    columns = _columns(header, fields, what, empty)
    match_by = _match_by(header, rows, columns) if what == What.LEADS else BY_EMAIL
    if match_by != BY_EMAIL and columns[header.index(match_by)] == KEEP:
        # It is kept as the id of the lead.
        columns[header.index(match_by)] = LEAVE
    dated = [n for n, target in enumerate(columns) if target in DATED]
    examples = [text for n in dated for text in _cells(rows, n)]
    day_first = dates.day_comes_first(examples)
    return Plan(columns, match_by, "", _missing(rows), day_first, str(what))


def _columns(
    header: Sequence[str], fields: Mapping[str, LeadField], what: str, empty: Collection[int]
) -> list[str]:
    declared: dict[str, str] = {}
    if what == What.LEADS:
        declared = {plain(str(f.label)): key for key, f in fields.items()}
        declared |= {plain(f.attribute): key for key, f in fields.items() if f.attribute}
    known = targets(what, header)
    ours = {plain(str(name)) for name in (LINE, REASON, REMARK)} | made_by_us(header)
    found: list[str] = []
    for number, name in enumerate(header):
        words = plain(name)
        options = (known.get(words), declared.get(words))
        target = next((option for option in options if option and option not in found), KEEP)
        is_nothing = words in ours or (target == KEEP and number in empty)
        found.append(LEAVE if is_nothing else target)
    return found


def _cells(rows: Rows, column: int) -> list[str]:
    """What stands in a column, without empty cells."""
    return [cells[column].strip() for cells in rows if cells[column].strip()]


def _match_by(header: Sequence[str], rows: Rows, columns: Sequence[str]) -> str:
    """E-mail where nearly every row has one; else the first column of ids; else the phone, if there is no mail."""
    if "email" in columns and len(_cells(rows, columns.index("email"))) >= 0.9 * len(rows):
        return BY_EMAIL
    ids = (name for n, name in enumerate(header) if _identifies(name, _cells(rows, n), len(rows)))
    phone = header[columns.index("phone")] if "phone" in columns else BY_EMAIL
    return next(ids, BY_EMAIL if "email" in columns else phone)


def _identifies(name: str, cells: Sequence[str], rows: int) -> bool:
    words = plain(name)
    is_id = bool(ID.fullmatch(words)) and not NOT_WHO & set(words.split())
    return is_id and len(set(cells)) == len(cells) == rows > 0


def _missing(rows: Rows) -> list[str]:
    seen = {cell.strip().casefold() for cells in rows for cell in cells}
    return [word for word in MISSING if word.casefold() in seen]
