"""The page of deals: what the address asks for, a page of rows, what they come to, and the board."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, QuerySet, Sum, Value, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from leads import paging
from leads.paging import Order
from qualification.closing import access
from qualification.models import DealStage, Opportunity, PassedSql

State = Opportunity.State
WAITING = "waiting"
STATES = (State.OPEN.value, State.WON.value, State.LOST.value)
# A deal without a day comes last.
NEVER = date(9999, 12, 31)
ON_A_BOARD = 12


def _day(value: Any) -> date:
    return date.fromisoformat(value)


ORDERS = {
    "new": (_("Newest"), Order(F("opened_at"), descending=True, read=paging.moment)),
    "soon": (_("Closing soonest"), Order(Coalesce("expected_on", Value(NEVER)), False, _day)),
    "ended": (_("Ended last"), Order(Coalesce("closed_at", "opened_at"), True, paging.moment)),
}


@dataclass(frozen=True)
class Asked:
    """What the address asks for; what means nothing is as if it were not there."""

    state: str = State.OPEN
    stage: int | None = None
    reason: str = ""
    mine: bool = False
    sort: str = "new"
    board: bool = False

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Asked":
        stage = query.get("stage", "")
        state, sort = query.get("state", ""), query.get("sort", "")
        return cls(
            state=state if state in (*STATES, WAITING) else State.OPEN.value,
            stage=int(stage) if stage.isascii() and stage.isdigit() and len(stage) < 10 else None,
            reason=query.get("reason", "")[:60].replace("\0", ""),
            mine=query.get("mine", "") == "1",
            sort=sort if sort in ORDERS else "new",
            board=query.get("view", "") == "board",
        )

    @property
    def query(self) -> dict[str, str]:
        """The same as parameters, without what is usual."""
        told = {
            "state": self.state, "stage": str(self.stage or ""), "reason": self.reason,
            "mine": "1" if self.mine else "", "sort": self.sort if self.sort != "new" else "",
            "view": "board" if self.board else "",
        }  # fmt: skip
        return {key: value for key, value in told.items() if value}


@dataclass(frozen=True)
class Total:
    """What deals in one currency come to; `unknown` of the `deals` have no amount."""

    currency: str
    deals: int
    amount: Decimal
    unknown: int


@dataclass
class Column:
    """A stage of the board: how many deals stand there, what they come to, and the newest of them."""

    stage: DealStage
    totals: list[Total] = field(default_factory=list)
    deals: list[Opportunity] = field(default_factory=list)

    @property
    def number(self) -> int:
        return sum(total.deals for total in self.totals)


def found(user: User, asked: Asked) -> QuerySet[Opportunity]:
    """The deals that fit, unsorted."""
    deals = access.visible(user).filter(state=asked.state)
    if asked.mine:
        deals = deals.filter(owner=user)
    if asked.stage is not None:
        deals = deals.filter(stage=asked.stage)
    return deals.filter(reason__key=asked.reason) if asked.reason else deals


def page(user: User, asked: Asked, *, after: str = "", before: str = "") -> paging.Page:
    rows: Any = found(user, asked).select_related("lead", "stage", "owner", "team", "reason")
    return paging.page(rows, ORDERS[asked.sort][1], after=after, before=before)


def waiting_page(user: User, asked: Asked, *, after: str = "", before: str = "") -> paging.Page:
    """SQLs that wait for an opportunity, those that wait longest first."""
    rows: Any = waiting(user, asked).select_related(
        "lead__score", "owner", "team", "handoff__owner"
    )
    order = Order(F("passed_at"), descending=False, read=paging.moment)
    return paging.page(rows, order, after=after, before=before)


def waiting(user: User, asked: Asked) -> QuerySet[PassedSql]:
    rows = access.waiting(user)
    return rows.filter(owner=user) if asked.mine else rows


def counts(user: User, asked: Asked) -> dict[str, int]:
    """How many there are in each state, of one's own if asked."""
    deals = access.visible(user)
    if asked.mine:
        deals = deals.filter(owner=user)
    by_state = dict(deals.order_by().values_list("state").annotate(n=Count("pk")))
    return {WAITING: waiting(user, asked).count()} | {s: by_state.get(s, 0) for s in STATES}


def totals(deals: QuerySet[Opportunity]) -> list[Total]:
    """What they come to, by currency, the most deals first."""
    rows = deals.order_by().values_list("currency").annotate(
        n=Count("pk"), known=Count("amount"), worth=Sum("amount")
    )  # fmt: skip
    made = [Total(c, n, amount or Decimal(0), n - known) for c, n, known, amount in rows]
    return sorted(made, key=lambda total: (-total.deals, total.currency))


def board(user: User, asked: Asked) -> list[Column]:
    """Every stage in use, and those out of use where deals still stand. Three queries."""
    deals = found(user, asked)
    columns = {stage.pk: Column(stage) for stage in DealStage.objects.all()}
    rows = deals.order_by().values_list("stage", "currency").annotate(
        n=Count("pk"), known=Count("amount"), worth=Sum("amount")
    )  # fmt: skip
    for stage, currency, n, known, amount in rows:
        columns[stage].totals.append(Total(currency, n, amount or Decimal(0), n - known))
    newest = Window(
        RowNumber(), partition_by="stage", order_by=[F("opened_at").desc(), F("pk").desc()]
    )
    shown = deals.annotate(place=newest).filter(place__lte=ON_A_BOARD)
    for deal in shown.select_related("lead", "owner").order_by("-opened_at", "-pk"):
        columns[deal.stage_id].deals.append(deal)
    return [column for column in columns.values() if column.number or column.stage.is_active]


def of_lead(user: User, lead_id: int) -> Sequence[Opportunity]:
    """The deals with one lead that this person may see, newest first."""
    deals = access.visible(user).filter(lead=lead_id)
    return list(deals.select_related("stage", "owner", "reason", "review").order_by("-id")[:10])
