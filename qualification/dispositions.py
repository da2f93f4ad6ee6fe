"""How it was decided: accepted as SQL, recycled until a day, or disqualified with a reason. One room
closes the handoff, moves the stage and writes the outcome that marketing learns from."""

from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from handoff import handoffs
from handoff.models import Handoff
from leads import journal, lifecycle, ripening
from leads.models import Outcome
from leads.stages import Stage
from qualification import access, scorecards
from qualification.models import Disposition, DispositionReason, Scorecard
from scoring import cooling

Result = Outcome.Result
LONGEST_REST = timedelta(days=730)

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
    if below and not note.strip():
        text = _("Below the gate: %(below)s. Say why it is an SQL all the same.")
        raise NotReady({"note": text % {"below": ", ".join(below)}})
    return bool(below)


def recycle(
    handoff: Handoff, *, until: date | None, by: User, at: datetime, note: str = ""
) -> Disposition:
    """Back to nurture until a day to come, or as long as the model lets it cool; then the lead is eligible
    again. Raises NotReady."""
    _refuse_day(until, at)
    assert until is not None
    with transaction.atomic():
        access.hold(handoff, by=by)
        disposition = _decide(handoff, Result.RECYCLED, by=by, at=at, note=note, recycle_on=until)
        wished = datetime.combine(until, time(0), tzinfo=UTC)
        least = cooling.rests_until(handoff.lead_id, at=at)
        ripening.set_aside(handoff.lead_id, until=max(wished, least or wished))
    return disposition


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
    handoff: Handoff, *, reason: DispositionReason | None, by: User, at: datetime, note: str = ""
) -> Disposition:
    """No, and why. Raises NotReady without a reason in use."""
    if reason is None or not reason.is_active:
        raise NotReady({"reason": _("Choose a reason; marketing learns from it.")})
    with transaction.atomic():
        access.hold(handoff, by=by)
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
    below_gate: bool = False,
) -> Disposition:
    """Ends the handoff and moves the lead; the caller holds it in a transaction."""
    key, lead_ids = reason.key if reason else "", [handoff.lead_id]
    handoffs.close(handoff, state=result, at=at)
    disposition = Disposition.objects.create(
        handoff=handoff, result=result, reason=reason, note=note.strip()[:1000],
        recycle_on=recycle_on, below_gate=below_gate, by=by, at=at,
    )  # fmt: skip
    Outcome.objects.create(
        lead_id=handoff.lead_id, crossing_id=handoff.crossing_id, result=result,
        reason=key, at=at, by=by,
    )  # fmt: skip
    lifecycle.move(lead_ids, STAGE[result], at=at, by=by, reason=str(reason or note)[:200])
    data = {"handoff": handoff.pk, "result": result, "reason": key, "note": note[:500]}
    journal.write("handoff.disposed", lead_ids, at=at, by=by, data=data)
    return disposition
