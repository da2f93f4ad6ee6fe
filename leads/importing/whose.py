"""Whose a row of events or past deals is: found by the id of the lead, here or elsewhere, or by its e-mail."""

import uuid
from collections.abc import Iterable, Mapping, Sequence

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from leads.identity import contact_keys
from leads.importing.cells import RowRejected
from leads.importing.mapping import EMAIL, LEAD_ID
from leads.models import ContactKey, Lead

Given = Mapping[str, str]


class Whose:
    """Knows the leads of a piece of rows; asked in a fixed number of statements. With `among`, no others."""

    def __init__(self, rows: Sequence[Given], *, among: QuerySet[Lead] | None = None) -> None:
        ids = sorted({row[LEAD_ID] for row in rows if LEAD_ID in row})
        emails = sorted({e for row in rows if (e := _email(row))})
        keys = ContactKey.objects.filter(kind=ContactKey.EMAIL, value__in=emails)
        self.by_email: dict[str, int] = dict(keys.values_list("value", "lead_id"))
        self.by_id = _by_id(ids)
        if among is not None:
            self._narrow(among)

    def _narrow(self, among: QuerySet[Lead]) -> None:
        found = {*self.by_email.values(), *(pk for some in self.by_id.values() for pk in some)}
        known = set(among.filter(pk__in=sorted(found)).values_list("pk", flat=True))
        self.by_email = {email: pk for email, pk in self.by_email.items() if pk in known}
        self.by_id = {text: some & known for text, some in self.by_id.items()}

    def lead_of(self, row: Given) -> int:
        """The lead's id. Raises RowRejected for nobody, and for an id that several have."""
        found = self.by_id.get(row.get(LEAD_ID, ""), set())
        if len(found) == 1:
            return next(iter(found))
        if len(found) > 1:
            told = _("%(n)d leads have the id “%(id)s”.")
            raise RowRejected(told % {"n": len(found), "id": row[LEAD_ID][:80]})
        if (email := _email(row)) in self.by_email and email is not None:
            return self.by_email[email]
        raise RowRejected(_refusal(row))


def _email(row: Given) -> str | None:
    return contact_keys.normal_email(row[EMAIL]) if EMAIL in row else None


def _refusal(row: Given) -> str:
    if LEAD_ID in row:
        return _("No lead has the id “%s”.") % row[LEAD_ID][:80]
    if EMAIL not in row:
        return _("The row does not say whose it is.")
    if _email(row) is None:
        return _("“%s” is not an e-mail address.") % row[EMAIL][:80]
    return _("No lead has the e-mail “%s”.") % row[EMAIL][:80]


def _by_id(ids: Sequence[str]) -> dict[str, set[int]]:
    """Leads by our id, and by the ids of other systems whatever their kind."""
    if not ids:
        return {}
    found: dict[str, set[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH RECURSIVE kinds AS (
                   SELECT min(kind) AS kind FROM leads_contactkey
                    UNION ALL
                   SELECT (SELECT min(k.kind) FROM leads_contactkey k WHERE k.kind > kinds.kind)
                     FROM kinds WHERE kinds.kind IS NOT NULL)
               SELECT k.value, k.lead_id FROM leads_contactkey k
                WHERE k.kind IN (SELECT kind FROM kinds WHERE kind LIKE 'external:%%' OR kind = 'user')
                  AND k.value = ANY(%s)""",
            [list(ids)],
        )
        for value, lead_id in cursor.fetchall():
            found.setdefault(value, set()).add(lead_id)
    ours = Lead.objects.filter(public_id__in=_uuids(ids), merged_into=None)
    for public_id, lead_id in ours.values_list("public_id", "pk"):
        found.setdefault(str(public_id), set()).add(lead_id)
    return found


def _uuids(ids: Iterable[str]) -> list[uuid.UUID]:
    found = []
    for text in ids:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found
