"""The rows of the queue with everything they show; the queries do not depend on the number of rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Prefetch, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from handoff.access import Principal, visible
from handoff.models import Handoff, SlaTimer, Task
from handoff.models.handoffs import OPEN_STATES
from handoff.queue import counting, ordering, worth
from handoff.queue.asking import Ask, narrowed, of_tab
from handoff.why_now import Reason, reasons
from leads.bands import Band, bands, called

PAGE = 25
# Where there is no deadline, behind all that have one.
NEVER = datetime(2200, 1, 1, tzinfo=UTC)

Known = dict[str, Band]


@dataclass(frozen=True)
class Line:
    """A row of the queue. `mark` changes whenever the row would look different; `rate` is how often leads of its
    band become SQLs, `value` what is left of that today."""

    handoff: Handoff
    timer: SlaTimer | None
    task: Task | None
    why: Reason | None
    band: Band
    mark: str
    rate: float
    value: float

    @property
    def worth(self) -> str:
        """Why it stands where it stands, in words."""
        said = {"value": f"{100 * self.value:.0f}", "rate": f"{100 * self.rate:.0f}"}
        if not self.value:
            return _("Did nothing yet")
        return _("Worth %(value)s %%, its band %(rate)s %%") % said


def page(
    principal: Principal, ask: Ask, *, at: datetime, size: int = PAGE, known: Known | None = None
) -> tuple[list[Line], str]:
    """The lines of one page and the cursor of the next, or an empty string at the end. `known` are the
    bands of the live model, for whoever has asked for them already."""
    frozen = ask.moment(at)
    found = narrowed(principal, ask).filter(of_tab(ask.tab, principal, frozen))
    ids, following = ordering.page(found, ask, at=frozen, size=size)
    return of_ids(ids, at=at, known=known), following


def of_ids(ids: Sequence[int], *, at: datetime, known: Known | None = None) -> list[Line]:
    """Lines in the order of the ids."""
    handoffs = {h.pk: h for h in _whole(Handoff.objects.filter(pk__in=ids))}
    return lines([handoffs[pk] for pk in ids if pk in handoffs], at=at, known=known)


def _whole(handoffs: QuerySet[Handoff]) -> QuerySet[Handoff]:
    timers = SlaTimer.objects.order_by("milestone", "cycle")
    tasks = Task.objects.filter(done_at=None).order_by("due_at", "pk")
    handoffs = handoffs.annotate(mark=RawSQL(counting.MARK, []))
    return handoffs.select_related("lead__score", "team", "owner", "offered_to").prefetch_related(
        Prefetch("timers", queryset=timers), Prefetch("tasks", queryset=tasks)
    )


def lines(handoffs: Sequence[Handoff], *, at: datetime, known: Known | None = None) -> list[Line]:
    """Lines for handoffs that came with everything; a query each for reasons and rates of all."""
    if not handoffs:
        return []
    why = reasons([handoff.lead_id for handoff in handoffs])
    rates = worth.rates()
    known = bands() if known is None else known
    return [
        Line(
            handoff, first_of(handoff.timers.all()), next(iter(handoff.tasks.all()), None),
            why.get(handoff.lead_id), band_of(handoff.band, known),
            getattr(handoff, "mark", ""), rates.of(handoff.band), rates.value(handoff, at=at),
        )
        for handoff in handoffs
    ]  # fmt: skip


def band_of(key: str, known: Known) -> Band:
    """The band that a lead crossed into, with the name it has today."""
    return called(key, known) or Band(key, key)


def line(handoff_id: int, *, at: datetime) -> Line:
    """The line of one handoff as it stands now."""
    return of_ids([handoff_id], at=at)[0]


def upcoming(principal: Principal, *, at: datetime, size: int) -> list[Line]:
    """The handoffs whose deadlines come next."""
    open_ones = visible(principal).filter(state__in=OPEN_STATES, next_due_at__gte=at)
    ids = open_ones.order_by("next_due_at", "pk").values_list("pk", flat=True)[:size]
    return of_ids(list(ids), at=at)


def first_of(timers: Iterable[SlaTimer]) -> SlaTimer | None:
    """The clock to show: the open one that is due first, else the one that was closed last."""
    timers = list(timers)
    running = [timer for timer in timers if timer.closed_at is None]
    if running:
        return min(running, key=lambda timer: timer.due_at or NEVER)
    return max(timers, key=lambda timer: timer.closed_at or NEVER, default=None)
