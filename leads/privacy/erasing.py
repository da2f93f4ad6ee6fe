"""A person is forgotten. What is left is a row that counts and says nothing, and a receipt that names nobody."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.functions import RandomUUID
from django.db import connection, transaction
from django.db.models import CharField, Model, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Concat

from accounts.models import User
from leads import journal, locks
from leads.identity import pairs
from leads.models import ContactKey, Erasure, JournalEntry, Lead, LeadScore, PrivacyDeed
from leads.privacy import deeds, registry, suppression
from leads.privacy.registry import Table

# People in one transaction.
CHUNK = 200


@dataclass(frozen=True)
class Part:
    """Rows of one table that an erasure deletes or empties."""

    label: str
    rows: int
    is_deleted: bool


Closer = Callable[[Sequence[int], datetime], None]
_closers: list[Closer] = []


def closed_by(closer: Closer) -> None:
    """Names who ends work that is under way on leads that are erased; called with their ids, locks held."""
    if closer not in _closers:
        _closers.append(closer)


def preview(lead: Lead) -> list[Part]:
    """What would go, by table; tables without a row are left out."""
    return _parts(kin([lead.pk]))


def _parts(ids: list[int]) -> list[Part]:
    parts = []
    for model, table in registry.personal():
        rows = registry.rows_of(model, table, ids).count()
        if rows and _touches(table):
            parts.append(Part(table.label, rows, table.goes))
    return parts


def _touches(table: Table) -> bool:
    return bool(table.goes or table.blanks or table.renews or table.trims)


def erase(
    leads: Iterable[Lead], *, cause: str, at: datetime, by: User | None = None
) -> list[Erasure]:
    """Forgets these people and keeps their counts; says what it did. One transaction for CHUNK of them. Leads
    erased before are left out."""
    ids = sorted({lead.pk for lead in leads})
    made = []
    for start in range(0, len(ids), CHUNK):
        made += _erase_chunk(ids[start : start + CHUNK], cause=cause, at=at, by=by)
    return made


def _erase_chunk(ids: list[int], *, cause: str, at: datetime, by: User | None) -> list[Erasure]:
    with transaction.atomic():
        family = kin(ids)
        locks.hold(family)
        people = list(Lead.objects.filter(pk__in=family, erased_at=None).order_by("pk"))
        if not people:
            return []
        family = [lead.pk for lead in people]
        for close in _closers:
            close(family, at)
        suppression.add(_contacts(people), reason=suppression.Reason.ERASED, at=at, by=by)
        rows = _forget(family, _addresses(people))
        pairs.forget(family)
        _leave_stubs(family, at)
        receipts = Erasure.objects.bulk_create(
            Erasure(lead_id=pk, cause=cause, rows=rows.get(pk, {}), at=at, by=by) for pk in family
        )
        journal.write("lead.erased", family, at=at, by=by, data={"cause": cause})
        deeds.note(PrivacyDeed.Kind.ERASED, by=by, at=at, count=len(ids), note=str(cause))
    return receipts


def kin(ids: Sequence[int]) -> list[int]:
    """The leads and those that were merged into them: it is one person."""
    family = Lead.objects.filter(Q(pk__in=ids) | Q(merged_into__in=ids))
    return sorted(family.values_list("pk", flat=True))


def _contacts(people: Sequence[Lead]) -> list[tuple[str, str]]:
    keys = ContactKey.objects.filter(lead__in=people, kind=ContactKey.EMAIL)
    emails = {*keys.values_list("value", flat=True), *(lead.email for lead in people)}
    phones = {lead.phone_e164 for lead in people}
    told: list[tuple[str, str]] = [(suppression.Kind.EMAIL, one) for one in emails if one]
    return told + [(suppression.Kind.PHONE, one) for one in phones if one]


def _addresses(people: Sequence[Lead]) -> list[str]:
    """Texts that name a person wherever they stand."""
    emails = [value for kind, value in _contacts(people) if kind == suppression.Kind.EMAIL]
    return sorted({*emails, *(lead.phone for lead in people if len(lead.phone) >= 8)})


def _forget(ids: list[int], addresses: list[str]) -> dict[int, dict[str, int]]:
    """Empties table after table; says for each lead how many rows of which it took."""
    counted: dict[int, dict[str, int]] = {}
    for model, table in registry.tables():
        if table.lead and _touches(table):
            rows = registry.rows_of(model, table, ids)
            for pk, count in _count(rows, table.lead):
                counted.setdefault(pk, {})[table.label] = count
            _empty(rows, model, table)
        if table.mentions and addresses:
            _forget_mentions(model, table, addresses)
    return counted


def _count(rows: QuerySet[Any], way: str) -> list[tuple[int, int]]:
    by_lead: dict[int, int] = {}
    for pk in rows.order_by().values_list(way, flat=True):
        by_lead[pk] = by_lead.get(pk, 0) + 1
    return sorted(by_lead.items())


def _empty(rows: QuerySet[Any], model: type[Model], table: Table) -> None:
    if table.goes:
        rows.delete()
        return
    changes: dict[str, Any] = {
        name: registry.empty(model._meta.get_field(name)) for name in table.blanks.split()
    }
    for name in table.renews.split():
        changes[name] = _random(model._meta.get_field(name))
    if table.trims:
        changes[table.trims[0]] = _trimmed(*table.trims)
    rows.order_by().update(**changes)


def _random(field: Any) -> Any:
    if isinstance(field, CharField):
        return Concat(Value("erased-"), Cast(RandomUUID(), CharField()))
    return RandomUUID()


def _trimmed(column: str, keys: Sequence[str]) -> RawSQL:
    """The JSON object with these keys only, so that a key nobody thought of goes."""
    return RawSQL(
        f"""(SELECT coalesce(jsonb_object_agg(k.key, k.value), '{{}}') FROM jsonb_each("{column}") AS k
              WHERE k.key = ANY(%s))""",
        [list(keys)],
    )


def _forget_mentions(model: type[Model], table: Table, addresses: list[str]) -> None:
    patterns = [f"%{_literal(one)}%" for one in addresses]
    changes = {name: registry.empty(model._meta.get_field(name)) for name in table.mentions.split()}
    name = model._meta.db_table
    where = " OR ".join(f'"{column}"::text ILIKE ANY(%s)' for column in changes)
    if table.lead:
        # The others were emptied as what belongs to the person.
        where = f'"{table.lead}_id" IS NULL AND ({where})'
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT id FROM "{name}" WHERE {where}', [patterns] * len(changes))
        found = [row[0] for row in cursor.fetchall()]
    model._base_manager.filter(pk__in=found).update(**changes)


def _literal(text: str) -> str:
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def _leave_stubs(ids: list[int], at: datetime) -> None:
    """The row stays for whoever counts; it is never scored again and never crosses."""
    Lead.objects.filter(pk__in=ids).update(erased_at=at, updated_at=at, public_id=RandomUUID())
    LeadScore.objects.filter(lead_id__in=ids).update(armed=False, armed_from=None)
    # What still waits to be followed has nobody to follow.
    waiting = JournalEntry.objects.filter(lead_id__in=ids, done_at=None)
    waiting.filter(wakes=True).delete()
    waiting.update(done_at=at, parked_at=None)


def receipt(public_id: uuid.UUID) -> Erasure | None:
    """The receipt of this number."""
    return Erasure.objects.filter(public_id=public_id).select_related("by").first()
