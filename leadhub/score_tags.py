"""Drawings around scores: the axis of bands, a gauge, what could be; see templatetags/ui.py."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from leadhub import charts

BANDS = frozenset(charts.BAND_TONES)


def band_axis(bands: Iterable[Mapping[str, Any]], top: Any = 100) -> dict[str, Any]:
    """Draw bands side by side from nothing to top; each has name, effect and low, lowest first."""
    rows = sorted(bands, key=lambda band: charts.number(band.get("low")))
    highest = charts.number(top)
    lows = [max(0.0, charts.number(row.get("low"))) for row in rows]
    ends = [*lows[1:], highest][: len(lows)]
    return {
        "top": top,
        "bands": [
            {
                "name": row.get("name"),
                "effect": row.get("effect") if row.get("effect") in BANDS else "none",
                "low": row.get("low"),
                "x": charts.percent(start, highest),
                "width": charts.percent(max(0.0, end - start), highest),
                "middle": charts.percent((start + end) / 2, highest),
            }
            for row, start, end in zip(rows, lows, ends, strict=True)
        ],
    }


def gauge(value: Any, top: Any, line: Any, label: str) -> SafeString:
    """Draw a half circle filled up to a value, with a mark at the line that has to be reached."""
    whole = charts.number(top) or 1.0
    share = max(0.0, min(1.0, charts.number(value) / whole))
    turn = 180 * max(0.0, min(1.0, charts.number(line) / whole))
    arc = "M8 50a42 42 0 0 1 84 0"
    return format_html(
        '<svg class="gauge{}" viewBox="0 0 100 56" width="100" height="56" role="img"'
        ' aria-label="{}"><path class="gauge__track" d="{}"></path>'
        '<path class="gauge__value" d="{}" pathLength="100" stroke-dasharray="{} 100"></path>'
        '<line class="gauge__line" x1="0" x2="10" y1="50" y2="50" transform="rotate({} 50 50)">'
        '</line><text x="50" y="50" text-anchor="middle">{}</text></svg>',
        " gauge--reached" if charts.number(value) >= charts.number(line) else "",
        label,
        arc,
        arc,
        f"{100 * share:.1f}",
        f"{turn:.1f}",
        value,
    )


def range_bar(low: Any, high: Any, value: Any, top: Any = 100) -> SafeString:
    """Draw where a score could lie, from low to high, with a mark where it is."""
    whole = charts.number(top)
    start, end = charts.number(low), charts.number(high)
    return format_html(
        '<svg class="range-bar" height="12" aria-hidden="true">'
        '<rect class="range-bar__track" y="4" width="100%" height="4" rx="2"></rect>'
        '<rect class="range-bar__reach" y="4" x="{}" width="{}" height="4" rx="2"></rect>'
        '<line class="range-bar__mark" x1="{}" x2="{}" y1="0" y2="12"></line></svg>',
        charts.percent(start, whole),
        charts.percent(max(0.0, end - start), whole),
        charts.percent(charts.number(value), whole),
        charts.percent(charts.number(value), whole),
    )


def rate_bar(value: Any, target: Any = None, top: Any = 100) -> SafeString:
    """Draw a rate as a bar with, if given, a mark at its target."""
    place = charts.percent(charts.number(target), charts.number(top))
    mark = format_html('<line class="rate-bar__mark" x1="{}" x2="{}" y2="12"></line>', place, place)
    return format_html(
        '<svg class="rate-bar" width="96" height="12" aria-hidden="true">'
        '<rect class="rate-bar__track" y="4" width="100%" height="5" rx="2.5"></rect>'
        '<rect class="rate-bar__value" y="4" width="{}" height="5" rx="2.5"></rect>{}</svg>',
        charts.percent(charts.number(value), charts.number(top)),
        mark if target is not None else "",
    )
