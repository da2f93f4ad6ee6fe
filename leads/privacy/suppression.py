"""Addresses and numbers that nothing is sent to. The list holds keyed hashes: it recognises whoever comes back,
and whoever reads it learns nothing."""

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Q

from accounts.models import User
from leads import journal
from leads.identity import contact_keys
from leads.models import Lead, PrivacyDeed, Suppression
from leads.privacy import deeds

Kind, Reason = Suppression.Kind, Suppression.Reason
MOST_LINES = 200_000


@dataclass(frozen=True)
class Added:
    """What became of a list: lines taken, lines that were there already, lines that are neither address nor number."""

    added: int
    known: int
    wrong: list[str]


def digest(kind: str, value: str) -> bytes:
    """The keyed hash of a normalised address or number."""
    return hmac.digest(settings.SUPPRESSION_KEY.encode(), f"{kind}:{value}".encode(), sha256)


def suppressed(emails: Iterable[str]) -> set[str]:
    """Those of the addresses that nothing may be sent to; one query. Whoever sends to leads asks here."""
    return _found(Kind.EMAIL, emails)


def suppressed_phones(numbers: Iterable[str]) -> set[str]:
    """Those of the E.164 numbers that nobody calls."""
    return _found(Kind.PHONE, numbers)


def _found(kind: str, values: Iterable[str]) -> set[str]:
    by_digest = {digest(kind, value): value for value in values if value}
    if not by_digest:
        return set()
    rows = Suppression.objects.filter(kind=kind, digest__in=list(by_digest))
    return {by_digest[bytes(row)] for row in rows.values_list("digest", flat=True)}


def of_lead(lead: Lead) -> list[Suppression]:
    """Why nothing is sent to this lead; empty where it may be."""
    digests = [digest(kind, value) for kind, value in contacts(lead)]
    return list(Suppression.objects.filter(digest__in=digests)) if digests else []


def contacts(lead: Lead) -> list[tuple[str, str]]:
    both = [(Kind.EMAIL, lead.email), (Kind.PHONE, lead.phone_e164)]
    return [(kind, value) for kind, value in both if value]


def add(
    told: Iterable[tuple[str, str]], *, reason: str, at: datetime, by: User | None = None
) -> int:
    """Adds (kind, normalised value) pairs; says how many were not there yet."""
    digests = sorted({(kind, digest(kind, value)) for kind, value in told if value})
    if not digests:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO leads_suppression (kind, digest, reason, at, by_id)
               SELECT kind, digest, %s, %s, %s FROM unnest(%s::text[], %s::bytea[]) AS t(kind, digest)
               ON CONFLICT DO NOTHING""",
            [
                reason, at, by.pk if by else None,
                [kind for kind, _digest in digests], [one for _kind, one in digests],
            ],
        )  # fmt: skip
        return cursor.rowcount


def add_lead(lead: Lead, *, reason: str, at: datetime) -> None:
    """Nothing is sent to this lead any more."""
    add(contacts(lead), reason=reason, at=at)
    mark([lead.pk], at=at)


def stop(reasons: Mapping[int, str], *, at: datetime) -> None:
    """Nothing is mailed to these leads any more, for these reasons; their story tells it."""
    emails = Lead.objects.filter(pk__in=reasons, erased_at=None).exclude(email=None)
    by_reason: dict[str, list[tuple[str, str]]] = {}
    for pk, email in emails.values_list("pk", "email"):
        by_reason.setdefault(reasons[pk], []).append((Kind.EMAIL, str(email)))
    for reason, addresses in by_reason.items():
        add(addresses, reason=reason, at=at)
    mark(list(reasons), at=at)


def welcome_back(lead: Lead) -> None:
    """The person wants to hear of us again. What others decided (a bounce, a list) stays."""
    forget(lead, Reason.UNSUBSCRIBED, Reason.MERGED)


def forget(lead: Lead, *reasons: str) -> None:
    """Takes the lead's address and number off the list where they stand on it for these reasons."""
    digests = [digest(kind, value) for kind, value in contacts(lead)]
    Suppression.objects.filter(digest__in=digests, reason__in=reasons).delete()
    stamp([lead])


def add_list(text: str, *, reason: str, at: datetime, by: User) -> Added:
    """Takes addresses and numbers, one a line. Numbers need their country code."""
    contacts, wrong = [], []
    for line in filter(None, (line.strip().strip(",;\"'") for line in text.splitlines())):
        contact = read(line)
        if contact:
            contacts.append(contact)
        else:
            wrong.append(line[:80])
    with transaction.atomic():
        added = add(contacts, reason=reason, at=at, by=by)
        if added:
            _stamp_named(contacts)
            deeds.note(PrivacyDeed.Kind.SUPPRESSED, by=by, at=at, count=added)
    return Added(added, len(set(contacts)) - added, wrong)


def read(text: str) -> tuple[str, str] | None:
    """An address or a number with its country code as (kind, normalised value); None if it is neither."""
    email = contact_keys.normal_email(text) if "@" in text else None
    if email:
        return Kind.EMAIL, email
    number = contact_keys.normal_phone(text) if text[:1] in "+0" else None
    return (Kind.PHONE, number) if number else None


def found(contact: tuple[str, str]) -> Suppression | None:
    """The row of an address or number, if it is on the list."""
    kind, value = contact
    return Suppression.objects.filter(kind=kind, digest=digest(kind, value)).first()


def counts() -> list[tuple[str, int]]:
    """How many stand on the list, by why."""
    rows = Suppression.objects.values_list("reason").annotate(n=Count("pk")).order_by("-n")
    return [(str(Reason(reason).label), number) for reason, number in rows]


def lift(contact: tuple[str, str], *, at: datetime, by: User | None) -> bool:
    """Takes an address or number off the list; false if it is not there."""
    kind, value = contact
    with transaction.atomic():
        gone, _each = Suppression.objects.filter(kind=kind, digest=digest(kind, value)).delete()
        if gone:
            _stamp_named([contact])
            deeds.note(PrivacyDeed.Kind.LIFTED, by=by, at=at)
    return bool(gone)


def mark(lead_ids: Sequence[int], *, at: datetime) -> None:
    """A step of the pipeline: leads that came in or got another address, and stand on the list, are marked.
    They are leads like others, since nobody is refused; but whoever opens one sees that nothing may be sent."""
    each = {
        pk: {"suppressed": reason}
        for pk, reason in stamp(Lead.objects.filter(pk__in=lead_ids, erased_at=None)).items()
        if reason
    }
    if each:
        journal.write("lead.suppressed", sorted(each), at=at, each=each)


def stamp(leads: Iterable[Lead]) -> dict[int, str]:
    """Writes on each lead why nothing is sent to it, so that lists can ask; gives the leads of which that
    changed. Two statements."""
    by_digest: dict[bytes, list[Lead]] = {}
    wanted = {}
    for lead in leads:
        wanted[lead.pk] = (lead.stopped, "")
        for contact in contacts(lead):
            by_digest.setdefault(digest(*contact), []).append(lead)
    rows = Suppression.objects.filter(digest__in=list(by_digest)).order_by("pk")
    for one, reason in rows.values_list("digest", "reason"):
        for lead in by_digest[bytes(one)]:
            wanted[lead.pk] = (lead.stopped, reason)
    changed = {pk: new for pk, (old, new) in wanted.items() if old != new}
    for reason in set(changed.values()):
        ids = sorted(pk for pk, new in changed.items() if new == reason)
        Lead.objects.filter(pk__in=ids).update(stopped=reason)
    return changed


def _stamp_named(contacts: Iterable[tuple[str, str]]) -> None:
    """The same for the leads that have one of these addresses or numbers."""
    told = list(contacts)
    emails = [value for kind, value in told if kind == Kind.EMAIL]
    numbers = [value for kind, value in told if kind == Kind.PHONE]
    named = Q(email__in=emails) | Q(phone_e164__in=numbers)
    stamp(Lead.objects.filter(named, erased_at=None))
