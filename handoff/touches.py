"""What was done to reach the person. The first call, e-mail or meeting keeps the promise of one."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from handoff import follow_ups, leases, ledger, queue_settings, resting, timers, to_do
from handoff.handoffs import hold_lead
from handoff.models import Handoff, Touch
from handoff.models.handoffs import PRESENT_FIRST
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
    automatic: bool = False,
    imported: int | None = None,
) -> Touch:
    """Writes a touch down, now or with the earlier time it had; `automatic` is what a machine sent, `imported` the
    import it came with. Raises InTheFuture."""
    happened = occurred_at or at
    if happened > at:
        raise InTheFuture
    with transaction.atomic():
        lead_id = hold_lead(lead.pk)
        earlier = Handoff.objects.filter(lead=lead_id, opened_at__lte=happened)
        handoff = earlier.order_by(*PRESENT_FIRST).first()
        touch = Touch.objects.create(
            handoff=handoff, lead_id=lead_id, kind=kind, answer=answer, note=note, by=by,
            occurred_at=happened, recorded_at=at, automatic=automatic,
        )  # fmt: skip
        if handoff is not None and kind in REACHING and not automatic:
            leases.end([handoff.pk])
            to_do.done_by_touch(handoff.pk, kind, by=by, at=happened)
            _keep_promises(handoff, touch, known_at=at)
        data = {"touch": touch.pk, "kind": kind, "answer": answer, "note": note[:500]}
        data |= {"import": imported} if imported else {}
        journal.write("handoff.touched", [lead_id], at=happened, by=by, data=data)
    return touch


def _is_first_touch(kind: str, answer: str) -> bool:
    """What counts as one is a setting; a call that nobody answered may or may not be."""
    settings = queue_settings.current()
    in_vain = answer in (Touch.Answer.NO_ANSWER, Touch.Answer.LEFT_MESSAGE)
    return kind in settings.first_touches and (settings.counts_unreached or not in_vain)


def _keep_promises(handoff: Handoff, touch: Touch, *, known_at: datetime) -> None:
    happened = touch.occurred_at
    if handoff.disposed_at is not None and happened > handoff.disposed_at:
        return
    # Whoever touches a lead waits for it no more.
    resting.end([handoff.pk], at=happened)
    follow_ups.touched(handoff, at=happened, by=touch.by, known_at=known_at)
    if not _is_first_touch(touch.kind, touch.answer):
        return
    if handoff.first_touch_at is None or happened < handoff.first_touch_at:
        Handoff.objects.filter(pk=handoff.pk).update(first_touch_at=happened)
    first = timers.Milestone.FIRST_TOUCH
    timers.stop([handoff.pk], first, at=happened, by=touch.by, known_at=known_at)
    talked = touch.kind == Touch.Kind.MEETING or touch.answer == Touch.Answer.REACHED
    ledger.touched(handoff.pk, at=happened, known_at=known_at, talked=talked)
