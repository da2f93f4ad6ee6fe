"""Deals that a file says are open (leads/importing/open_deals.py): opened, or changed where their id is known, set by
set. A row that cannot be is rejected with the reason; a file that comes again changes nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts import policy
from accounts.models import User
from leads import journal, lifecycle
from leads.importing.cells import RowRejected
from leads.importing.open_deals import MARK, OpenDeal
from leads.importing.settled import Result, Settled
from leads.importing.tally import Tally
from leads.importing.undo_leads import Line
from leads.models import Import, Lead, Outcome
from leads.stages import Stage
from qualification.closing import deals, unfiled
from qualification.closing.unfiled import FIELDS, plain
from qualification.models import DealStage, Opportunity, PassedSql

State = Opportunity.State
# Where nobody of sales works on the lead; an SQL, a customer, and who is an opportunity already stay.
ORIGINS = (Stage.LEAD, Stage.MQL, Stage.RECYCLED, Stage.LOST)
READY = (Stage.SQL, Stage.CUSTOMER, Stage.OPPORTUNITY)
Row = tuple[Settled, OpenDeal]


class FiledDeals:
    """The desk that imports turn to."""

    def settle(self, imported: Import, rows: Sequence[Row], *, at: datetime) -> list[Settled]:
        books = _Books(rows, by=imported.by, at=at)
        for told, deal in rows:
            books.enter(told, deal)
        return books.close()

    def undo(self, imported: Import, lines: Sequence[Line], *, at: datetime, dry: bool) -> Tally:
        return unfiled.undo(lines, by=imported.by, at=at, dry=dry)


@dataclass
class _Entry:
    """A row with the deal that it is about, where there is one."""

    told: Settled
    deal: Opportunity | None = None


class _Books:
    """What stands here that the rows may be about, asked once; and what they make of it."""

    def __init__(self, rows: Sequence[Row], *, by: User, at: datetime) -> None:
        self.by, self.at = by, at
        lead_ids = {deal.lead_id for _told, deal in rows}
        ids = {deal.deal for _told, deal in rows}
        self.leads = Lead.objects.select_related("owner").in_bulk(lead_ids)
        self.by_id = {one.deal: one for one in Opportunity.objects.filter(deal__in=ids)}
        self.open_of = {
            one.lead_id: self.by_id.get(one.deal, one)
            for one in Opportunity.objects.filter(lead__in=lead_ids, state=State.OPEN)
        }
        over = Outcome.objects.filter(lead__in=lead_ids, deal__in=ids)
        self.over = set(over.values_list("lead_id", "deal"))
        waiting = PassedSql.objects.filter(lead__in=lead_ids, ended_at=None)
        self.waiting = {one.lead_id: one for one in waiting.select_related("owner")}
        self.stages = {s.name.casefold(): s for s in DealStage.objects.filter(is_active=True)}
        self.first, self.currency = deals.first_stage(), deals.usual_currency()
        self.people = _people(deal.owner for _told, deal in rows)
        self.entries: list[_Entry] = []
        self.made: list[Opportunity] = []
        self.changed: dict[int, Opportunity] = {}

    def enter(self, told: Settled, deal: OpenDeal) -> None:
        """One row; rows before it are known."""
        try:
            self.entries.append(self._entry(told, deal))
        except RowRejected as reason:
            self.entries.append(_Entry(replace(told, result=Result.REJECTED, reason=str(reason))))

    def _entry(self, told: Settled, deal: OpenDeal) -> _Entry:
        there = self._known(deal)
        if (deal.lead_id, deal.deal) in self.over or (there is not None and not there.is_open):
            told = _remarked(told, _("It is over here already, and stays so."))
            return _Entry(replace(told, result=Result.UNCHANGED, before={MARK: {}}), there)
        values, remark = self._values(deal)
        told = _remarked(told, remark)
        if there is None:
            made = self._new(deal, values)
            before = {MARK: {"wrote": plain(made)}}
            return _Entry(replace(told, result=Result.CREATED, before=before), made)
        changes = _fill(there, values, at=self.at)
        if changes and there.pk:
            self.changed[there.pk] = there
        result = Result.UPDATED if changes else Result.UNCHANGED
        return _Entry(replace(told, result=result, before={MARK: {"changes": changes}}), there)

    def _known(self, deal: OpenDeal) -> Opportunity | None:
        """By its id, else the lead's open one that has no id yet. Raises RowRejected."""
        there, open_one = self.by_id.get(deal.deal), self.open_of.get(deal.lead_id)
        if there is not None:
            if there.lead_id != deal.lead_id:
                raise RowRejected(_("The deal “%s” is another lead's.") % deal.deal[:80])
            return there
        if open_one is not None and open_one.deal:
            raise RowRejected(_("The lead has another open deal, “%s”.") % open_one.deal[:80])
        return open_one

    def _values(self, deal: OpenDeal) -> tuple[dict[str, Any], str]:
        """What the row says, and what had to be left out. Raises RowRejected."""
        stage = self.stages.get(deal.stage.casefold())
        if deal.stage and stage is None:
            names = ", ".join(one.name for one in self.stages.values())
            text = _("“%(stage)s” is neither won nor lost, nor a stage of open deals: %(names)s.")
            raise RowRejected(text % {"stage": deal.stage, "names": names})
        owner = self.people.get(deal.owner.casefold())
        unknown = deal.owner and owner is None
        remark = _("Owner was left out: “%s” works no deals here.") % deal.owner[:80]
        said = {
            "deal": deal.deal, "name": deal.name, "amount": deal.amount, "currency": deal.currency,
            "expected_on": deal.expected_on, "owner": owner, "stage": stage,
        }  # fmt: skip
        return {key: value for key, value in said.items() if value not in ("", None)}, (
            remark if unknown else ""
        )

    def _new(self, deal: OpenDeal, values: dict[str, Any]) -> Opportunity:
        """Not saved; the lead is looked at when the books are closed."""
        lead, passed = self.leads[deal.lead_id], self.waiting.get(deal.lead_id)
        usual = {
            "name": lead.company_name or str(lead.name), "currency": self.currency,
            "stage": self.first, "owner": (passed.owner if passed else None) or lead.owner,
        }  # fmt: skip
        made = Opportunity(
            lead=lead, team_id=passed.team_id if passed else lead.team_id,
            handoff_id=passed.handoff_id if passed else None,
            staged_at=self.at, opened_at=self.at, opened_by=self.by, **{**usual, **values},
        )  # fmt: skip
        self.made.append(made)
        self.by_id[made.deal] = self.open_of[lead.pk] = made
        return made

    def close(self) -> list[Settled]:
        """Writes it all; what sales has in hand is rejected."""
        was = self._bring()
        made = [one for one in self.made if one.lead_id in was]
        Opportunity.objects.bulk_create(made)
        Opportunity.objects.bulk_update(self.changed.values(), [*FIELDS, "staged_at"])
        waited = {one.lead_id: self.waiting.get(one.lead_id) for one in made}
        PassedSql.objects.filter(pk__in=[one.pk for one in waited.values() if one]).update(
            ended_at=self.at, end=PassedSql.End.OPENED
        )
        self._tell("deal.opened", made)
        self._tell("deal.changed", self.changed.values())
        for entry in self.entries:
            if entry.told.result == Result.CREATED and entry.deal is not None:
                passed = waited.get(entry.deal.lead_id)
                entry.told.before[MARK] |= {
                    "stage": was.get(entry.deal.lead_id), "passed": passed.pk if passed else None,
                }  # fmt: skip
        return [self._settled(entry, was) for entry in self.entries]

    def _bring(self) -> dict[int, str]:
        """The leads of new deals become opportunities; the stage each of them had. Who is in the hands of sales is
        not among them."""
        ids = {one.lead_id for one in self.made}
        was = {pk: str(self.leads[pk].stage) for pk in ids if self.leads[pk].stage in READY}
        told = {"at": self.at, "by": self.by}
        lifecycle.move(sorted(was), Stage.OPPORTUNITY, **told)  # type: ignore[arg-type]
        return was | lifecycle.settle(
            ids - was.keys(),
            Stage.OPPORTUNITY,
            origins=ORIGINS,
            reason="deal of a file",
            **told,  # type: ignore[arg-type]
        )

    def _tell(self, kind: str, some: Iterable[Opportunity]) -> None:
        each = {one.lead_id: deals.data_of(one) for one in some}
        journal.write(kind, each, at=self.at, by=self.by, each=each)

    def _settled(self, entry: _Entry, was: dict[int, str]) -> Settled:
        deal = entry.deal
        if deal is None or deal.pk:
            return replace(entry.told, made=deal.pk if deal else None)
        stage = self.leads[deal.lead_id].get_stage_display()
        text = _("Only who is an SQL, or whom nobody has in hand, gets a deal; this lead is: %s.")
        return replace(
            entry.told, result=Result.REJECTED, reason=text % stage, before=None, made=None
        )


def _people(named: Iterable[str]) -> dict[str, User]:
    """Who works deals, by the e-mails and names that the rows have; a name that two have is nobody's."""
    wanted = {name.casefold() for name in named if name}
    found: dict[str, User] = {}
    several: set[str] = set()
    for user in User.objects.filter(is_active=True) if wanted else ():
        for name in {user.email.casefold(), user.name.casefold()} & wanted:
            several |= {name} if name in found else set()
            found[name] = user
    return {
        name: user
        for name, user in found.items()
        if name not in several and policy.allows(user, "deal.work")
    }


def _fill(deal: Opportunity, values: dict[str, Any], *, at: datetime) -> dict[str, Any]:
    """Writes them on the deal (not saved); old and new of what changed."""
    before, stage = plain(deal), deal.stage_id
    for key, value in values.items():
        setattr(deal, key, value)
    if deal.stage_id != stage:
        deal.staged_at = at
    after = plain(deal)
    return {key: [before[key], after[key]] for key in FIELDS if before[key] != after[key]}


def _remarked(told: Settled, remark: str) -> Settled:
    return replace(told, reason=f"{told.reason} {remark}".strip()) if remark else told
