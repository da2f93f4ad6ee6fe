"""What was done to reach the person. The first call, e-mail or meeting keeps the promise of one."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from handoff import follow_ups, ledger, resting, timers
from handoff.handoffs import hold_lead
from handoff.models import Handoff, Touch
from leads import journal
from leads.models import Lead

# A note is no touch: nobody was reached by it.
REACHING = (Touch.Kind.CALL, Touch.Kind.EMAIL, Touch.Kind.MEETING)


class InTheFuture(Exception):
    """A touch cannot have happened later than now."""


def log(
    lead: Lead,
    *,
    kind: str,
    by: User | None,
    at: datetime,
    answer: str = "",
    note: str = "",
    occurred_at: datetime | None = None,
) -> Touch:
    """Writes a touch down, now or with the earlier time it had. Raises InTheFuture."""
    happened = occurred_at or at
    if happened > at:
        raise InTheFuture
    with transaction.atomic():
        lead_id = hold_lead(lead.pk)
        handoff = (
            Handoff.objects.filter(lead=lead_id, opened_at__lte=happened).order_by("-id").first()
        )
        touch = Touch.objects.create(
            handoff=handoff, lead_id=lead_id, kind=kind, answer=answer, note=note, by=by,
            occurred_at=happened, recorded_at=at,
        )  # fmt: skip
        if handoff is not None and kind in REACHING:
            _keep_promise(handoff, touch, known_at=at)
        data = {"touch": touch.pk, "kind": kind, "answer": answer, "note": note[:500]}
        journal.write("handoff.touched", [lead_id], at=happened, by=by, data=data)
    return touch


def _keep_promise(handoff: Handoff, touch: Touch, *, known_at: datetime) -> None:
    happened = touch.occurred_at
    if handoff.disposed_at is not None and happened > handoff.disposed_at:
        return
    if handoff.first_touch_at is None or happened < handoff.first_touch_at:
        Handoff.objects.filter(pk=handoff.pk).update(first_touch_at=happened)
    # Whoever touches a lead waits for it no more.
    resting.end([handoff.pk], at=happened)
    timers.stop([handoff.pk], timers.Milestone.FIRST_TOUCH, at=happened, known_at=known_at)
    follow_ups.touched(handoff, at=happened, known_at=known_at)
    talked = touch.kind == Touch.Kind.MEETING or touch.answer == Touch.Answer.REACHED
    ledger.touched(handoff.pk, at=happened, known_at=known_at, talked=talked)
