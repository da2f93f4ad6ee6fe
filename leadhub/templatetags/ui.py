"""Tags and filters of all screens. Every text given to them is escaped; styleguide.html shows each."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any
from zlib import crc32

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leadhub import charts
from leadhub.clockface import MINUS, Timer, duration, face

register = template.Library()

BANDS = frozenset(("none", "nurture", "mql", "sales_ready", "disqualify"))
GROUPS = frozenset(("fit", "engagement", "account", "negative"))
STAGES = frozenset(
    "lead mql working sql opportunity customer recycled disqualified lost".split()
)
THEMES = frozenset(("light", "dark"))


@register.simple_tag(takes_context=True)
def theme_attribute(context: Context) -> SafeString:
    """Return the data-theme attribute of <html> as the visitor's cookie asks, or nothing."""
    request = context.get("request")
    theme = request.COOKIES.get("theme", "") if request is not None else ""
    return format_html(' data-theme="{}"', theme) if theme in THEMES else SafeString("")


@register.simple_tag
def icon(name: str, css: str = "", label: str = "") -> SafeString:
    """Draw an icon of static/icons.svg; with a label it is read out, without it is decoration."""
    href = f"{static('icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon {}" role="img" aria-label="{}" width="18" height="18"><use href="{}"></use></svg>',
            css,
            label,
            href,
        )
    return format_html(
        '<svg class="icon {}" aria-hidden="true" width="18" height="18"><use href="{}"></use></svg>', css, href
    )


@register.filter
def initials(name: object) -> str:
    """Return up to two initials of a name, or a question mark."""
    words = [word for word in str(name or "").split() if word[0].isalnum()]
    chosen = [words[0], words[-1]] if len(words) > 1 else words
    return "".join(word[0] for word in chosen).upper() or "?"


@register.simple_tag
def avatar(name: object, size: str = "") -> SafeString:
    """Draw a round with initials; its hue follows the name, size is small, large or nothing."""
    hue = crc32(str(name or "").encode(errors="replace")) % 4
    suffix = f" avatar--{size}" if size in ("small", "large") else ""
    return format_html(
        '<span class="avatar avatar--{}{}" aria-hidden="true">{}</span>', hue, suffix, initials(name)
    )


@register.filter
def thousands(value: Any) -> str:
    """Return 4812 as 4,812; None as nothing; what is no number as it is."""
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, (int, float, Decimal)) else str(value)


@register.filter
def signed(value: Any) -> str:
    """Return points with their sign, +15 or −8, with one decimal if they are not whole."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if not number.is_finite():
        return str(value)
    rounded = number.quantize(Decimal("0.1"), ROUND_HALF_UP)
    size = abs(rounded)
    said = f"{int(size):,}" if size == size.to_integral_value() else f"{size:,}"
    return ("+" if rounded > 0 else MINUS if rounded < 0 else "") + said


@register.simple_tag(takes_context=True)
def clock(context: Context, timer: Timer | None, size: str = "") -> SafeString:
    """Draw the live clock of a timer; the page's `now` is the moment it starts from."""
    if timer is None:
        return SafeString("")
    at = _moment(context.get("now"))
    shown = face(timer, at)
    css = f"clock clock--{shown.look}" + (" clock--large" if size == "large" else "")
    inner = _ring(shown.left) if shown.ticks or shown.look == "over" else icon(_CLOCK_ICONS[shown.look])
    return format_html(
        '<sla-clock class="{}" role="timer" data-state="{}" data-due="{}" data-start="{}" data-now="{}"{}'
        ' aria-label="{}">{}<time>{}</time></sla-clock>',
        css,
        timer.state,
        _epoch(timer.due_at),
        _epoch(timer.started_at),
        _epoch(at),
        SafeString(" data-ticks") if shown.ticks else "",
        shown.label,
        inner,
        shown.text,
    )


_CLOCK_ICONS = {"met": "check", "paused": "clock-pause", "cancelled": "clock-off"}


def _ring(left: int) -> SafeString:
    return format_html(
        '<svg class="clock__ring" viewBox="0 0 20 20" width="15" height="15" aria-hidden="true">'
        '<circle class="clock__track" cx="10" cy="10" r="8"></circle>'
        '<circle class="clock__value" cx="10" cy="10" r="8" pathLength="100" stroke-dasharray="{} 100"></circle>'
        "</svg>",
        left,
    )


def _moment(value: Any) -> datetime:
    return value if isinstance(value, datetime) else timezone.now()


def _epoch(moment: datetime | None) -> int | str:
    return int(moment.timestamp()) if moment else ""


@register.simple_tag(takes_context=True)
def ago(context: Context, when: datetime | None, now: datetime | None = None) -> SafeString:
    """Say how long ago a moment was, with the full time as a hint; without `now` the page's counts."""
    if when is None:
        return SafeString("")
    seconds = int((_moment(now or context.get("now")) - when).total_seconds())
    local = timezone.localtime(when) if timezone.is_aware(when) else when
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        when.astimezone(UTC).isoformat(timespec="seconds"),
        date_format(local, "j M Y, H:i"),
        _spoken(seconds) or date_format(local, "j M Y"),
    )


def _spoken(seconds: int) -> str:
    """Return seconds in words of minutes, hours or days, or nothing beyond 30 days."""
    size = abs(seconds)
    if size < 60:
        return _("just now") if seconds >= 0 else _("in a moment")
    if size < 3600:
        said = _("{n} min").format(n=size // 60)
    elif size < 86400:
        said = _("{n} h").format(n=size // 3600)
    elif size < 30 * 86400:
        said = ngettext("{n} day", "{n} days", size // 86400).format(n=size // 86400)
    else:
        return ""
    return (_("{time} ago") if seconds > 0 else _("in {time}")).format(time=said)


@register.filter
def lasting(seconds: Any) -> str:
    """Say a number of seconds, or a timedelta, as 4:09, 2 h 05 m or 3 d 4 h."""
    total = seconds.total_seconds() if hasattr(seconds, "total_seconds") else seconds
    return "" if total is None else duration(round(float(total)))


@register.simple_tag
def band_chip(key: object, name: object, effect: object = "none") -> SafeString:
    """Draw a score band: its colour comes from what the band does, its words from the model."""
    known = effect if effect in BANDS else "none"
    return format_html('<span class="band band--{}" data-band="{}">{}</span>', known, key or "", name or _("No band"))


@register.simple_tag
def stage_chip(stage: object, label: object) -> SafeString:
    """Draw a lifecycle stage."""
    known = str(stage).lower()
    return format_html('<span class="stage stage--{}">{}</span>', known if known in STAGES else "lead", label)


@register.simple_tag
def score_bar(value: Any, max: Any = 100, group: str = "") -> SafeString:
    """Draw how much of a maximum is reached; group is a score group or the effect of a band."""
    family = "group" if group in GROUPS else "band"
    css = f" {family}--{group}" if group in GROUPS | BANDS else ""
    width = charts.percent(abs(charts.number(value)), abs(charts.number(max)))
    return format_html(
        '<svg class="score-bar{}" aria-hidden="true" height="5"><rect width="100%" height="100%"></rect>'
        '<rect class="score-bar__value" width="{}" height="100%" rx="2.5"></rect></svg>',
        css,
        width,
    )


@register.simple_tag
def meter(value: Any, max: Any, label: str, tone: str = "") -> SafeString:
    """Draw a share with its own name for screen readers; tone is ok, warn, over or nothing."""
    css = f" meter--{tone}" if tone in ("ok", "warn", "over") else ""
    return format_html(
        '<svg class="meter{}" role="img" aria-label="{}" height="8"><rect width="100%" height="100%" rx="4"></rect>'
        '<rect class="meter__value" width="{}" height="100%" rx="4"></rect></svg>',
        css,
        label,
        charts.percent(charts.number(value), charts.number(max)),
    )


@register.inclusion_tag("ui/bar_chart.html")
def bar_chart(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Draw horizontal bars; rows have label, value and, if wanted, url, tone and text."""
    given = list(rows)
    top = max([charts.number(row.get("value")) for row in given] or [0])
    return {
        "rows": [
            {
                "label": row.get("label"),
                "value": row.get("value"),
                "text": row.get("text"),
                "url": row.get("url"),
                "tone": charts.tone(row.get("tone")),
                "width": charts.percent(charts.number(row.get("value")), top),
            }
            for row in given
        ]
    }


@register.inclusion_tag("ui/column_chart.html")
def column_chart(points: Iterable[Mapping[str, Any]], label: str = "", height: int = 160) -> dict[str, Any]:
    """Draw columns; points have label, value and, if wanted, url, tone and before (an outline)."""
    laid, top = charts.columns(points, height)
    return {
        "columns": laid,
        "grid": charts.grid(top, height),
        "height": height,
        "whole": height + 26,
        "label": label,
        "linked": any(column.url for column in laid),
    }


@register.inclusion_tag("ui/stacked_bar.html")
def stacked_bar(parts: Iterable[Mapping[str, Any]], label: str = "", legend: bool = True) -> dict[str, Any]:
    """Draw one bar of several parts with its legend; parts have label, value and, if wanted, tone and url."""
    return {"parts": charts.parts(parts), "label": label, "legend": legend}


@register.inclusion_tag("ui/step_chart.html")
def step_chart(
    points: Iterable[Mapping[str, Any]],
    lines: Iterable[Mapping[str, Any]] = (),
    label: str = "",
    height: int = 150,
) -> dict[str, Any]:
    """Draw a value over time; points have at (rising number), value, label; lines have value, label."""
    given, marks = list(points), list(lines)
    top = charts.nice_ceiling(max([charts.number(row.get("value")) for row in given + marks] or [0]))
    placed = charts.dots(given, top)
    return {
        "dots": placed,
        "stairs": charts.staircase(placed),
        "lines": [
            {"label": mark.get("label"), "value": mark.get("value"), "y": 100 - 100 * charts.number(mark.get("value")) / top}
            for mark in marks
        ],
        "height": height,
        "label": label,
    }
