"""Messages become leads and events: mapped, joined, stored, and told to the pipeline, a set at a time."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from leads import fields, journal
from leads.activity import history
from leads.activity.events import Item
from leads.capturing import proposals
from leads.fields import LeadField
from leads.hooks import bodies, editing, mapping, paths
from leads.hooks.mapping import Found, LeftOut, NotUnderstood, Plan
from leads.identity import joining
from leads.identity.joining import Joined, Person, Policy, Result
from leads.models import ContactKey, Delivery, Hook

log = logging.getLogger(__name__)
State = Delivery.State
LEFT_OUT, FAILED = "left_out", "failed"
MOST_ITEMS = 500
CONCLUDED = ["state", "reason", "results", "settled_at"]


@dataclass
class Read:
    """One item of a message: what it says, or why it says nothing."""

    delivery: Delivery
    number: int
    found: Found | None = None
    result: str = ""
    note: str = ""
    lead_id: int | None = None

    @property
    def message_id(self) -> str:
        told = self.found.event_id if self.found else ""
        return told or f"{bytes(self.delivery.digest).hex()}:{self.number}"

    def stored(self) -> dict[str, Any]:
        return {"result": self.result, "note": self.note, "lead": self.lead_id}


def take(delivery_ids: Iterable[int], *, at: datetime) -> None:
    """Takes the messages that wait; call it inside a transaction. A message that cannot be taken says why and is
    left for a person, while the others go on."""
    waiting = _locked(delivery_ids).filter(state=State.RECEIVED)
    known = fields.catalogue()
    for _hook, some in groupby(waiting.order_by("hook_id", "id"), key=lambda one: one.hook_id):
        _take(list(some), known, at)


def _locked(delivery_ids: Iterable[int]) -> QuerySet[Delivery]:
    rows = Delivery.objects.select_for_update(of=("self",)).select_related("hook")
    return rows.filter(pk__in=list(delivery_ids))


def _take(deliveries: Sequence[Delivery], known: Mapping[str, LeadField], at: datetime) -> None:
    """Messages of one hook. A set that the database refuses is halved until the one that fails is alone."""
    try:
        with transaction.atomic():
            _settle(deliveries, known, at)
    except (DataError, IntegrityError) as error:
        if len(deliveries) > 1:
            middle = len(deliveries) // 2
            _take(deliveries[:middle], known, at)
            _take(deliveries[middle:], known, at)
            return
        log.exception("Delivery %s failed", deliveries[0].pk, exc_info=error)
        _fail(deliveries[0], _("The database refused this message."), at)


def _fail(delivery: Delivery, reason: str, at: datetime) -> None:
    delivery.state, delivery.reason, delivery.settled_at = State.FAILED, reason, at
    delivery.save(update_fields=["state", "reason", "settled_at"])


def _settle(deliveries: Sequence[Delivery], known: Mapping[str, LeadField], at: datetime) -> None:
    hook = deliveries[0].hook
    plan = editing.plan(hook)
    read = [one for delivery in deliveries for one in read_message(delivery, plan, known)]
    good = [one for one in read if one.found is not None]
    joined = _join(hook, good, at)
    acted = _store(hook, good, at)
    _tell(joined, acted, at)
    proposals.keep(joined, source=hook.name, at=at)
    for delivery in deliveries:
        _conclude(delivery, [one for one in read if one.delivery is delivery], at)
    Delivery.objects.bulk_update(deliveries, CONCLUDED)
    _name_leads(good)


def read_message(delivery: Delivery, plan: Plan, known: Mapping[str, LeadField]) -> list[Read]:
    """The items of a message by a plan, each understood, left out or failed with the reason; no query."""
    try:
        payload = bodies.payload(bytes(delivery.body), delivery.headers)
    except bodies.Unreadable as error:
        return [Read(delivery, 0, result=FAILED, note=str(error))]
    if plan.is_empty:
        told = _("Nobody has said yet what becomes of these messages.")
        return [Read(delivery, 0, result=FAILED, note=told)]
    items = paths.items(payload, plan.each)
    if not items:
        return [Read(delivery, 0, result=LEFT_OUT, note=_("There is nobody in this message."))]
    if len(items) > MOST_ITEMS:
        told = _("There are more than %d people in this message.") % MOST_ITEMS
        return [Read(delivery, 0, result=FAILED, note=told)]
    return [_read(Read(delivery, number), item, plan, known) for number, item in enumerate(items)]


def _read(one: Read, item: Any, plan: Plan, known: Mapping[str, LeadField]) -> Read:
    hook, at = one.delivery.hook, one.delivery.received_at
    try:
        one.found = mapping.understand(item, plan, fields=known, name=hook.name, at=at)
        one.note = " ".join(one.found.remarks)
    except LeftOut as reason:
        one.result, one.note = LEFT_OUT, str(reason)
    except NotUnderstood as reason:
        one.result, one.note = FAILED, str(reason)
    return one


def _join(hook: Hook, read: Sequence[Read], at: datetime) -> list[Joined]:
    if not read:
        return []
    policy = Policy.OVERWRITE if hook.overwrites else Policy.FILL
    people = [_person(hook, one) for one in read]
    joined = joining.join(people, policy=policy, source=hook.source, at=at)
    for one, lead in zip(read, joined, strict=True):
        one.lead_id, one.result = lead.lead_id, str(lead.result)
    return joined


def _person(hook: Hook, one: Read) -> Person:
    """Whoever has neither an address nor an id is known by the message, so that it makes no second lead."""
    found = one.found
    assert found is not None
    known_by = found.external_id or ("" if found.values.get("email") else one.message_id)
    return Person(
        values=found.values,
        keys=[(f"{ContactKey.EXTERNAL}:hook:{hook.pk}", known_by)] if known_by else [],
        external_id=found.external_id,
        campaign=found.campaign,
    )


def _store(hook: Hook, read: Sequence[Read], at: datetime) -> set[int]:
    """Keeps the events that are new; says which leads did something."""
    items = []
    for one in read:
        found = one.found
        assert found is not None and one.lead_id is not None
        if found.look is None:
            continue
        happened = found.occurred_at or one.delivery.received_at
        item = Item(
            one.message_id, occurred_at=happened, look=found.look,
            properties={"hook": hook.name, **found.properties},
        )  # fmt: skip
        items.append((item, one.lead_id))
    if not items:
        return set()
    stored = history.keep(items, sender=f"hook:{hook.pk}", at=at)
    return {lead_id for item, lead_id in items if item.message_id in stored}


def _tell(joined: Sequence[Joined], acted: set[int], at: datetime) -> None:
    created = {one.lead_id for one in joined if one.result is Result.CREATED}
    edited = {one.lead_id for one in joined if one.result is Result.UPDATED} - created
    journal.write("lead.captured", sorted(created), at=at)
    journal.write("lead.edited", sorted(edited), at=at)
    journal.wake("lead.active", acted - created, at=at)


def _conclude(delivery: Delivery, read: Sequence[Read], at: datetime) -> None:
    results = {one.result for one in read}
    delivery.state = State.DONE
    if FAILED in results:
        delivery.state = State.FAILED
    elif results == {LEFT_OUT}:
        delivery.state = State.LEFT_OUT
    delivery.reason = " ".join(dict.fromkeys(one.note for one in read if one.note))[:2000]
    delivery.results = [one.stored() for one in read]
    delivery.settled_at = at


def _name_leads(read: Sequence[Read]) -> None:
    """Which leads a message told of, so that it goes when they are erased."""
    through = Delivery.leads.through
    through.objects.bulk_create(
        [through(delivery_id=one.delivery.pk, lead_id=one.lead_id) for one in read],
        ignore_conflicts=True,
    )
