"""What the templates of charts need; registered as tags in templatetags/ui.py."""

from collections.abc import Iterable, Mapping
from typing import Any

from leadhub import charts

Row = Mapping[str, Any]


def _highest(rows: Iterable[Row]) -> float:
    return max((charts.number(row.get("value")) for row in rows), default=0.0)


def bar_chart(rows: Iterable[Row]) -> dict[str, Any]:
    """Draw horizontal bars; rows have label, value and, if wanted, url, tone and text."""
    given = list(rows)
    top = _highest(given)
    return {
        "rows": [
            {
                **row,
                "tone": charts.tone(row.get("tone")),
                "width": charts.percent(charts.number(row.get("value")), top),
            }
            for row in given
        ]
    }


def column_chart(
    points: Iterable[Row], label: str = "", height: int = 160, goal: float | None = None
) -> dict[str, Any]:
    """Draw columns; points have label, value and, if wanted, url, tone and before (an outline).

    A goal is a dashed line at its value."""
    laid, top = charts.columns(points, height, least=goal or 0)
    return {
        "goal": goal,
        "goal_y": round(height - height * (goal or 0) / top, 1),
        "columns": laid,
        "grid": charts.grid(top, height),
        "height": height,
        "whole": height + 26,
        "label": label,
        "linked": any(column.url for column in laid),
    }


def stack_chart(points: Iterable[Row], label: str = "", height: int = 120) -> dict[str, Any]:
    """Draw columns of parts; points have label and parts, parts have label, value and tone."""
    laid, top = charts.stacks(points, height)
    return {
        "stacks": laid,
        "grid": charts.grid(top, height),
        "height": height,
        "whole": height + 26,
        "label": label,
    }


def stacked_bar(parts: Iterable[Row], label: str = "", legend: bool = True) -> dict[str, Any]:
    """Draw one bar of several parts; parts have label, value and, if wanted, tone, url and text."""
    return {"parts": charts.parts(parts), "label": label, "legend": legend}


def step_chart(
    points: Iterable[Row], lines: Iterable[Row] = (), label: str = "", height: int = 150
) -> dict[str, Any]:
    """Draw a value over time; points have at (rising), value, label and, if wanted, url; lines have value, label."""
    given, marks = list(points), list(lines)
    top = charts.nice_ceiling(_highest([*given, *marks]))
    bottom = charts.floor_of(charts.number(row.get("value")) for row in [*given, *marks])
    placed = charts.dots(given, top, bottom)
    return {
        "dots": placed,
        "stairs": charts.staircase(placed),
        "lines": [charts.mark(line, top, bottom) for line in marks],
        "zero": f"{charts.height_of(0, top, bottom):.2f}",
        "height": height,
        "label": label,
        "linked": any(dot.url for dot in placed),
    }
