"""Proposes what the columns of a file become, from their names and from some rows. Pure."""

import re
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from leads.fields import LeadField
from leads.importing import dates
from leads.importing.mapping import (
    BY_EMAIL,
    CAMPAIGN,
    CREATED_AT,
    FULL_NAME,
    KEEP,
    LEAVE,
    SOURCE,
    Plan,
)  # fmt: skip

# Columns that our own file of rejected rows adds to those of the import.
LINE, REASON = _("Line in the file"), _("Why it was rejected")
REMARK = _("What was left out")

# Names of columns as plain() leaves them: exports of HubSpot, Salesforce, Zoho and Pipedrive, and sheets
# made by hand.
NAMES = {
    "email": """email; e mail; mail; email address; e mail address; work email; email work; primary email;
        business email; company email; contact email; lead email; person email; person email work""",
    "first_name": """first name; firstname; first; given name; forename; contact first name;
        lead first name; person first name""",
    "last_name": """last name; lastname; last; surname; family name; contact last name; lead last name;
        person last name""",
    FULL_NAME: """name; full name; fullname; contact name; lead name; person name; contact person;
        lead contact person""",
    "title": """title; job title; jobtitle; position; role; job role; designation; contact title;
        person job title""",
    "company_name": """company; company name; account; account name; employer; organization; organisation;
        organization name; organisation name; company account; associated company;
        associated company name; lead organization; person organization""",
    "phone": """phone; phone number; telephone; business phone; work phone; phone work; contact phone;
        person phone; person phone work; mobile; mobile phone; mobile phone number; mobile number;
        cell; cell phone; person phone mobile""",
    "country": """country; country region; country code; country territory; mailing country;
        lead country; ip country""",
    SOURCE: """source; lead source; original source; original traffic source; contact source;
        lead source original; person source; lead source channel; first touch source""",
    CAMPAIGN: "campaign; utm campaign; campaign name; lead campaign; primary campaign source",
    CREATED_AT: """created; created at; created on; created date; create date; created time; date created;
        creation date; date added; added on; first seen; signup date; lead created; lead lead created;
        person person created""",
}
TARGETS = {name.strip(): target for target, names in NAMES.items() for name in names.split(";")}
TARGETS = {" ".join(name.split()): target for name, target in TARGETS.items()}
ID = re.compile(
    r"(.+ )?(id|uuid|guid|lead number|contact number|customer number|record number)"
    r"|(lead|contact|customer|person|prospect|record|user)id"
)
MISSING = (
    "Select", "Select one", "Please select", "None selected", "N/A", "#N/A", "NULL", "(blank)", "-", "--",
)  # fmt: skip
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
BETWEEN_WORDS = re.compile(r"[\W_]+")
Rows = Sequence[Sequence[str]]


def plain(name: str) -> str:
    """A name as words in small letters: “Person - E-mail” and “personE_Mail” are “person e mail”."""
    return BETWEEN_WORDS.sub(" ", CAMEL.sub(" ", name)).strip().casefold()


def guess(header: Sequence[str], rows: Rows, fields: Mapping[str, LeadField]) -> Plan:
    """A plan for a file, from its first rows; `fields` is the catalogue."""
    columns = _columns(header, rows, fields)
    match_by = _match_by(header, rows, columns)
    if match_by != BY_EMAIL and columns[header.index(match_by)] == KEEP:
        # It is kept as the id of the lead.
        columns[header.index(match_by)] = LEAVE
    dated = [n for n, target in enumerate(columns) if target == CREATED_AT]
    examples = [text for n in dated for text in _cells(rows, n)]
    return Plan(columns, match_by, "", _missing(rows), dates.day_comes_first(examples))


def _columns(header: Sequence[str], rows: Rows, fields: Mapping[str, LeadField]) -> list[str]:
    declared = {plain(str(f.label)): key for key, f in fields.items() if f.attribute}
    declared |= {plain(f.attribute): key for key, f in fields.items() if f.attribute}
    ours = {plain(str(name)) for name in (LINE, REASON, REMARK)}
    found: list[str] = []
    for number, name in enumerate(header):
        words = plain(name)
        options = (TARGETS.get(words), declared.get(words))
        target = next((option for option in options if option and option not in found), KEEP)
        empty = bool(rows) and not _cells(rows, number)
        found.append(LEAVE if words in ours or (target == KEEP and empty) else target)
    return found


def _cells(rows: Rows, column: int) -> list[str]:
    """What stands in a column, without empty cells."""
    return [cells[column].strip() for cells in rows if cells[column].strip()]


def _match_by(header: Sequence[str], rows: Rows, columns: Sequence[str]) -> str:
    """E-mail where nearly every row has one; else the first column of ids."""
    if "email" in columns and len(_cells(rows, columns.index("email"))) >= 0.9 * len(rows):
        return BY_EMAIL
    ids = (name for n, name in enumerate(header) if _identifies(name, _cells(rows, n), len(rows)))
    return next(ids, BY_EMAIL)


def _identifies(name: str, cells: Sequence[str], rows: int) -> bool:
    return bool(ID.fullmatch(plain(name))) and len(set(cells)) == len(cells) == rows > 0


def _missing(rows: Rows) -> list[str]:
    seen = {cell.strip().casefold() for cells in rows for cell in cells}
    return [word for word in MISSING if word.casefold() in seen]
