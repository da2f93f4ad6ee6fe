"""Opportunities: opened once with an SQL, moved along their stages, won or lost. The lead's stage follows in the same
transaction, and how it ended is written where scoring and reports read it (`Outcome`)."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import policy
from accounts.models import User
from handoff import handoffs
from leads import journal, lifecycle
from leads.models import Lead, Outcome
from leads.stages import Stage
from qualification.closing import passing
from qualification.models import DealReason, DealStage, Opportunity

State = Opportunity.State
RESULTS = {State.WON: Outcome.Result.WON, State.LOST: Outcome.Result.LOST}
STAGE = {State.WON: Stage.CUSTOMER, State.LOST: Stage.LOST}
CHANGES = ("name", "deal", "amount", "currency", "expected_on", "owner", "stage")
CURRENCY = "EUR"


class NotAnSql(Exception):
    """No opportunity can be opened with a lead that nobody accepted; `stage` says where it stands."""

    def __init__(self, stage: str) -> None:
        super().__init__(_("Only an SQL or a customer becomes an opportunity; this lead is: %s.")
                         % Stage(stage).label)  # fmt: skip
        self.stage = stage


class AlreadyOpen(Exception):
    """The lead has an open opportunity: `deal`."""

    def __init__(self, deal: Opportunity) -> None:
        super().__init__(_("There is an open opportunity with this lead already."))
        self.deal = deal


class IdTaken(Exception):
    """Another opportunity has this id of the other system."""


class NotOpen(Exception):
    """The opportunity was won or lost meanwhile."""


class Refused(Exception):
    """`problems` maps fields to sentences."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


def first_stage() -> DealStage:
    """Where a deal begins."""
    return DealStage.objects.filter(is_active=True).order_by("order", "pk")[0]


def usual_currency() -> str:
    """That of the newest deal."""
    last = Opportunity.objects.order_by("-id").values_list("currency", flat=True).first()
    return last or CURRENCY


def open_with(
    lead: Lead,
    *,
    by: User | None,
    at: datetime,
    owner: User | None = None,
    amount: Decimal | None = None,
    currency: str = "",
    expected_on: date | None = None,
    name: str = "",
    deal: str = "",
    stage: DealStage | None = None,
) -> Opportunity:
    """Opens the opportunity of an SQL, or one more of a customer. Raises NotAnSql, AlreadyOpen, IdTaken, Refused."""
    with transaction.atomic():
        lead = Lead.objects.select_related("team").get(pk=handoffs.hold_lead(lead.pk))
        there = Opportunity.objects.filter(lead=lead, state=State.OPEN).first()
        if there is not None:
            raise AlreadyOpen(there)
        if lead.stage not in (Stage.SQL, Stage.CUSTOMER):
            raise NotAnSql(lead.stage)
        passed = passing.opened(lead.pk, at=at)
        team = passed.team if passed else lead.team
        owner = owner or (passed.owner if passed else None) or by or lead.owner
        refuse_owner(owner)
        made = _insert(
            lead=lead, handoff=passed.handoff if passed else None, team=team, owner=owner,
            name=name or lead.company_name or str(lead.name), deal=deal, amount=amount,
            currency=currency or usual_currency(), expected_on=expected_on,
            stage=stage or first_stage(), staged_at=at, opened_at=at, opened_by=by,
        )  # fmt: skip
        lifecycle.move([lead.pk], Stage.OPPORTUNITY, at=at, by=by)
        journal.write("deal.opened", [lead.pk], at=at, by=by, data=data_of(made))
    return made


def _insert(**values: Any) -> Opportunity:
    try:
        with transaction.atomic():
            return Opportunity.objects.create(**values)
    except IntegrityError as error:
        raise IdTaken(_("Another opportunity has this id.")) from error


def refuse_owner(owner: User | None) -> None:
    """Raises Refused for somebody who works no deals."""
    if owner is not None and not (owner.is_active and policy.allows(owner, "deal.work")):
        raise Refused({"owner": _("Choose somebody who works deals.")})


def data_of(deal: Opportunity, **more: Any) -> dict[str, Any]:
    """What the journal says of it."""
    amount = str(deal.amount) if deal.amount is not None else ""
    return {
        "opportunity": deal.pk,
        "name": deal.name,
        "amount": amount,
        "currency": deal.currency,
        **more,
    }


def hold(deal: Opportunity) -> Opportunity:
    """Takes the lead's lock and reads the opportunity again. Call it inside the transaction of the deed."""
    lead_id = handoffs.hold_lead(deal.lead_id)
    now = Opportunity.objects.select_related("lead", "stage", "owner", "reason").get(pk=deal.pk)
    return now if now.lead_id == lead_id else hold(now)


def change(
    deal: Opportunity, values: Mapping[str, Any], *, by: User | None, at: datetime
) -> Opportunity:
    """Writes new values of CHANGES; gives the opportunity as it is now. Raises NotOpen, IdTaken, Refused."""
    with transaction.atomic():
        now = hold(deal)
        if not now.is_open:
            raise NotOpen
        new = {k: v for k, v in values.items() if k in CHANGES and getattr(now, k) != v}
        if "owner" in new:
            refuse_owner(new["owner"])
        if not new:
            return now
        before = now.stage
        for key, value in new.items():
            setattr(now, key, value)
        if "stage" in new:
            now.staged_at = at
        _save(now, [*new, "staged_at"])
        moved = {"from": before.name, "to": now.stage.name} if "stage" in new else {}
        told = data_of(now, fields=sorted(new), **moved)
        journal.write("deal.changed", [now.lead_id], at=at, by=by, data=told)
    return now


def _save(deal: Opportunity, fields: list[str]) -> None:
    try:
        with transaction.atomic():
            deal.save(update_fields=fields)
    except IntegrityError as error:
        raise IdTaken(_("Another opportunity has this id.")) from error


def end(
    deal: Opportunity,
    state: str,
    *,
    reason: DealReason | None,
    by: User | None,
    at: datetime,
    on: date | None = None,
    note: str = "",
    outcome: Outcome | None = None,
) -> Opportunity:
    """Wins or loses it: `on` is the day, today unless said; `outcome` is the row of a file that said so. Raises
    NotOpen, Refused."""
    with transaction.atomic():
        now = hold(deal)
        if not now.is_open:
            raise NotOpen
        closed_at = outcome.at if outcome else _moment(now, on, at)
        if outcome is None:
            _refuse_reason(state, reason)
            outcome = _write_outcome(now, state, reason, closed_at, by)
        elif now.handoff:
            # The file does not know of which acceptance the deal came.
            Outcome.objects.filter(pk=outcome.pk).update(crossing=now.handoff.crossing_id)
        now.state, now.closed_at, now.closed_by = state, max(closed_at, now.opened_at), by
        now.reason, now.note, now.outcome = reason, note.strip()[:1000], outcome
        now.save(update_fields=["state", "closed_at", "closed_by", "reason", "note", "outcome"])
        lifecycle.move(
            [now.lead_id], STAGE[State(state)], at=at, by=by, reason=str(reason or "")[:200]
        )
        told = data_of(now, result=state, reason=reason.key if reason else "", note=note[:500])
        journal.write("deal.ended", [now.lead_id], at=at, by=by, data=told)
    return now


def _refuse_reason(state: str, reason: DealReason | None) -> None:
    if reason is None and state == State.LOST:
        raise Refused({"reason": _("Choose why it was lost; others learn from it.")})
    if reason is not None and reason.ending != state:
        raise Refused({"reason": _("This is no reason for that.")})


def _moment(deal: Opportunity, on: date | None, at: datetime) -> datetime:
    """The moment of the end: now, or noon of an earlier day that lies after the opening."""
    if on is None or on == at.date():
        return at
    if on > at.date():
        raise Refused({"on": _("That day is still to come.")})
    if on < deal.opened_at.date():
        raise Refused({"on": _("That is before the opportunity was opened.")})
    return min(max(datetime.combine(on, time(12), tzinfo=UTC), deal.opened_at), at)


def _write_outcome(
    deal: Opportunity, state: str, reason: DealReason | None, at: datetime, by: User | None
) -> Outcome:
    """One row a deal, also where a file told of the same deal before."""
    crossing = deal.handoff.crossing_id if deal.handoff else None
    key = deal.deal or f"opportunity:{deal.public_id}"
    told = {"currency": deal.currency} | (
        {"amount": str(deal.amount)} if deal.amount is not None else {}
    )
    outcome, _made = Outcome.objects.update_or_create(
        lead_id=deal.lead_id, deal=key,
        defaults={
            "crossing_id": crossing, "result": RESULTS[State(state)], "at": at, "by": by,
            "reason": reason.key if reason else "", "details": told,
        },
    )  # fmt: skip
    return outcome


def reopen(deal: Opportunity, *, by: User | None, at: datetime, note: str = "") -> Opportunity:
    """It was not over after all: the outcome goes, and the lead stands where it stood. Raises AlreadyOpen, or
    Refused where the lead has gone on since."""
    with transaction.atomic():
        now = hold(deal)
        if now.is_open:
            return now
        there = Opportunity.objects.filter(lead=now.lead_id, state=State.OPEN).first()
        if there is not None:
            raise AlreadyOpen(there)
        if now.lead.stage not in (Stage.CUSTOMER, Stage.LOST):
            stage = now.lead.get_stage_display()
            raise Refused({"": _("The lead has gone on meanwhile; it is: %s.") % stage})
        was = State(now.state)
        if now.outcome is not None:
            now.outcome.delete()
        now.state, now.closed_at, now.closed_by, now.reason, now.outcome = (
            State.OPEN,
            None,
            None,
            None,
            None,
        )
        now.save(update_fields=["state", "closed_at", "closed_by", "reason", "outcome"])
        _stand_again(now, was, by=by, at=at)
        data = data_of(now, result=was.value, note=note[:500])
        journal.write("deal.reopened", [now.lead_id], at=at, by=by, data=data)
    return now


def _stand_again(deal: Opportunity, was: str, *, by: User | None, at: datetime) -> None:
    """A customer by another deal stays one."""
    won = Outcome.objects.filter(lead=deal.lead_id, result=Outcome.Result.WON)
    if deal.lead.stage == STAGE[State(was)] and not (was == State.WON and won.exists()):
        lifecycle.bring(deal.lead_id, Stage.OPPORTUNITY, at=at, by=by, reason="reopened")
        journal.write("lead.restaged", [deal.lead_id], at=at, by=by)
