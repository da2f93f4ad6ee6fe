"""How it was decided: accepted as SQL, recycled until a day, or disqualified with a reason. One room
closes the handoff, moves the stage and writes the outcome that marketing learns from."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from handoff import handoffs
from handoff.models import Handoff
from leads import journal, lifecycle, ripening
from leads.models import EventKind, Outcome
from leads.stages import Stage
from qualification import access, scorecards, undoing
from qualification.closing import passing
from qualification.models import Disposition, DispositionReason, FactVerdict, Scorecard
from qualification.saying_no import judging
from qualification.saying_no.told import NOTHING, NotReady, Told, fitting, refuse_unsaid
from scoring import cooling

__all__ = ["NotReady", "accept", "disqualify", "first_day", "recycle", "rests_until"]

Result = Outcome.Result
LONGEST_REST = timedelta(days=730)

STAGE = {
    Result.ACCEPTED: Stage.SQL,
    Result.RECYCLED: Stage.RECYCLED,
    Result.DISQUALIFIED: Stage.DISQUALIFIED,
}


def accept(handoff: Handoff, *, by: User, at: datetime, note: str = "") -> Disposition:
    """Accepts the lead as SQL. Raises NotReady until every element of the card was asked, and below the gate of
    its framework without a `note` that says why.

    Like its neighbours it raises handoffs.NotOpen if somebody decided meanwhile, and access.NotYours
    for whoever may not work this card."""
    with transaction.atomic():
        access.hold(handoff, by=by)
        card = scorecards.card_of(handoff, at=at)
        if card is None:
            raise NotReady({"card": _("There is no scorecard yet.")})
        short = _short(card, note)
        disposition = _decide(handoff, Result.ACCEPTED, by=by, at=at, note=note, below_gate=short)
        passing.pass_on(handoff, by=by, at=at)
        Scorecard.objects.filter(pk=card.pk).update(completed_at=at)
    return disposition


def _short(card: Scorecard, note: str) -> bool:
    """Whether the card is below its gate. Raises NotReady where that, or an open point, stands in the way."""
    framework, answers = scorecards.framework_of(card), scorecards.answers_of(card)
    missing = framework.unanswered(answers)
    if missing:
        names = ", ".join(element.name for element in missing)
        text = _("Not asked yet: %(names)s. “Asked, no answer” counts.")
        raise NotReady({"card": text % {"names": names}})
    below = framework.below_gate({key: answer.level for key, answer in answers.items()})
    if later := scorecards.decides_later(scorecards.follows(card)):
        below.append(later)
    if below and not note.strip():
        text = _("Below the gate: %(below)s. Say why it is an SQL all the same.")
        raise NotReady({"note": text % {"below": ", ".join(below)}})
    return bool(below)


def recycle(
    handoff: Handoff,
    *,
    until: date | None,
    reason: DispositionReason | None,
    by: User,
    at: datetime,
    note: str = "",
    signal: str = "",
    told: Told = NOTHING,
) -> Disposition:
    """Back to nurture for a reason: until a day to come, or as long as the model lets it cool, or until it gives
    `signal` (the key of an event kind; empty for none); then the lead is eligible again. Raises NotReady."""
    _refuse_day(until, at)
    assert until is not None
    reason = _in_use(reason)
    if signal and not EventKind.objects.filter(key=signal).exists():
        raise NotReady({"signal": _("There is no such kind of event any more.")})
    with transaction.atomic():
        access.hold(handoff, by=by)
        refuse_unsaid(reason, told, handoff, at=at, rests=True)
        disposition = _decide(
            handoff, Result.RECYCLED, by=by, at=at, note=note, reason=reason, told=told,
            recycle_on=until, signal=signal,
        )  # fmt: skip
        ripening.set_aside(handoff.lead_id, until=rests_until(handoff.lead_id, until, at=at))
    return disposition


def rests_until(lead_id: int, wished: date, *, at: datetime) -> datetime:
    """The later of the day that was wished and the end of the model's cooling time."""
    day = datetime.combine(wished, time(0), tzinfo=UTC)
    return max(day, cooling.rests_until(lead_id, at=at) or day)


def first_day(at: datetime) -> date:
    """The earliest day until which a lead can rest."""
    return at.astimezone(UTC).date() + timedelta(days=1)


def _refuse_day(until: date | None, at: datetime) -> None:
    if until is None:
        raise NotReady({"until": _("Say until which day.")})
    if until < first_day(at):
        text = _("Choose %(day)s or later.")
        raise NotReady({"until": text % {"day": date_format(first_day(at), "j M Y")}})
    if until - first_day(at) > LONGEST_REST:
        raise NotReady({"until": _("Choose a day within two years.")})


def disqualify(
    handoff: Handoff,
    *,
    reason: DispositionReason | None,
    by: User,
    at: datetime,
    note: str = "",
    told: Told = NOTHING,
) -> Disposition:
    """No, and why. Raises NotReady without a reason in use, or without what the reason asks for."""
    reason = _in_use(reason)
    with transaction.atomic():
        access.hold(handoff, by=by)
        refuse_unsaid(reason, told, handoff, at=at)
        return _decide(
            handoff, Result.DISQUALIFIED, by=by, at=at, note=note, reason=reason, told=told
        )


def _in_use(reason: DispositionReason | None) -> DispositionReason:
    if reason is None or not reason.is_active:
        raise NotReady({"reason": _("Choose a reason; marketing learns from it.")})
    return reason


def _decide(
    handoff: Handoff,
    result: Outcome.Result,
    *,
    by: User,
    at: datetime,
    note: str,
    reason: DispositionReason | None = None,
    told: Told = NOTHING,
    **more: Any,
) -> Disposition:
    """Ends the handoff and moves the lead; the caller holds it in a transaction."""
    key, lead_ids = reason.key if reason else "", [handoff.lead_id]
    before = undoing.before(handoff)
    told = fitting(reason, told, rests=result == Result.RECYCLED)
    verdicts = judging.judge(handoff.lead, told.ticks, by=by, at=at)
    handoffs.close(handoff, state=result, at=at)
    disposition = Disposition.objects.create(
        handoff=handoff, result=result, reason=reason, note=note.strip()[:1000], by=by, at=at,
        day=told.day, competitor=told.competitor, **more,
    )  # fmt: skip
    judging.keep(disposition, verdicts)
    Outcome.objects.create(
        lead_id=handoff.lead_id, crossing_id=handoff.crossing_id, result=result,
        reason=key, at=at, by=by,
    )  # fmt: skip
    lifecycle.move(lead_ids, STAGE[result], at=at, by=by, reason=str(reason or note)[:200])
    data = {"handoff": handoff.pk, "result": result, "reason": key, "note": note[:500]}
    journal.write("handoff.disposed", lead_ids, at=at, by=by, data=data | _disputed(verdicts))
    undoing.keep(disposition, before, at=at)
    return disposition


def _disputed(verdicts: Sequence[FactVerdict]) -> dict[str, int]:
    """How many of the facts were not simply right, for those who are told."""
    disputed = sum(v.verdict != FactVerdict.Verdict.RIGHT for v in verdicts)
    return {"disputed": disputed} if disputed else {}
