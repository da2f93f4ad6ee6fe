"""Who is it: a set of people becomes leads, each new or joined to the one with the same contact key.

Forms, the API, identify events and imports all come through `join`; it does its work in a fixed number of
statements, whatever the number of people."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import IntegrityError, connection, transaction

from accounts import prepared
from accounts.models import User
from leads import bulk
from leads.identity import companies, contact_keys, phones
from leads.models import ContactKey, Lead, LeadChange, LeadScore

COLUMNS = (
    "email", "first_name", "last_name", "title", "company_name", "phone", "country", "direction",
)  # fmt: skip
Key = tuple[str, str]
_MATCHING = """FROM leads_contactkey k JOIN jsonb_to_recordset(%s::jsonb) AS t(kind text, value text)
                 ON t.kind = k.kind AND t.value = k.value"""


class Policy(StrEnum):
    """FILL writes empty fields only and proposes the rest; OVERWRITE trusts the sender."""

    FILL = "fill"
    OVERWRITE = "overwrite"


class Result(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Person:
    """Cleaned values by field key, and further keys to recognise the person by."""

    values: Mapping[str, Any]
    keys: Sequence[Key] = ()
    external_id: str = ""
    source: str = ""
    campaign: str = ""
    created_at: datetime | None = None

    def all_keys(self) -> list[Key]:
        email = self.values.get("email")
        return [*self.keys, *([(ContactKey.EMAIL, email)] if email else [])]


@dataclass
class Joined:
    lead_id: int
    result: Result
    # What the lead holds differently; only FILL leaves any.
    proposals: dict[str, Any] = field(default_factory=dict)


class _Raced(Exception):
    """Somebody else committed one of our keys first; the batch is looked up again."""


def join(
    people: Sequence[Person],
    *,
    policy: Policy,
    source: str,
    at: datetime,
    by: User | None = None,
) -> list[Joined]:
    """One Joined per person, in order. People who share a key, in the batch or with a lead, become one.

    Call it inside the transaction of the deed. No journal entry is written here: the caller knows what
    happened."""
    for _attempt in range(5):
        try:
            with transaction.atomic():
                return _Batch(people, policy, source, at, by).run()
        except _Raced:
            continue
    raise RuntimeError("The same people were written by others five times in a row.")


class _Batch:
    def __init__(
        self, people: Sequence[Person], policy: Policy, source: str, at: datetime, by: User | None
    ) -> None:
        self.people, self.policy, self.source, self.at, self.by = people, policy, source, at, by
        self.lead_of: dict[Key, int] = {}
        self.leads: dict[int, Lead] = {}
        self.old: dict[int, dict[str, Any]] = {}

    def run(self) -> list[Joined]:
        self._find()
        fresh = self._create_missing()
        results = [
            Joined(fresh[index], Result.CREATED) if index in fresh else self._settle(person)
            for index, person in enumerate(self.people)
        ]
        self._save()
        return results

    def _find(self) -> None:
        keys = sorted({key for person in self.people for key in person.all_keys()})
        if not keys:
            return
        rows = json.dumps([{"kind": kind, "value": value} for kind, value in keys])
        held = self._hold(rows)
        with prepared.cursor() as cursor:
            cursor.execute(f"SELECT k.kind, k.value, k.lead_id {_MATCHING}", [rows])
            self.lead_of = {(kind, value): lead_id for kind, value, lead_id in cursor.fetchall()}
        # A merge may have moved a key while we waited for the lead it had named.
        if not held.issuperset(self.lead_of.values()):
            raise _Raced
        self.leads = {lead.pk: lead for lead in Lead.objects.filter(pk__in=held)}

    def _hold(self, rows: str) -> set[int]:
        """Locks the score rows first: they are the leads' locks, taken in id order everywhere."""
        with prepared.cursor() as cursor:
            cursor.execute(
                f"""SELECT s.lead_id FROM leads_leadscore s
                     WHERE s.lead_id = ANY(ARRAY(SELECT k.lead_id {_MATCHING}))
                     ORDER BY s.lead_id FOR NO KEY UPDATE""",
                [rows],
            )
            return {row[0] for row in cursor.fetchall()}

    def _create_missing(self) -> dict[int, int]:
        """Makes leads for people nobody knows yet; says which person index made which lead."""
        made: list[tuple[int, Lead, list[Key]]] = []
        pending: dict[Key, Lead] = {}
        for index, person in enumerate(self.people):
            keys = person.all_keys()
            if any(key in self.lead_of or key in pending for key in keys):
                continue
            lead = self._new_lead(person)
            pending.update(dict.fromkeys(keys, lead))
            made.append((index, lead, keys))
        companies.attach([lead for _index, lead, _keys in made], source=self.source, at=self.at)
        self._insert([lead for _index, lead, _keys in made])
        bulk.insert_like(LeadScore(), [lead.pk for _index, lead, _keys in made])
        self._write_keys({key: lead.pk for _index, lead, keys in made for key in keys})
        self.leads.update({lead.pk: lead for _index, lead, _keys in made})
        return {index: lead.pk for index, lead, _keys in made}

    def _insert(self, leads: list[Lead]) -> None:
        try:
            bulk.insert(leads)
        except IntegrityError as error:
            if "lead_email_unique" in str(error):
                raise _Raced from error
            raise

    def _new_lead(self, person: Person) -> Lead:
        lead = Lead(
            public_id=uuid.uuid4(),
            source=person.source or self.source,
            campaign=person.campaign,
            external_id=person.external_id,
            created_at=person.created_at or self.at,
            updated_at=self.at,
        )
        for key, value in person.values.items():
            _set(lead, key, value)
        lead.phone_e164 = _e164(lead)
        return lead

    def _write_keys(self, owners: dict[Key, int]) -> None:
        if not owners:
            return
        rows = sorted(owners.items())
        with prepared.cursor() as cursor:
            cursor.execute(
                """INSERT INTO leads_contactkey (kind, value, lead_id)
                   SELECT kind, value, lead_id
                     FROM jsonb_to_recordset(%s::jsonb) AS t(kind text, value text, lead_id bigint)
                   ON CONFLICT (kind, value) DO NOTHING""",
                [json.dumps([{"kind": k[0], "value": k[1], "lead_id": lead} for k, lead in rows])],
            )
            if cursor.rowcount != len(rows):
                raise _Raced
        self.lead_of.update(owners)

    def _settle(self, person: Person) -> Joined:
        lead = self.leads[next(self.lead_of[k] for k in person.all_keys() if k in self.lead_of)]
        proposals, changed = self._apply(lead, person)
        # An address or number that only waits as a proposal does not recognise the lead yet.
        missing = {
            key: lead.pk
            for key in person.all_keys()
            if key not in self.lead_of and key[1] == _present(lead).get(key[0], key[1])
        }
        self._write_keys(missing)
        changed = changed or bool(missing)
        return Joined(lead.pk, Result.UPDATED if changed else Result.UNCHANGED, proposals)

    def _apply(self, lead: Lead, person: Person) -> tuple[dict[str, Any], bool]:
        proposals: dict[str, Any] = {}
        changed = False
        for key, value in person.values.items():
            present = get(lead, key)
            if present == value:
                continue
            kept = self.policy is Policy.FILL and present not in (None, "")
            if kept or self._taken(key, value, lead):
                proposals[key] = value
                continue
            self.old.setdefault(lead.pk, {}).setdefault(key, present)
            put(lead, key, value)
            changed = True
        return proposals, changed

    def _taken(self, key: str, value: Any, lead: Lead) -> bool:
        """Another lead already has this address: it cannot be given to a second one."""
        return key == "email" and self.lead_of.get((ContactKey.EMAIL, value), lead.pk) != lead.pk

    def _save(self) -> None:
        changed = [self.leads[lead_id] for lead_id in sorted(self.old)]
        if not changed:
            return
        companies.attach(
            [
                lead
                for lead in changed
                if "company_name" in self.old[lead.pk] or "email" in self.old[lead.pk]
            ],
            source=self.source,
            by=self.by,
            at=self.at,
        )
        for lead in changed:
            lead.updated_at = self.at
        self._forget_addresses(changed)
        bulk.update(changed, [*COLUMNS, "phone_e164", "attributes", "company", "updated_at"])
        phones.forget([pk for pk, old in self.old.items() if {"phone", "country"} & old.keys()])
        bulk.insert(
            [
                LeadChange(lead_id=pk, known_at=self.at, source=self.source, by=self.by, old=old)
                for pk, old in sorted(self.old.items())
            ]
        )

    def _forget_addresses(self, changed: list[Lead]) -> None:
        """An address that a lead gave up recognises it no longer: it may be somebody else's by now."""
        left = [
            {"lead_id": lead.pk, "value": old}
            for lead in changed
            if (old := self.old[lead.pk].get("email")) and old != lead.email
        ]
        if not left:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                """DELETE FROM leads_contactkey k
                    USING jsonb_to_recordset(%s::jsonb) AS t(lead_id bigint, value text)
                    WHERE k.kind = %s AND k.value = t.value AND k.lead_id = t.lead_id""",
                [json.dumps(left), ContactKey.EMAIL],
            )


def _present(lead: Lead) -> dict[str, str | None]:
    """What the lead holds of that which is a key and a field."""
    return {ContactKey.EMAIL: lead.email, ContactKey.PHONE: lead.phone_e164}


def get(lead: Lead, key: str) -> Any:
    """The present value of a field of the catalogue; None or an empty text where there is none."""
    if key.startswith("custom."):
        return lead.attributes.get(key.removeprefix("custom."))
    return getattr(lead, key)


def put(lead: Lead, key: str, value: Any) -> None:
    """Writes a cleaned value of the catalogue on the lead (not saved); None empties a field."""
    _set(lead, key, value)
    if key in ("phone", "country"):
        lead.phone_e164 = _e164(lead)


def _set(lead: Lead, key: str, value: Any) -> None:
    if not key.startswith("custom."):
        setattr(lead, key, value if value is not None or key == "email" else "")
    elif value in (None, ""):
        lead.attributes.pop(key.removeprefix("custom."), None)
    else:
        lead.attributes[key.removeprefix("custom.")] = value


def _e164(lead: Lead) -> str:
    return contact_keys.normal_phone(lead.phone, lead.country or None) or "" if lead.phone else ""
