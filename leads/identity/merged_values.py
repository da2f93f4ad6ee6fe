"""What the fields of a lead hold when another went up in it, and when the two part again. The caller holds
both leads in a transaction."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from leads import fields
from leads.activity import last_activity
from leads.identity import companies, company_facts
from leads.identity.joining import COLUMNS, get, put
from leads.models import Lead, LeadChange

SOURCE = "Merge"
UNDONE = "Merge taken back"
# Columns that no field of the catalogue writes: the survivor's, else the loser's; whose hands it is in is the
# carrier's, else the other's.
FILLED = ("external_id", "company_id")
HANDS = ("owner_id", "team_id")
WRITTEN = [
    *COLUMNS, "phone_e164", "attributes", "company", "external_id", "owner", "team", "updated_at",
    "last_activity_at", "product_used_at",
]  # fmt: skip
EMPTY = (None, "")


def differing(survivor: Lead, loser: Lead) -> dict[str, tuple[Any, Any]]:
    """The fields in which the two differ: what each holds, by key, in the order of the catalogue."""
    both = {key: (get(survivor, key), get(loser, key)) for key in fields.catalogue()}
    return {
        key: (mine, theirs)
        for key, (mine, theirs) in both.items()
        if mine != theirs and not (mine in EMPTY and theirs in EMPTY)
    }


def join(
    survivor: Lead,
    loser: Lead,
    *,
    take: Collection[str] | None,
    loser_carries: bool,
    by: User | None,
    at: datetime,
) -> dict[str, Any]:
    """Writes the survivor's fields and an undo row; what it wrote, by key."""
    differ = differing(survivor, loser)
    taken = take if take is not None else [key for key in differ if differ[key][0] in EMPTY]
    new = {key: theirs for key, (_mine, theirs) in differ.items() if key in taken}
    old = {key: differ[key][0] for key in new}
    for key, value in new.items():
        put(survivor, key, value)
    if {"email", "company_name"} & new.keys():
        companies.attach([survivor], source=SOURCE, by=by, at=at)
    filled = {
        column: getattr(loser, column)
        for column in (*FILLED, *HANDS)
        if getattr(survivor, column) in EMPTY
        or (loser_carries and column in HANDS and getattr(loser, column) not in EMPTY)
    }
    _fill(survivor, filled, source=SOURCE, by=by, at=at)
    _save(survivor, old, source=SOURCE, by=by, at=at)
    _reckon([survivor])
    return new


def part(
    survivor: Lead,
    loser: Lead,
    *,
    written: Mapping[str, Any],
    before: Mapping[str, Lead],
    after: Lead,
    loser_carries: bool,
    by: User | None,
    at: datetime,
) -> None:
    """Gives the survivor back what it held, where nobody wrote since, and the loser its address. `before` and
    `after` are the rows as they were around the merge."""
    old = {key: value for key, value in written.items() if get(survivor, key) == value}
    for key in old:
        put(survivor, key, get(before["survivor"], key))
    since = {
        column: getattr(survivor, column)
        for column in (*FILLED, *HANDS)
        if getattr(survivor, column) != getattr(after, column)
    }
    if loser_carries:
        for column in since.keys() & HANDS:
            setattr(loser, column, since.pop(column))
    again = {
        column: getattr(before["survivor"], column)
        for column in (*FILLED, *HANDS)
        if column not in since
    }
    _fill(survivor, again, source=UNDONE, by=by, at=at)
    _save(survivor, old, source=UNDONE, by=by, at=at)
    address = before["loser"].email
    if address and Lead.objects.filter(email=address).exists():
        LeadChange.objects.create(
            lead=loser, known_at=at, source=UNDONE, by=by, old={"email": address}
        )
    elif address:
        loser.email = address
    loser.merged_into = None
    loser.save(update_fields=["email", "merged_into", *HANDS])
    _reckon([survivor, loser])


def _fill(
    lead: Lead, columns: Mapping[str, Any], *, source: str, by: User | None, at: datetime
) -> None:
    company_id = columns.get("company_id", lead.company_id)
    if company_id != lead.company_id:
        company_facts.left([(lead.pk, lead.company_id)], source=source, by=by, at=at)
    for column, value in columns.items():
        setattr(lead, column, value)


def _save(lead: Lead, old: dict[str, Any], *, source: str, by: User | None, at: datetime) -> None:
    if old:
        LeadChange.objects.create(lead=lead, known_at=at, source=source, by=by, old=old)
    lead.updated_at = at
    lead.save(update_fields=WRITTEN)


def _reckon(leads: list[Lead]) -> None:
    last_activity.reckon(lead.pk for lead in leads)
    for lead in leads:
        lead.refresh_from_db(fields=["last_activity_at", "product_used_at"])
