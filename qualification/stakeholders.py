"""Who has a say at the lead's company: its other leads, or people whose names the rep heard."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from handoff.models import Handoff
from leads.models import Lead
from qualification import access
from qualification.models import Stakeholder

MOST = 30
# Of a large company those whose activity is newest are offered.
OFFERED = 100


class Refused(ValueError):
    """`field` is where the text belongs."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


@dataclass(frozen=True)
class Person:
    """Somebody with a say; `lead` where they are a lead of ours."""

    row: Stakeholder
    lead: Lead | None

    @property
    def name(self) -> str:
        return str(self.lead.name) if self.lead else self.row.name

    @property
    def title(self) -> str:
        return self.lead.title if self.lead else self.row.title


def of(lead: Lead) -> list[Person]:
    """Those that were noted with any lead of the company, each in a role once; in two queries."""
    mine = Q(lead=lead)
    if lead.company_id is not None:
        mine |= Q(lead__company=lead.company_id)
    rows = list(Stakeholder.objects.filter(mine).order_by("role", "id")[:MOST])
    leads = _leads(row.colleague for row in rows if row.colleague)
    found: dict[tuple[Any, ...], Person] = {}
    for row in rows:
        person = Person(row, leads.get(row.colleague) if row.colleague else None)
        if person.name:
            found.setdefault((row.role, person.lead or person.name.casefold()), person)
    return list(found.values())


def _leads(public_ids: Any) -> dict[uuid.UUID, Lead]:
    """By public id; for one that was merged the lead it went up in."""
    found = Lead.objects.filter(public_id__in=list(public_ids)).select_related("merged_into")
    return {one.public_id: one.merged_into or one for one in found}


def colleagues(lead: Lead) -> list[Lead]:
    """The lead and others of its company, to choose from."""
    if lead.company_id is None:
        return [lead]
    others = Lead.objects.filter(company=lead.company_id, merged_into=None).exclude(pk=lead.pk)
    return [lead, *others.order_by("first_name", "last_name", "pk")[:OFFERED]]


def add(
    handoff: Handoff,
    *,
    role: str,
    by: User,
    at: datetime,
    colleague: str = "",
    name: str = "",
    title: str = "",
) -> Stakeholder:
    """Notes a person. `colleague` is the public id of a lead of the same company, else name and title are typed
    in. Raises Refused, handoffs.NotOpen or access.NotYours."""
    lead, name = handoff.lead, name.strip()
    chosen = next((one for one in colleagues(lead) if str(one.public_id) == colleague), None)
    if colleague and chosen is None:
        raise Refused("colleague", _("This lead is not of the company."))
    if chosen is None and not name:
        raise Refused("name", _("Choose somebody, or type a name."))
    try:
        with transaction.atomic():
            access.hold(handoff, by=by)
            if Stakeholder.objects.filter(lead=lead).count() >= MOST:
                raise Refused("name", _("There are %d people already.") % MOST)
            return Stakeholder.objects.create(
                lead=lead, role=role, by=by, at=at,
                colleague=chosen.public_id if chosen else None,
                name="" if chosen else name, title="" if chosen else title.strip(),
            )  # fmt: skip
    except IntegrityError:
        raise Refused("name", _("This person is there already.")) from None


def remove(handoff: Handoff, pk: int, *, by: User) -> bool:
    """Takes a person off; false if they are gone already. Raises handoffs.NotOpen or access.NotYours."""
    mine = [one.row.pk for one in of(handoff.lead) if one.row.pk == pk]
    with transaction.atomic():
        access.hold(handoff, by=by)
        deleted, _tables = Stakeholder.objects.filter(pk__in=mine).delete()
    return bool(deleted)
