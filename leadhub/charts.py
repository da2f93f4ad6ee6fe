"""Where the marks of a chart lie: percent across, pixels or percent down, so text never scales."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

GROUP_TONES = ("plain", "fit", "engagement", "account", "negative")
BAND_TONES = ("none", "nurture", "mql", "sales_ready", "disqualify")
HOLDER_TONES = ("system", "queue", "human", "prospect", "closed")
TONES = frozenset((*GROUP_TONES, *BAND_TONES, *HOLDER_TONES, "ok", "warn", "bad"))


def tone(name: object) -> str:
    """Return a known tone; anything else is plain."""
    return str(name) if name in TONES else "plain"


def number(value: object) -> float:
    """Return a value as a number to draw; what is none counts as nothing."""
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return 0.0


def percent(part: float, whole: float) -> str:
    """Return a share as an SVG length such as 37.5%, kept within 0 and 100."""
    share = 100 * part / whole if whole else 0
    return f"{max(0.0, min(100.0, share)):.2f}%"


def nice_ceiling(highest: float) -> float:
    """Return a round number at or above the highest value, so that axes read well."""
    if highest <= 4:
        return 4
    power = 10 ** (len(str(int(highest))) - 1)
    steps = (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10)
    return next((step * power for step in steps if step * power >= highest), 10 * power)


@dataclass(frozen=True)
class Column:
    """One column of a chart; before is the outline behind it, if there is one."""

    label: str
    value: Any
    url: str
    tone: str
    x: str
    width: str
    middle: str
    y: float
    height: float
    before: Any
    before_x: str
    before_width: str
    before_y: float
    before_height: float
    labelled: bool


def columns(
    points: Iterable[Mapping[str, Any]], height: int, least: float = 0
) -> tuple[list[Column], float]:
    """Lay out columns in a box of that many pixels; return them and the top of the axis, not below `least`."""
    rows = list(points)
    numbers = [number(row.get(key)) for row in rows for key in ("value", "before")]
    top = nice_ceiling(max([least, *numbers]))
    step = 100 / max(len(rows), 1)
    every = max(1, -(-len(rows) // 8))
    return [_column(row, place, step, top, height, every) for place, row in enumerate(rows)], top


def _column(
    row: Mapping[str, Any], place: int, step: float, top: float, height: int, every: int
) -> Column:
    tall = height * number(row.get("value")) / top
    outline = height * number(row.get("before")) / top
    left = place * step
    return Column(
        label=str(row.get("label", "")),
        value=row.get("value"),
        url=str(row.get("url") or ""),
        tone=tone(row.get("tone")),
        x=f"{left + step * 0.2:.2f}%",
        width=f"{step * 0.6:.2f}%",
        middle=f"{left + step / 2:.2f}%",
        y=round(height - tall, 1),
        height=round(tall, 1),
        before=row.get("before"),
        before_x=f"{left + step * 0.1:.2f}%",
        before_width=f"{step * 0.8:.2f}%",
        before_y=round(height - outline, 1),
        before_height=round(outline, 1),
        labelled=place % every == 0,
    )


@dataclass(frozen=True)
class Slice:
    """One part of a column of parts."""

    label: str
    value: Any
    tone: str
    y: float
    height: float


@dataclass(frozen=True)
class Stack:
    """A column of parts, the first one at the bottom."""

    label: str
    x: str
    width: str
    middle: str
    slices: list[Slice]
    labelled: bool


def stacks(points: Iterable[Mapping[str, Any]], height: int) -> tuple[list[Stack], float]:
    """Lay out columns of parts in a box of that many pixels; return them and the top of the axis."""
    rows = list(points)
    top = nice_ceiling(
        max((sum(number(p.get("value")) for p in row["parts"]) for row in rows), default=0.0)
    )
    step = 100 / max(len(rows), 1)
    every = max(1, -(-len(rows) // 8))
    return [
        Stack(
            str(row.get("label", "")), f"{place * step + step * 0.15:.2f}%", f"{step * 0.7:.2f}%",
            f"{place * step + step / 2:.2f}%", _slices(row["parts"], top, height), place % every == 0,
        )
        for place, row in enumerate(rows)
    ], top  # fmt: skip


def _slices(given: Iterable[Mapping[str, Any]], top: float, height: int) -> list[Slice]:
    laid, below = [], 0.0
    for part in given:
        tall = height * number(part.get("value")) / top
        below += tall
        laid.append(
            Slice(
                str(part.get("label", "")), part.get("value"), tone(part.get("tone")),
                round(height - below, 1), round(tall, 1),
            )
        )  # fmt: skip
    return laid


@dataclass(frozen=True)
class GridLine:
    """A line across the chart with the value it stands for."""

    value: float
    y: float


def grid(top: float, height: int) -> list[GridLine]:
    """Return five evenly spaced lines from the top of the axis to nothing."""
    return [GridLine(top * part / 4, round(height * (1 - part / 4), 1)) for part in (4, 3, 2, 1, 0)]


@dataclass(frozen=True)
class Part:
    """One part of a stacked bar."""

    label: str
    value: Any
    text: str
    url: str
    tone: str
    x: str
    width: str


def parts(rows: Iterable[Mapping[str, Any]]) -> list[Part]:
    """Lay out the parts of a bar one after the other; together they fill it."""
    given = list(rows)
    whole = sum(number(row.get("value")) for row in given)
    laid, start = [], 0.0
    for row in given:
        size = number(row.get("value"))
        laid.append(
            Part(
                label=str(row.get("label", "")),
                value=row.get("value"),
                text=str(row.get("text") or ""),
                url=str(row.get("url") or ""),
                tone=tone(row.get("tone")),
                x=percent(start, whole),
                width=percent(size, whole),
            )
        )
        start += size
    return laid


@dataclass(frozen=True)
class Dot:
    """A point of a line: x and y in percent of the chart; only some have room for their label."""

    x: str
    y: str
    value: Any
    label: str
    labelled: bool
    url: str = ""


LABEL_ROOM = 16


def floor_of(values: Iterable[float]) -> float:
    """Return nothing, or a round number at or below the lowest value where one is negative."""
    lowest = min(values, default=0.0)
    return -nice_ceiling(-lowest) if lowest < 0 else 0.0


def height_of(value: float, top: float, bottom: float) -> float:
    """Return how far down a value lies, in percent between top and bottom."""
    return 100 * (top - value) / (top - bottom)


def dots(points: Iterable[Mapping[str, Any]], top: float, bottom: float = 0.0) -> list[Dot]:
    """Place points by their `at` (any rising number, such as epoch seconds) and value."""
    rows = list(points)
    times = [number(row.get("at")) for row in rows]
    first, span = (times[0], times[-1] - times[0]) if times else (0.0, 0.0)
    placed, free_from = [], 0.0
    for row, moment in zip(rows, times, strict=True):
        x = 100 * (moment - first) / span if span else 0.0
        labelled = free_from <= x <= 100 - LABEL_ROOM / 2
        free_from = x + LABEL_ROOM if labelled else free_from
        y = height_of(number(row.get("value")), top, bottom)
        placed.append(
            Dot(f"{x:.2f}", f"{y:.2f}", row.get("value"), str(row.get("label", "")), labelled,
                str(row.get("url") or ""))
        )  # fmt: skip
    return placed


def mark(line: Mapping[str, Any], top: float, bottom: float = 0.0) -> dict[str, Any]:
    """Place a named line across the chart at its value."""
    return {**line, "y": f"{height_of(number(line.get('value')), top, bottom):.2f}"}


def staircase(placed: list[Dot]) -> str:
    """Return the points of a line that keeps its value until the next dot."""
    corners: list[str] = []
    height = ""
    for dot in placed:
        if height:
            corners.append(f"{dot.x},{height}")
        height = dot.y
        corners.append(f"{dot.x},{height}")
    if placed:
        corners.append(f"100,{height}")
    return " ".join(corners)
