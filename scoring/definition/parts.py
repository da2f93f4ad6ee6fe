"""The parts that a model is made of. Points are whole numbers; everything between them and the score is in
millionths."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate, repeat
from operator import mul

from django.utils.translation import gettext as _

from leads.vocabulary.rules import Condition

MICRO = 1_000_000
# No criterion moves a score by more points than this, so that no sum leaves what a bigint holds.
LIMIT = 10_000


class Group(StrEnum):
    FIT = "fit"
    ENGAGEMENT = "engagement"
    ACCOUNT = "account"
    NEGATIVE = "negative"

    @property
    def label(self) -> str:
        return {
            "fit": _("Fit"),
            "engagement": _("Engagement"),
            "account": _("Account"),
            "negative": _("Negative"),
        }[self.value]


class Effect(StrEnum):
    NONE = "none"
    NURTURE = "nurture"
    MQL = "mql"
    SALES_READY = "sales_ready"
    DISQUALIFY = "disqualify"

    @property
    def hands_over(self) -> bool:
        """Whether a lead that enters such a band is an MQL."""
        return self in (Effect.MQL, Effect.SALES_READY)


@dataclass(frozen=True)
class Decay:
    """What an event is worth after whole UTC days: halves every `days`, or falls straight to nothing in `days`."""

    kind: str
    days: int

    def weights(self) -> list[int]:
        """Millionths by age in days; the list ends where nothing is left."""
        if self.kind == "linear":
            return [MICRO * (self.days - age) // self.days for age in range(self.days)]
        return list(_halving(self.days))


@dataclass(frozen=True)
class Idle:
    """What silence takes: `lose` per cent for every full `days` since the last counted engagement."""

    lose: int
    days: int

    def weights(self) -> list[int]:
        """Millionths by the number of full periods; the list ends where nothing is left."""
        # After 2,000 steps of one per cent less than half of a millionth is left.
        return list(_falling(1 - Decimal(self.lose) / 100, 2000))


@lru_cache(maxsize=128)
def _halving(days: int) -> tuple[int, ...]:
    with localcontext(prec=50):
        step = Decimal(2) ** (Decimal(-1) / days)
        # Whole half-lives are halved exactly: seven of them leave 7812.5, which a root multiplied up would miss.
        first = tuple(accumulate(repeat(step, days - 1), mul, initial=Decimal(MICRO)))
        exact = (left / 2**halves for halves in range(21) for left in first)
        return _whole(exact)


@lru_cache(maxsize=128)
def _falling(step: Decimal, most: int) -> tuple[int, ...]:
    # Decimal, not float: the same integers on every machine.
    with localcontext(prec=50):
        return _whole(accumulate(repeat(step, most), mul, initial=Decimal(MICRO)))


def _whole(exact: Iterable[Decimal]) -> tuple[int, ...]:
    weights = (int(left.to_integral_value(ROUND_HALF_UP)) for left in exact)
    return tuple(weight for weight in weights if weight)


@dataclass(frozen=True)
class Bonus:
    """Extra points for each counted event of the last `days`."""

    points: int
    days: int


@dataclass(frozen=True)
class PropertyTest:
    """`op` is is, contains, starts_with, at_least or at_most; the last two read numbers."""

    property: str
    op: str
    value: str


@dataclass(frozen=True)
class EventMatch:
    """Which events count: a kind, and if given a name, the beginning of a path, a campaign and properties."""

    kind: str
    name: str = ""
    path: str = ""
    campaign: str = ""
    properties: tuple[PropertyTest, ...] = ()


@dataclass(frozen=True)
class Sequence:
    """Steps in this order, from the first to the last within `span_days` times 24 hours; a completion counts
    if at least `again_days` UTC days lie between it and the last one that counted."""

    steps: tuple[EventMatch, ...]
    span_days: int
    again_days: int | None = None


@dataclass(frozen=True)
class People:
    """At least `people` different leads of one company, each of whom did all of `deeds` in the last days."""

    deeds: tuple[EventMatch, ...]
    people: int


@dataclass(frozen=True)
class Criterion:
    """One line of the model.

    An attribute criterion gives `points` when `condition` holds. An event criterion gives them for each
    matching event of the last `within_days`, or once, weighed by `decay` and `idle` and limited by `cap`,
    from the `at_least`-th event on; a sequence likewise for its completions. A people criterion gives them
    to everybody of the company. An absence criterion gives them after `within_days` without engagement.
    Of the criteria with the same `first_of` only the first that holds counts."""

    key: str
    label: str
    group: Group
    points: int
    condition: Condition | None = None
    event: EventMatch | None = None
    sequence: Sequence | None = None
    people: People | None = None
    each: bool = True
    at_least: int = 1
    within_days: int | None = None
    cap: int | None = None
    decay: Decay | None = None
    bonus: Bonus | None = None
    idle: Idle | None = None
    first_of: str = ""

    @property
    def is_absence(self) -> bool:
        return not (self.condition or self.event or self.sequence or self.people)

    @property
    def counts(self) -> bool:
        """Whether it counts occurrences, so that count, window, decay and bonus can be said of it."""
        return self.event is not None or self.sequence is not None

    def most(self) -> int | None:
        """The furthest this criterion can move a score; None where there is no bound."""
        if not self.counts:
            return self.points
        if self.each:
            return self.cap if self.cap is None or self.points >= 0 else -self.cap
        whole = self.points + (self.bonus.points if self.bonus else 0)
        if self.cap is None:
            return whole
        return max(whole, -self.cap) if whole < 0 else min(whole, self.cap)


@dataclass(frozen=True)
class Band:
    """Entered by a score from `start` up, by criteria that must be met (`needs`, their keys), or by both,
    with at least this much fit or engagement; left below `leave`. The lowest band takes everybody else.
    `reason` says why where the effect is to disqualify."""

    key: str
    name: str
    start: int | None
    effect: Effect
    needs: tuple[str, ...] = ()
    min_fit: int | None = None
    min_engagement: int | None = None
    leave: int | None = None
    reason: str = ""

    @property
    def is_lowest(self) -> bool:
        return self.start is None and not self.needs


@dataclass(frozen=True)
class Disqualifier:
    """A fact that takes a lead out of the race whatever its score."""

    key: str
    label: str
    condition: Condition


@dataclass(frozen=True)
class Variant:
    """Other points for some criteria, for the leads for whom all of `when` holds."""

    key: str
    label: str
    when: tuple[Condition, ...]
    points: tuple[tuple[str, int], ...]

    def points_of(self, criterion: Criterion) -> int:
        return dict(self.points).get(criterion.key, criterion.points)


@dataclass(frozen=True)
class Matrix:
    """Cuts of the letter and number of a lead: A from `fit[0]`, B from `fit[1]`; 1 from `engagement[0]`, and so on."""

    fit: tuple[int, int]
    engagement: tuple[int, int]

    def cell(self, fit: int, engagement: int) -> str:
        """A1 to C3."""
        return (
            "ABC"[sum(fit < cut for cut in self.fit)]
            + "123"[sum(engagement < cut for cut in self.engagement)]
        )


@dataclass(frozen=True)
class Alerts:
    """When the owner of a lead is told: the score rose by `rise` within a day, or one of `pages` was viewed."""

    rise: int | None = None
    pages: tuple[str, ...] = ()
