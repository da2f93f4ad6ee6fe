"""What a person asks the queue for: which tab, narrowed how, in which order, from where on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from accounts.models import User
from handoff.access import Principal, visible
from handoff.models import Handoff
from handoff.models.handoffs import OPEN_STATES
from leads import queries
from leads.models import Lead

SOON = timedelta(minutes=15)
BEGAN = datetime(1970, 1, 1, tzinfo=UTC)
TABS = ("open", "unclaimed", "mine", "breached", "soon", "snoozed")
ORDERS = ("value", "due", "score", "age")


@dataclass(frozen=True)
class Ask:
    """What the address bar asks for; what cannot be read there is left out. `frozen` says when the
    first page was made, in microseconds since 1970: what was late then stays so on the pages behind it."""

    tab: str = "open"
    band: str = ""
    source: str = ""
    team: int | None = None
    holder: int | None = None
    text: str = ""
    order: str = "value"
    after: str = ""
    frozen: int | None = None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Ask":
        tab, order = query.get("tab", ""), query.get("order", "")
        return cls(
            tab=tab if tab in TABS else "open",
            band=query.get("band", "").replace("\x00", "")[:40],
            source=query.get("source", "").replace("\x00", "")[:120],
            team=_number(query.get("team", "")),
            holder=_number(query.get("holder", "")),
            text=" ".join(query.get("q", "").replace("\x00", "").split())[:100],
            order=order if order in ORDERS else "value",
            after=query.get("after", ""),
            frozen=_number(query.get("at", ""), digits=16),
        )

    def url(self, **changes: Any) -> str:
        """The query string of this with changes; a change of view starts at the first page."""
        asked = replace(self, **{"after": "", "frozen": None, **changes})
        pairs = {
            "tab": asked.tab if asked.tab != "open" else "", "band": asked.band,
            "source": asked.source, "team": asked.team, "holder": asked.holder, "q": asked.text,
            "order": asked.order if asked.order != "value" else "",
            "after": asked.after, "at": asked.frozen if asked.after else "",
        }  # fmt: skip
        return "?" + urlencode({key: value for key, value in pairs.items() if value})

    @property
    def view(self) -> "Ask":
        """Which handoffs it is about, wherever one stands in them and in whatever order."""
        return replace(self, order="value", after="", frozen=None)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.band or self.source or self.team or self.holder or self.text)

    def moment(self, at: datetime) -> datetime:
        """When the list was frozen: now for a first page."""
        if self.frozen is None or not self.after:
            return at
        return BEGAN + timedelta(microseconds=self.frozen)


def frozen_at(moment: datetime) -> int:
    """A moment as `frozen` says it."""
    return (moment - BEGAN) // timedelta(microseconds=1)


def _number(text: str, *, digits: int = 9) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def narrowed(principal: Principal, ask: Ask) -> QuerySet[Handoff]:
    """The open handoffs that fit the filters, whatever the tab."""
    handoffs = visible(principal).filter(state__in=OPEN_STATES)
    if ask.band:
        handoffs = handoffs.filter(band=ask.band)
    if ask.source:
        handoffs = handoffs.filter(source=ask.source)
    if ask.team is not None:
        handoffs = handoffs.filter(team_id=ask.team)
    if ask.holder is not None:
        handoffs = handoffs.filter(owner_id=ask.holder)
    if ask.text:
        found = queries.search(Lead.objects.all(), ask.text)
        handoffs = handoffs.filter(lead__in=found.values("pk"))
    return handoffs


def of_tab(tab: str, principal: Principal, at: datetime) -> Q:
    """What a tab holds. A snoozed lead is away, but not past the moment when its time grows short."""
    asleep = Q(snoozed_until__gt=at) & (Q(act_by=None) | Q(act_by__gte=at + SOON))
    if tab == "snoozed":
        return asleep
    awake = Q(snoozed_until=None) | Q(snoozed_until__lte=at) | Q(act_by__lt=at + SOON)
    if tab == "unclaimed":
        return awake & Q(state=Handoff.State.QUEUED)
    if tab == "mine":
        me = principal.pk if isinstance(principal, User) else None
        return awake & Q(owner_id=me, state=Handoff.State.CLAIMED)
    if tab == "soon":
        return Q(next_due_at__gte=at, next_due_at__lt=at + SOON)
    # Who is late acts late, which an index knows.
    return Q(next_due_at__lt=at, act_by__lt=at) if tab == "breached" else awake
