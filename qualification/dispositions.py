"""How it was decided: accepted as SQL, recycled until a day, or disqualified with a reason. One room for
page, API and keys; it closes the handoff, moves the stage and writes the outcome that marketing learns from."""

from datetime import UTC, date, datetime, time

from django.db import transaction

from accounts.models import User
from handoff import handoffs
from handoff.models import Handoff
from leads import journal, lifecycle, ripening
from leads.models import Outcome
from leads.stages import Stage
from qualification import scorecards
from qualification.models import Disposition, DispositionReason

Result = Outcome.Result

STAGE = {
    Result.ACCEPTED: Stage.SQL,
    Result.RECYCLED: Stage.RECYCLED,
    Result.DISQUALIFIED: Stage.DISQUALIFIED,
}


class NotReady(Exception):
    """The decision cannot be taken yet; `problems` maps fields to sentences for the rep."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


def accept(handoff: Handoff, *, by: User, at: datetime, note: str = "") -> Disposition:
    """Accepts the lead as SQL. Raises NotReady until every element of the card was asked."""
    card = scorecards.card_of(handoff, at=at)
    if card is None:
        raise NotReady({"card": "There is no scorecard yet."})
    missing = scorecards.framework_of(card).unanswered(scorecards.answers_of(card))
    if missing:
        names = ", ".join(element.name for element in missing)
        raise NotReady({"card": f"Not asked yet: {names}. “Asked, no answer” counts."})
    with transaction.atomic():
        disposition = _decide(handoff, Result.ACCEPTED, by=by, at=at, note=note)
        type(card).objects.filter(pk=card.pk).update(completed_at=at)
    return disposition


def recycle(handoff: Handoff, *, until: date | None, by: User, at: datetime, note: str = "") -> Disposition:
    """Back to nurture until a day to come; then the lead is eligible again. Raises NotReady."""
    if until is None:
        raise NotReady({"until": "Say until which day."})
    if until <= at.date():
        raise NotReady({"until": "Choose a day after today."})
    if (until - at.date()).days > 730:
        raise NotReady({"until": "Choose a day within two years."})
    with transaction.atomic():
        disposition = _decide(handoff, Result.RECYCLED, by=by, at=at, note=note, recycle_on=until)
        ripening.set_aside(
            handoff.lead_id, until=datetime.combine(until, time(0), tzinfo=UTC)
        )
    return disposition


def disqualify(
    handoff: Handoff, *, reason: DispositionReason | None, by: User, at: datetime, note: str = ""
) -> Disposition:
    """No, and why. Raises NotReady without a reason in use."""
    if reason is None or not reason.is_active:
        raise NotReady({"reason": "Choose a reason; marketing learns from it."})
    return _decide(handoff, Result.DISQUALIFIED, by=by, at=at, note=note, reason=reason)


def _decide(
    handoff: Handoff,
    result: Outcome.Result,
    *,
    by: User,
    at: datetime,
    note: str,
    reason: DispositionReason | None = None,
    recycle_on: date | None = None,
) -> Disposition:
    """Ends the handoff and moves the lead, in one transaction. Raises handoffs.NotOpen."""
    key = reason.key if reason else ""
    with transaction.atomic():
        handoffs.hold_lead(handoff.lead_id)
        handoffs.close(handoff, state=result, at=at)
        disposition = Disposition.objects.create(
            handoff=handoff, result=result, reason=reason, note=note.strip()[:1000],
            recycle_on=recycle_on, by=by, at=at,
        )  # fmt: skip
        Outcome.objects.create(
            lead_id=handoff.lead_id, crossing_id=handoff.crossing_id, result=result,
            reason=key, at=at, by=by,
        )  # fmt: skip
        lifecycle.move([handoff.lead_id], STAGE[result], at=at, by=by, reason=str(reason or note)[:200])
        journal.write(
            "handoff.disposed", [handoff.lead_id], at=at, by=by,
            data={"handoff": handoff.pk, "result": result, "reason": key, "note": note[:500]},
        )  # fmt: skip
    return disposition
