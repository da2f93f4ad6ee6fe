"""Reasons to say no. At most eight are in use: a key each, and few enough to mean something."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from qualification.models import DispositionReason

MOST_IN_USE = 8


class Refused(Exception):
    """The text says why, for whoever edits the reasons."""


@dataclass(frozen=True)
class Change:
    id: int
    label: str
    advice: str
    is_active: bool
    asks: str = ""
    recycles: bool = False


def in_use() -> list[DispositionReason]:
    return list(DispositionReason.objects.filter(is_active=True))


def for_recycling() -> list[DispositionReason]:
    """Those in use that say why a lead rests; all in use where none is meant for it."""
    used = in_use()
    return [reason for reason in used if reason.recycles] or used


def save(changes: Sequence[Change]) -> None:
    """Writes all reasons anew in the order given. Raises Refused.

    A reason is never deleted: what was said with it stays."""
    with transaction.atomic():
        _one_at_a_time()
        there = DispositionReason.objects.in_bulk()
        if {change.id for change in changes} != set(there):
            raise Refused(_("Somebody added a reason meanwhile. Look at the list again."))
        _refuse(changes)
        for number, change in enumerate(changes, start=1):
            reason = there[change.id]
            reason.label, reason.advice = change.label, change.advice
            reason.order, reason.is_active = number, change.is_active
            reason.asks, reason.recycles = change.asks, change.recycles
        DispositionReason.objects.bulk_update(
            there.values(), ["label", "advice", "order", "is_active", "asks", "recycles"]
        )


def add(*, label: str, advice: str, asks: str = "", recycles: bool = False) -> DispositionReason:
    """A new reason at the end of the list, in use if there is room for it. Raises Refused."""
    with transaction.atomic():
        _one_at_a_time()
        there = list(DispositionReason.objects.all())
        if label.casefold() in {reason.label.casefold() for reason in there}:
            raise Refused(_("There is a reason “%(label)s” already.") % {"label": label})
        return DispositionReason.objects.create(
            key=_key(label, {reason.key for reason in there}),
            label=label,
            advice=advice,
            asks=asks,
            recycles=recycles,
            order=max((reason.order for reason in there), default=0) + 1,
            is_active=sum(reason.is_active for reason in there) < MOST_IN_USE,
        )


def _refuse(changes: Sequence[Change]) -> None:
    used = sum(change.is_active for change in changes)
    if used > MOST_IN_USE:
        text = _("At most %(most)d reasons can be in use; here are %(used)d.")
        raise Refused(text % {"most": MOST_IN_USE, "used": used})
    if not used:
        raise Refused(_("Keep at least one reason in use."))
    labels = [change.label.casefold() for change in changes]
    if len(set(labels)) < len(labels):
        raise Refused(_("Two reasons have the same name."))


def _key(label: str, taken: set[str]) -> str:
    stem = slugify(label).replace("-", "_")[:50] or "reason"
    numbered = (f"{stem}_{number}" for number in range(2, len(taken) + 3))
    return next(key for key in (stem, *numbered) if key not in taken)


def _one_at_a_time() -> None:
    # Two editors could otherwise each add an eighth.
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE qualification_dispositionreason IN SHARE ROW EXCLUSIVE MODE")
