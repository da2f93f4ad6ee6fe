"""Tags and filters of all screens. Every text given to them is escaped."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache, lru_cache
from typing import Any
from zlib import crc32

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leadhub import chart_tags, charts, paths, score_tags
from leadhub.clockface import MINUS, Timer, duration, face

register = template.Library()

BANDS = frozenset(("none", "nurture", "mql", "sales_ready", "disqualify"))
GROUPS = frozenset(("fit", "engagement", "account", "negative"))
STAGES = frozenset(
    (
        "lead",
        "mql",
        "working",
        "sql",
        "opportunity",
        "customer",
        "recycled",
        "disqualified",
        "lost",
    )
)
THEMES = frozenset(("light", "dark"))


@register.simple_tag(takes_context=True)
def theme_attribute(context: Context) -> SafeString:
    """Return the data-theme attribute of <html> as the visitor's cookie asks, or nothing."""
    request = context.get("request")
    theme = request.COOKIES.get("theme", "") if request is not None else ""
    return format_html(' data-theme="{}"', theme) if theme in THEMES else SafeString("")


@cache
def _sprite() -> str:
    # Asked for forty times a page, and the same as long as the process lives.
    return static("icons.svg")


# A page of the queue draws five hundred little things, most of them alike.
drawn = lru_cache(maxsize=4096)


@register.simple_tag
@drawn
def icon(name: str, css: str = "", label: str = "") -> SafeString:
    """Draw an icon of static/icons.svg; with a label it is read out, without it is decoration."""
    voice = format_html('role="img" aria-label="{}"', label) if label else 'aria-hidden="true"'
    return format_html(
        '<svg class="icon {}" {} width="18" height="18"><use href="{}#{}"></use></svg>',
        css,
        SafeString(voice),
        _sprite(),
        name,
    )


@register.filter
def initials(name: object) -> str:
    """Return up to two initials of a name, or a question mark."""
    words = [word for word in str(name or "").split() if word[0].isalnum()]
    chosen = [words[0], words[-1]] if len(words) > 1 else words
    return "".join(word[0] for word in chosen).upper() or "?"


@register.simple_tag
@drawn
def avatar(name: object, size: str = "") -> SafeString:
    """Draw a round with initials; its hue follows the name, size is small, large or nothing."""
    hue = crc32(str(name or "").encode(errors="replace")) % 4
    suffix = f" avatar--{size}" if size in ("small", "large") else ""
    return format_html(
        '<span class="avatar avatar--{}{}" aria-hidden="true">{}</span>',
        hue,
        suffix,
        initials(name),
    )


@register.filter
def thousands(value: Any) -> str:
    """Return 4812 as 4,812; None as nothing; what is no number as it is."""
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, (int, float, Decimal)) else str(value)


@register.filter
def upto(value: int, most: int) -> str:
    """Return a number that was counted to `most` and one more: 4812 as 1,000+ of a thousand."""
    return f"{most:,}+" if value > most else thousands(value)


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
    rings = shown.ticks or shown.look == "over"
    return format_html(
        '<sla-clock class="clock clock--{}{}" role="timer" aria-label="{}" data-state="{}"'
        ' data-due="{}" data-start="{}" data-now="{}"{}>{}<time>{}</time></sla-clock>',
        shown.look,
        " clock--large" if size == "large" else "",
        shown.label,
        timer.state,
        _epoch(timer.due_at),
        _epoch(timer.started_at),
        _epoch(at),
        " data-ticks" if shown.ticks else "",
        _ring(shown.left) if rings else icon(_CLOCK_ICONS[shown.look]),
        shown.text,
    )


_CLOCK_ICONS = {"met": "check", "paused": "clock-pause", "cancelled": "clock-off"}


def _ring(left: int) -> SafeString:
    circle = 'cx="10" cy="10" r="8"'
    return format_html(
        '<svg class="clock__ring" viewBox="0 0 20 20" width="15" height="15" aria-hidden="true">'
        '<circle class="clock__track" {}></circle>'
        '<circle class="clock__value" {} pathLength="100" stroke-dasharray="{} 100"></circle>'
        "</svg>",
        SafeString(circle),
        SafeString(circle),
        left,
    )


def _moment(value: Any) -> datetime:
    return value if isinstance(value, datetime) else timezone.now()


def _epoch(moment: datetime | None) -> int | str:
    return int(moment.timestamp()) if moment else ""


@register.simple_tag(takes_context=True)
def ago(context: Context, when: datetime | None, now: datetime | None = None) -> SafeString:
    """Say how long ago a moment was, with the full time as a hint; `now` may come from the page."""
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
@drawn
def band_chip(key: object, name: object, effect: object = "none") -> SafeString:
    """Draw a score band: its colour comes from what the band does, its words from the model."""
    known = effect if effect in BANDS else "none"
    return format_html(
        '<span class="band band--{}" data-band="{}">{}</span>',
        known,
        key or "",
        name or _("No band"),
    )


@register.simple_tag
def stage_chip(stage: object, label: object) -> SafeString:
    """Draw a lifecycle stage."""
    known = str(stage).lower() if str(stage).lower() in STAGES else "lead"
    return format_html('<span class="stage stage--{}">{}</span>', known, label)


@register.simple_tag
@drawn
def score_bar(value: Any, max: Any = 100, group: str = "") -> SafeString:
    """Draw the part of a maximum that is reached, in the colour of a score group or a band."""
    family = "group" if group in GROUPS else "band"
    css = f" {family}--{group}" if group in GROUPS | BANDS else ""
    width = charts.percent(abs(charts.number(value)), abs(charts.number(max)))
    return format_html(
        '<svg class="score-bar{}" aria-hidden="true" height="5">'
        '<rect width="100%" height="100%"></rect>'
        '<rect class="score-bar__value" width="{}" height="100%" rx="2.5"></rect></svg>',
        css,
        width,
    )


@register.simple_tag
def criteria(items: Iterable[Mapping[str, Any]], most: Any) -> SafeString:
    """Draw the rows of a list of criteria, each with group, label and points; `most` fills a bar.

    A page of the queue has a hundred of them, which takes a template three times as long."""
    return format_html_join(
        "",
        '<li class="group--{}"><p>{}</p>{}<b>{}</b></li>',
        (
            (item["group"], item["label"], score_bar(item["points"], most, item["group"]), signed(item["points"]))
            for item in items
        ),
    )  # fmt: skip


@register.simple_tag
def meter(value: Any, max: Any, label: str, tone: str = "") -> SafeString:
    """Draw a share with a name for screen readers; tone is ok, warn, over or nothing."""
    css = f" meter--{tone}" if tone in ("ok", "warn", "over") else ""
    return format_html(
        '<svg class="meter{}" role="img" aria-label="{}" height="8">'
        '<rect width="100%" height="100%" rx="4"></rect>'
        '<rect class="meter__value" width="{}" height="100%" rx="4"></rect></svg>',
        css,
        label,
        charts.percent(charts.number(value), charts.number(max)),
    )


register.simple_tag(paths.path)
register.inclusion_tag("ui/bar_chart.html")(chart_tags.bar_chart)
register.inclusion_tag("ui/column_chart.html")(chart_tags.column_chart)
register.inclusion_tag("ui/stack_chart.html")(chart_tags.stack_chart)
register.inclusion_tag("ui/stacked_bar.html")(chart_tags.stacked_bar)
register.inclusion_tag("ui/step_chart.html")(chart_tags.step_chart)
register.inclusion_tag("ui/band_axis.html")(score_tags.band_axis)
register.simple_tag(score_tags.gauge)
register.simple_tag(score_tags.range_bar)
register.simple_tag(score_tags.rate_bar)
