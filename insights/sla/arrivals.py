"""When leads come, by weekday and hour, beside what those on shift can take: where the roster is wrong, not the rep."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay
from django.utils.dates import WEEKDAYS_ABBR

from insights import shifts
from insights.numbers import Number, Show, behind
from insights.periods import Period
from insights.shifts import HOUR
from insights.sla.asking import Ask, teams
from insights.sla.handling import Handling, handling

# A cell with this part of the fullest one has this shade.
SHADES = ((0.8, 5), (0.6, 4), (0.4, 3), (0.2, 2), (0, 1))


@dataclass(frozen=True)
class Cell:
    """`room` is how many leads those on shift can take in that hour, over all weeks of the period."""

    arrived: Number
    room: float
    shade: int

    @property
    def is_closed(self) -> bool:
        return self.room == 0

    @property
    def over(self) -> int:
        """How many more came than could be taken, though somebody was there."""
        return 0 if self.is_closed else max(0, round(self.arrived.value - self.room))


@dataclass(frozen=True)
class Day:
    label: str
    cells: list[Cell]
    arrived: Number
    uncovered: int
    over: int


@dataclass(frozen=True)
class Map:
    days: list[Day]
    arrived: Number
    handling: Handling

    @property
    def uncovered(self) -> int:
        """How many came while nobody was on shift."""
        return sum(day.uncovered for day in self.days)

    @property
    def over(self) -> int:
        return sum(day.over for day in self.days)


def arrivals(ask: Ask) -> Map:
    """Handoffs by weekday and hour in the organisation's zone."""
    zone = ask.period.zone
    counts: Counter[tuple[int, int]] = Counter()
    grouped = ask.handed().values_list(
        ExtractIsoWeekDay("opened_at", tzinfo=zone), ExtractHour("opened_at", tzinfo=zone)
    )
    for weekday, hour, count in grouped.annotate(n=Count("pk")).order_by():
        counts[weekday, hour] = count
    took = handling(ask)
    room = _room(ask, took)
    fullest = max(counts.values(), default=0)
    days = [_day(ask, weekday, counts, room, fullest) for weekday in range(1, 8)]
    return Map(days, _number(ask, counts.total()), took)


def _room(ask: Ask, took: Handling) -> Counter[tuple[int, int]]:
    """Leads that can be taken, by weekday and hour."""
    mine = [ask.team] if ask.team else [team.pk for team in teams(ask.user)]
    room: Counter[tuple[int, int]] = Counter()
    places = _places(ask.period)
    for crew in shifts.crews(mine):
        for place, hours in zip(
            places, shifts.hours_covered(crew, ask.period.begin, len(places)), strict=True
        ):
            room[place] += hours * 3600 / took.seconds  # type: ignore[assignment]
    return room


def _places(period: Period) -> list[tuple[int, int]]:
    """Weekday and hour of each hour of the period."""
    hours = int((period.end - period.begin) / HOUR)
    local = [(period.begin + HOUR * number).astimezone(period.zone) for number in range(hours)]
    return [(moment.isoweekday(), moment.hour) for moment in local]


def _day(
    ask: Ask,
    weekday: int,
    counts: Counter[tuple[int, int]],
    room: Counter[tuple[int, int]],
    fullest: int,
) -> Day:
    cells = [
        Cell(
            _number(ask, counts[weekday, hour], weekday=weekday, hour=hour),
            room[weekday, hour],
            _shade(counts[weekday, hour], fullest),
        )
        for hour in range(24)
    ]
    arrived = _number(ask, sum(cell.arrived.value for cell in cells), weekday=weekday)
    uncovered = sum(cell.arrived.value for cell in cells if cell.is_closed)
    over = sum(cell.over for cell in cells)
    return Day(str(WEEKDAYS_ABBR[weekday - 1]), cells, arrived, uncovered, over)


def _number(ask: Ask, value: int, **narrowed: Any) -> Number:
    return Number(value, behind(Show.HANDED, ask.period, **ask.narrowing, **narrowed))


def _shade(count: int, fullest: int) -> int:
    return next(shade for least, shade in SHADES if count >= least * fullest) if count else 0
