"""The queue: which open handoffs a person sees, in which order, and what changed since."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zlib import crc32

from django.db.models import (
    BigIntegerField,
    Count,
    F,
    Func,
    Max,
    Prefetch,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce

from accounts.models import User
from handoff.access import Principal, visible
from handoff.models import Handoff, SlaTimer
from handoff.models.handoffs import OPEN_STATES
from handoff.why_now import Reason, reasons
from leads.bands import Band, bands, called
from leads.expressions import RowAfter, RowBefore, RowValue
from leads.paging import moment, whole

PAGE = 25
SOON = timedelta(minutes=15)
# Where there is no deadline, behind all that have one.
NEVER = datetime(2200, 1, 1, tzinfo=UTC)
TOP_CONTRIBUTIONS = 5

Known = dict[str, Band]
TABS = ("open", "unclaimed", "mine", "breached", "soon")
ORDERS: dict[str, tuple[Any, bool]] = {
    "due": (Coalesce("next_due_at", Value(NEVER)), False),
    "score": (F("lead__score__total"), True),
    "new": (F("opened_at"), True),
}


@dataclass(frozen=True)
class Ask:
    """What the address bar asks for; what cannot be read there is left out."""

    tab: str = "open"
    band: str = ""
    team: int | None = None
    text: str = ""
    order: str = "due"
    after: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Ask":
        tab, order, team = query.get("tab", ""), query.get("order", ""), query.get("team", "")
        return cls(
            tab=tab if tab in TABS else "open",
            band=query.get("band", "")[:40],
            team=int(team) if team.isascii() and team.isdigit() and len(team) < 10 else None,
            text=" ".join(query.get("q", "").split())[:100],
            order=order if order in ORDERS else "due",
            after=query.get("after", ""),
        )

    def url(self, **changes: Any) -> str:
        """The query string of this with changes; a change of view starts at the first page."""
        asked = replace(self, **{"after": "", **changes})
        pairs = {
            "tab": asked.tab if asked.tab != "open" else "", "band": asked.band,
            "team": asked.team, "q": asked.text,
            "order": asked.order if asked.order != "due" else "", "after": asked.after,
        }  # fmt: skip
        return "?" + urlencode({key: value for key, value in pairs.items() if value})


@dataclass(frozen=True)
class Line:
    """A row of the queue."""

    handoff: Handoff
    timer: SlaTimer | None
    why: Reason | None
    band: Band
    top: list[dict[str, Any]]

    @property
    def most(self) -> float:
        """The largest contribution, which fills its bar."""
        return max((abs(item["points"]) for item in self.top), default=1)

    @property
    def mark(self) -> str:
        """Changes whenever the row would look different."""
        h = self.handoff
        return _mark(h.pk, h.state, h.owner_id, h.next_due_at, h.team_id, h.lead.score.total)


def _mark(pk: int, *looks: Any) -> str:
    return f"{pk}.{crc32(repr(looks).encode()):x}"


@dataclass(frozen=True)
class Counts:
    """How many are where in the filtered queue; `tag` changes whenever any handoff of it does."""

    open: int
    unclaimed: int
    mine: int
    breached: int
    soon: int
    newest: int
    tag: str


def _filtered(principal: Principal, ask: Ask) -> QuerySet[Handoff]:
    handoffs = visible(principal).filter(state__in=OPEN_STATES)
    if ask.band:
        handoffs = handoffs.filter(band=ask.band)
    if ask.team is not None:
        handoffs = handoffs.filter(team_id=ask.team)
    for word in ask.text.split():
        handoffs = handoffs.filter(
            Q(lead__first_name__icontains=word) | Q(lead__last_name__icontains=word)
            | Q(lead__company_name__icontains=word) | Q(lead__email__icontains=word)
        )  # fmt: skip
    return handoffs


def _of_tab(tab: str, principal: Principal, at: datetime) -> Q:
    if tab == "unclaimed":
        return Q(state=Handoff.State.QUEUED)
    if tab == "mine":
        return Q(owner_id=principal.pk if isinstance(principal, User) else None, state="claimed")
    if tab == "soon":
        return Q(next_due_at__gte=at, next_due_at__lt=at + SOON)
    return Q(next_due_at__lt=at) if tab == "breached" else Q()


def counts(principal: Principal, ask: Ask, *, at: datetime) -> Counts:
    """One query: the numbers over the queue, and a tag that is the same while nothing changed."""
    # Not the scores, which are another table's: those of the rows that a page shows are in their marks.
    mixed = Func(
        F("pk"), F("state"), F("owner_id"), F("next_due_at"),
        template="hash_record_extended((%(expressions)s), 0)", output_field=BigIntegerField(),
    )  # fmt: skip
    numbers = _filtered(principal, ask).aggregate(
        **{tab: Count("pk", filter=_of_tab(tab, principal, at)) for tab in TABS[1:]},
        open=Count("pk"),
        newest=Coalesce(Max("pk"), 0),
        mix=Coalesce(Sum(mixed), 0),
    )
    mix = numbers.pop("mix")
    tag = f"{crc32(repr((sorted(numbers.items()), mix)).encode()):x}"
    return Counts(**numbers, tag=tag)


def page(
    principal: Principal, ask: Ask, *, at: datetime, size: int = PAGE, known: Known | None = None
) -> tuple[list[Line], str]:
    """The lines of one page and the cursor of the next, or an empty string at the end. `known` are the
    bands of the live model, for whoever has asked for them already."""
    key, descending = ORDERS[ask.order]
    found = _filtered(principal, ask).filter(_of_tab(ask.tab, principal, at)).annotate(key=key)
    if behind := _behind(ask):
        found = found.filter(behind)
    order = ("-key", "-pk") if descending else ("key", "pk")
    # First the few narrow rows that the page shows, then all that belongs to them.
    places = list(found.order_by(*order).values_list("pk", "key")[: size + 1])
    following = _cursor(*places[size - 1]) if len(places) > size else ""
    return _in_order([pk for pk, _key in places[:size]], known), following


def _in_order(ids: Sequence[int], known: Known | None = None) -> list[Line]:
    handoffs = {h.pk: h for h in _whole(Handoff.objects.filter(pk__in=ids))}
    return lines([handoffs[pk] for pk in ids if pk in handoffs], known)


def _cursor(pk: int, key: Any) -> str:
    return f"{key.isoformat() if isinstance(key, datetime) else key}~{pk}"


def _behind(ask: Ask) -> Any:
    """The condition for rows after the cursor; nothing for a cursor that cannot be read."""
    text, _tilde, pk = ask.after.partition("~")
    try:
        key: Any = whole(int(text)) if ask.order == "score" else moment(text)
        there = RowValue(Value(key), Value(whole(int(pk))))
    except ValueError:
        return None
    expression, descending = ORDERS[ask.order]
    here = RowValue(expression, F("pk"))
    return RowBefore(here, there) if descending else RowAfter(here, there)


def _whole(handoffs: QuerySet[Handoff]) -> QuerySet[Handoff]:
    """With everything a line shows; the queries do not depend on the number of rows."""
    timers = SlaTimer.objects.order_by("milestone", "cycle")
    return handoffs.select_related("lead__score", "team", "owner", "crossing").prefetch_related(
        Prefetch("timers", queryset=timers)
    )


def lines(handoffs: Sequence[Handoff], known: Known | None = None) -> list[Line]:
    """Lines for handoffs that came with everything; one query for the reasons of all."""
    why = reasons([handoff.lead_id for handoff in handoffs])
    known = bands() if known is None else known
    return [
        Line(
            handoff, first_of(handoff.timers.all()), why.get(handoff.lead_id),
            band_of(handoff.band, known), _top(handoff),
        )
        for handoff in handoffs
    ]  # fmt: skip


def band_of(key: str, known: Known) -> Band:
    """The band that a lead crossed into, with the name it has today."""
    return called(key, known) or Band(key, key)


def crossed_into(principal: Principal, known: Known) -> list[Band]:
    """The bands of all open handoffs, to choose from."""
    handoffs = visible(principal).filter(state__in=OPEN_STATES)
    keys = handoffs.order_by("band").values_list("band", flat=True).distinct()
    return [band_of(key, known) for key in keys]


def line(handoff_id: int) -> Line:
    """The line of one handoff as it stands now."""
    return lines(list(_whole(Handoff.objects.filter(pk=handoff_id))))[0]


def changed(principal: Principal, marks: Sequence[str]) -> list[Line]:
    """Of the rows a page shows (by their marks), those that look different now."""
    known = set(marks[: 4 * PAGE])
    ids = [int(pk) for mark in known if (pk := mark.partition(".")[0]).isdecimal() and len(pk) < 19]
    looks = ("pk", "state", "owner_id", "next_due_at", "team_id", "lead__score__total")
    now = visible(principal).filter(pk__in=ids).values_list(*looks)
    moved = [row[0] for row in now if _mark(*row) not in known]
    return _in_order(sorted(moved)) if moved else []


def upcoming(principal: Principal, *, at: datetime, size: int) -> list[Line]:
    """The handoffs whose deadlines come next."""
    open_ones = visible(principal).filter(state__in=OPEN_STATES, next_due_at__gte=at)
    ids = open_ones.order_by("next_due_at", "pk").values_list("pk", flat=True)[:size]
    return _in_order(list(ids))


def newer(principal: Principal, ask: Ask, *, than: int, at: datetime) -> int:
    """How many handoffs came into this view since the page was made."""
    return _filtered(principal, ask).filter(_of_tab(ask.tab, principal, at), pk__gt=than).count()


def first_of(timers: Iterable[SlaTimer]) -> SlaTimer | None:
    """The clock to show: the open one that is due first, else the one that was closed last."""
    timers = list(timers)
    running = [timer for timer in timers if timer.closed_at is None]
    if running:
        return min(running, key=lambda timer: timer.due_at or NEVER)
    return max(timers, key=lambda timer: timer.closed_at or NEVER, default=None)


def _top(handoff: Handoff) -> list[dict[str, Any]]:
    """What made the lead cross, largest first, in points."""
    kept = sorted(handoff.crossing.contributions, key=lambda item: -abs(item["micro"]))
    return [{**item, "points": item["micro"] / 1_000_000} for item in kept[:TOP_CONTRIBUTIONS]]
