"""Consents: a purpose, the words it was asked in, and every yes and no with its proof.

Rows are only added. The newest row of a lead and purpose says what holds; no row means that nobody asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, ip_network
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from leads import bulk, journal, locks
from leads.activity import trust
from leads.models import Consent, ConsentPurpose, ConsentText, Lead

# Enough to see from which network somebody answered, too little to name a person.
KEPT_OF_IPV4, KEPT_OF_IPV6 = 24, 48
LONGEST_AGENT = 300


class UnknownPurpose(ValueError):
    """There is no such purpose; the message names it."""


@dataclass(frozen=True)
class Given:
    """A yes or no of one lead. `text_version` is the id of the ConsentText that was shown, None if none was."""

    lead_id: int
    purpose: str
    granted: bool
    text_version: int | None = None
    source: str = ""
    proof: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """What holds for a lead and purpose: the newest answer."""

    granted: bool
    at: datetime
    source: str
    text_id: int | None


def proof(*, address: IPv4Address | IPv6Address | None, agent: str, **more: Any) -> dict[str, Any]:
    """What may be kept of how somebody answered: the network of the address, the browser, and `more` (form, page)."""
    told = {"network": _network(address), "agent": agent[:LONGEST_AGENT], **more}
    return {key: value for key, value in told.items() if value}


def _network(address: IPv4Address | IPv6Address | None) -> str:
    if address is None:
        return ""
    kept = KEPT_OF_IPV4 if address.version == 4 else KEPT_OF_IPV6
    return str(ip_network((address, kept), strict=False))


def record(given: Sequence[Given], *, at: datetime, by: User | None = None) -> None:
    """Keeps answers as they were given, with an entry of the journal each. Call it inside the transaction of
    the deed. Raises UnknownPurpose."""
    if not given:
        return
    purposes = _purposes({answer.purpose for answer in given})
    with transaction.atomic():
        bulk.insert([_row(answer, purposes, at, by) for answer in given])
        for granted, kind in ((True, "lead.consented"), (False, "lead.withdrew")):
            some = [one for one in given if one.granted is granted]
            _tell(kind, some, purposes, at=at, by=by)
        if any(purpose.covers_activity for purpose in purposes.values()):
            settle(sorted({answer.lead_id for answer in given}), at=at)


def _purposes(keys: set[str]) -> dict[str, ConsentPurpose]:
    found = {purpose.key: purpose for purpose in ConsentPurpose.objects.filter(key__in=keys)}
    if missing := sorted(keys - found.keys()):
        raise UnknownPurpose(missing[0])
    return found


def _row(
    answer: Given, purposes: Mapping[str, ConsentPurpose], at: datetime, by: User | None
) -> Consent:
    return Consent(
        lead_id=answer.lead_id,
        purpose=purposes[answer.purpose],
        granted=answer.granted,
        text_id=answer.text_version,
        source=answer.source,
        proof=dict(answer.proof),
        at=at,
        by=by,
    )


def _tell(
    kind: str,
    some: Sequence[Given],
    purposes: Mapping[str, ConsentPurpose],
    *,
    at: datetime,
    by: User | None,
) -> None:
    each: dict[int, dict[str, Any]] = {}
    for answer in some:
        told = each.setdefault(answer.lead_id, {"purposes": [], "source": answer.source})
        told["purposes"].append(purposes[answer.purpose].name)
    journal.write(kind, sorted(each), at=at, by=by, each=each)


def settle(lead_ids: Sequence[int], *, at: datetime) -> None:
    """Lets what the leads do count, or not, as their answers now say: it counts while the newest answer to no
    purpose that covers it is no. Call it inside a transaction."""
    covering = ConsentPurpose.objects.filter(covers_activity=True)
    keys = set(covering.values_list("key", flat=True))
    said = standing(lead_ids)
    unwilling = {
        lead_id
        for lead_id in lead_ids
        if any(not one.granted for key, one in said.get(lead_id, {}).items() if key in keys)
    }
    locks.hold(lead_ids)
    leads = Lead.objects.filter(pk__in=lead_ids)
    left = leads.filter(pk__in=unwilling, unfollowed_at=None)
    back = leads.exclude(pk__in=unwilling).exclude(unfollowed_at=None)
    changed = [*left.values_list("pk", flat=True), *back.values_list("pk", flat=True)]
    back.update(unfollowed_at=None)
    left.update(unfollowed_at=at)
    if changed:
        trust.decide_again(sorted(changed), at=at)


def standing(lead_ids: Iterable[int]) -> dict[int, dict[str, Standing]]:
    """What holds, by lead and purpose key; one query. A purpose nobody asked for is not there."""
    found: dict[int, dict[str, Standing]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT ON (c.lead_id, c.purpose_id)
                      c.lead_id, p.key, c.granted, c.at, c.source, c.text_id
                 FROM leads_consent c JOIN leads_consentpurpose p ON p.id = c.purpose_id
                WHERE c.lead_id = ANY(%s::bigint[])
                ORDER BY c.lead_id, c.purpose_id, c.at DESC, c.id DESC""",
            [sorted(set(lead_ids))],
        )
        for lead_id, key, granted, at, source, text_id in cursor.fetchall():
            found.setdefault(lead_id, {})[key] = Standing(granted, at, source, text_id)
    return found


def agreed(lead_ids: Iterable[int], purpose: str) -> set[int]:
    """Those of the leads whose newest answer to the purpose is yes."""
    return {
        lead_id
        for lead_id, answers in standing(lead_ids).items()
        if purpose in answers and answers[purpose].granted
    }


def withdraw(
    lead_ids: Iterable[int],
    purpose: str,
    *,
    source: str,
    at: datetime,
    by: User | None = None,
    proof: Mapping[str, Any] | None = None,
) -> None:
    """A no from each of the leads."""
    record(
        [Given(one, purpose, False, source=source, proof=proof or {}) for one in lead_ids],
        at=at,
        by=by,
    )


def unfollow(sources: Mapping[int, str], *, at: datetime) -> None:
    """A no from each lead to whatever lets visits count; `sources` says by lead where it was said."""
    purposes = ConsentPurpose.objects.filter(covers_activity=True, is_active=True)
    keys = list(purposes.values_list("key", flat=True))
    record(
        [
            Given(lead_id, key, False, source=source)
            for lead_id, source in sorted(sources.items())
            for key in keys
        ],
        at=at,
    )


def current_texts() -> dict[str, ConsentText]:
    """The newest text of each purpose in use, by the purpose's key; what a form shows."""
    texts = ConsentText.objects.filter(purpose__is_active=True).select_related("purpose")
    return {text.purpose.key: text for text in texts.order_by("version")}
