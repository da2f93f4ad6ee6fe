"""What becomes of a payload: a plan, and the reading of one item by it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.text import TextError, clean_text
from leads import fields as catalogue
from leads.activity.signatures import Look
from leads.fields import LeadField
from leads.hooks import paths
from leads.hooks.paths import Path
from leads.importing import dates

# Targets of a path that are no fields of the catalogue.
LEAVE = ""
FULL_NAME, EXTERNAL_ID, CAMPAIGN = "full_name", "external_id", "campaign"
EVENT_ID, EVENT_NAME, OCCURRED_AT, PAGE = "event_id", "event_name", "occurred_at", "page"
PROPERTY, ONLY = "property", "only"
PERSON_TARGETS = {
    FULL_NAME: gettext_lazy("Full name"),
    EXTERNAL_ID: gettext_lazy("Id in the other system"),
    CAMPAIGN: gettext_lazy("Campaign"),
}
EVENT_TARGETS = {
    OCCURRED_AT: gettext_lazy("When it happened"),
    EVENT_NAME: gettext_lazy("What it was called"),
    EVENT_ID: gettext_lazy("Id of the event"),
    PAGE: gettext_lazy("Page"),
    PROPERTY: gettext_lazy("Kept with the event"),
}
LIMITS = {
    FULL_NAME: 240, EXTERNAL_ID: 200, CAMPAIGN: 120, EVENT_ID: 200, EVENT_NAME: 200, PAGE: 400,
}  # fmt: skip
OLDEST = timedelta(days=3 * 365)
# Moments as numbers: seconds have ten digits, milliseconds thirteen, microseconds sixteen.
MILLI, MICRO = 10**11, 10**14
MOST_PROPERTIES = 50


class NotUnderstood(ValueError):
    """An item that cannot become anything; the text says why, for the person who maps."""


class LeftOut(Exception):
    """An item that the plan says to leave alone."""


@dataclass(frozen=True)
class Plan:
    """`picks` are (path, target) in the order in which the first that is not empty counts; `constants` fill a
    target where no path does. Items count only where each path of `only` holds its text. `kind` is the key of
    an event's kind, empty for no event. `each` leads to the list whose items are one lead each."""

    picks: Sequence[tuple[Path, str]] = ()
    constants: Sequence[tuple[str, str]] = ()
    only: Sequence[tuple[Path, str]] = ()
    each: tuple[str, ...] = ()
    kind: str = ""

    def stored(self) -> dict[str, Any]:
        return {
            "picks": [[list(path), target] for path, target in self.picks],
            "constants": [list(pair) for pair in self.constants],
            "only": [[list(path), text] for path, text in self.only],
            "each": list(self.each),
            "kind": self.kind,
        }

    @property
    def is_empty(self) -> bool:
        return not self.picks and not self.constants


def plan_of(stored: Mapping[str, Any]) -> Plan:
    """What `Plan.stored` wrote."""
    return Plan(
        picks=[(paths.checked(path), target) for path, target in stored.get("picks", [])],
        constants=[(target, text) for target, text in stored.get("constants", [])],
        only=[(paths.checked(path), text) for path, text in stored.get("only", [])],
        each=tuple(stored.get("each", [])),
        kind=stored.get("kind", ""),
    )


@dataclass(frozen=True)
class Found:
    """What one item says: cleaned values by field, and what it tells of the event. `remarks` name what had to be
    left out."""

    values: dict[str, Any]
    external_id: str = ""
    campaign: str = ""
    event_id: str = ""
    occurred_at: datetime | None = None
    look: Look | None = None
    properties: dict[str, Any] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


def understand(
    item: Any, plan: Plan, *, fields: Mapping[str, LeadField], name: str, at: datetime
) -> Found:
    """One item by the plan. `name` is what the event is called where the item has no name for it, `at` the moment
    of receipt. Raises LeftOut or NotUnderstood."""
    for path, text in plan.only:
        if paths.text_of(paths.read(item, path)) != text:
            raise LeftOut(_("%s is not “%s”.") % (paths.shown(path), text))
    remarks: list[str] = []
    given = _given(item, plan)
    said = {key: _short(key, given, remarks) for key in LIMITS}
    values = _values(given, said[FULL_NAME], fields, remarks)
    if not values and not said[EXTERNAL_ID]:
        told = _("Nothing in it became a field of a lead.")
        raise NotUnderstood(" ".join([told, *remarks]))
    campaign = said[CAMPAIGN]
    look = Look(plan.kind, said[EVENT_NAME] or name, said[PAGE], campaign) if plan.kind else None
    return Found(
        values=values,
        external_id=said[EXTERNAL_ID],
        campaign=campaign,
        event_id=said[EVENT_ID],
        occurred_at=_occurred_at(given, at, remarks),
        look=look,
        properties=_properties(item, plan),
        remarks=tuple(remarks),
    )


def _given(item: Any, plan: Plan) -> dict[str, Any]:
    """The first value of each target."""
    given: dict[str, Any] = {}
    for path, target in plan.picks:
        if target not in given and (value := paths.read(item, path)) is not None:
            given[target] = value
    for target, text in plan.constants:
        given.setdefault(target, text)
    return given


def _short(key: str, given: Mapping[str, Any], remarks: list[str]) -> str:
    try:
        return clean_text(paths.text_of(given.get(key)), limit=LIMITS[key]).strip()
    except TextError as error:
        remarks.append(_left_out({**PERSON_TARGETS, **EVENT_TARGETS}[key], error))
        return ""


def _values(
    given: Mapping[str, Any], name: str, fields: Mapping[str, LeadField], remarks: list[str]
) -> dict[str, Any]:
    asked = {key: paths.text_of(value) for key, value in given.items() if key in fields}
    if name:
        asked = {**split_name(name), **asked}
    kept, errors = catalogue.clean(asked, fields=fields)
    remarks += [_left_out(fields[key].label, reason) for key, reason in errors.items()]
    return kept


def _left_out(label: Any, reason: object) -> str:
    return _("%(field)s was left out: %(reason)s") % {"field": label, "reason": reason}


def split_name(name: str) -> dict[str, str]:
    """“Ana Maria Silva” and “Silva, Ana Maria” as first and last name."""
    last, comma, first = name.partition(",")
    if not comma:
        first, _blank, last = name.strip().rpartition(" ")
    first, last = first.strip(), last.strip()
    return {"first_name": first or last, "last_name": last if first else ""}


def _occurred_at(given: Mapping[str, Any], at: datetime, remarks: list[str]) -> datetime | None:
    told = given.get(OCCURRED_AT)
    if told is None:
        return None
    try:
        found = moment(told)
    except (ValueError, OverflowError, OSError):
        reason = _("“%s” is not a moment.") % paths.text_of(told)[:40]
        remarks.append(_left_out(EVENT_TARGETS[OCCURRED_AT], reason))
        return None
    return max(min(found, at), at - OLDEST)


def moment(value: Any) -> datetime:
    """Seconds, milliseconds or microseconds since 1970, or a date and time as text; UTC where none is named.
    Raises ValueError and its like."""
    text = paths.text_of(value)
    if text.removeprefix("-").replace(".", "", 1).isdigit():
        number = float(text)
        scale = 1_000_000 if number >= MICRO else 1_000 if number >= MILLI else 1
        return datetime.fromtimestamp(number / scale, UTC)
    return dates.moment(text, day_first=False, zone=UTC)


def _properties(item: Any, plan: Plan) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for path, target in plan.picks:
        value = paths.read(item, path) if target == PROPERTY else None
        if value is not None and len(kept) < MOST_PROPERTIES:
            kept[paths.shown(path)[:100]] = value[:500] if isinstance(value, str) else value
    return kept
