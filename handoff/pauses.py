"""Waiting for the prospect: the clocks of a claimed handoff rest, with a reason and not for ever."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from handoff import leases, ledger, resting
from handoff.handoffs import hold, hold_lead
from handoff.models import Handoff, Pause, SlaPolicyVersion
from leads import journal

# Where no policy says how long.
USUAL_DAYS = 5


class PauseError(ValueError):
    """Why a handoff cannot rest, for the person who asked; `field` is the one to look at."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


def latest(handoff: Handoff, *, at: datetime) -> datetime:
    """Until when a pause that starts now may last: what the policy allows, less what was used of it."""
    versions = SlaPolicyVersion.objects.filter(pk__in=handoff.timers.values("policy_version"))
    days = versions.aggregate(most=Max("pause_days"))["most"]
    rests = ((rest.ended_at or at) - rest.started_at for rest in handoff.pauses.all())
    used = sum(rests, timedelta())
    return at + timedelta(days=USUAL_DAYS if days is None else days) - used


def pause(
    handoff: Handoff, *, reason: str, until: datetime | None, by: User | None, at: datetime
) -> Pause:
    """The clocks rest until `until`, or as long as the policy allows. Raises PauseError."""
    if not reason.strip():
        raise PauseError("reason", _("Say what you wait for."))
    with transaction.atomic():
        hold(handoff)
        handoff.refresh_from_db(fields=["state"])
        if handoff.state != Handoff.State.CLAIMED:
            raise PauseError("", _("Only a lead that somebody holds can wait for the prospect."))
        if handoff.pauses.filter(ended_at=None).exists():
            raise PauseError("", _("The clocks of this lead rest already."))
        until = _within(until, latest(handoff, at=at), at)
        rest = Pause.objects.create(
            handoff=handoff, reason=reason.strip()[:300], started_at=at, until=until, by=by
        )
        resting.rest([handoff.pk], at=at)
        leases.end([handoff.pk])
        holder = ledger.Holder.PROSPECT
        ledger.turn([handoff.pk], step=ledger.Step.WAITING, holder=holder, at=at)
        data = {"handoff": handoff.pk, "reason": rest.reason, "at": until.isoformat()}
        journal.write("handoff.paused", [handoff.lead_id], at=at, by=by, data=data)
    return rest


def _within(until: datetime | None, most: datetime, at: datetime) -> datetime:
    if most <= at:
        raise PauseError("", _("This lead has waited as long as its promise allows."))
    if until is not None and until <= at:
        raise PauseError("until", _("That is over already. Choose a time to come."))
    if until is not None and until > most:
        text = _("Its promise allows a pause until %(most)s at most.")
        raise PauseError("until", text % {"most": f"{most:%Y-%m-%d %H:%M} UTC"})
    return until or most


def resume(handoff: Handoff, *, by: User | None, at: datetime) -> bool:
    """The clocks go on with the time they had left; false when they did not rest."""
    with transaction.atomic():
        hold(handoff)
        return _end(handoff.pk, handoff.lead_id, by=by, at=at)


def end_due(*, at: datetime, limit: int = 100) -> int:
    """Ends pauses that reached their limit, as of the limit, however late we are; says how many were due."""
    due = Pause.objects.filter(ended_at=None, until__lte=at).order_by("until")
    found = list(due.values_list("handoff_id", "handoff__lead_id", "until")[:limit])
    for handoff_id, lead_id, until in found:
        with transaction.atomic():
            _end(handoff_id, hold_lead(lead_id), by=None, at=until)
    return len(found)


def answered(lead_ids: list[int], *, at: datetime) -> None:
    """The prospect was heard of: nobody waits for them any more."""
    waiting = Pause.objects.filter(ended_at=None, handoff__lead__in=lead_ids).order_by(
        "handoff__lead"
    )
    for handoff_id, lead_id in waiting.values_list("handoff_id", "handoff__lead_id"):
        with transaction.atomic():
            _end(handoff_id, hold_lead(lead_id), by=None, at=at)


def _end(handoff_id: int, lead_id: int, *, by: User | None, at: datetime) -> bool:
    ended = resting.end([handoff_id], at=at)
    journal.write(
        "handoff.resumed", [lead_id for _one in ended], at=at, by=by, data={"handoff": handoff_id}
    )
    return bool(ended)
