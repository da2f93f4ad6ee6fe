"""Events in the Segment shape, pure: one item of a batch becomes what leads/activity/events.py stores.

Specification of the fields: https://segment.com/docs/connections/spec/common/"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from leads.activity.events import Item
from leads.activity.signatures import GENERIC, Look
from leads.fields import LeadField, clean

TYPES = ("identify", "track", "page")
LONGEST_ID = 100
OLDEST = timedelta(days=3 * 365)
# Traits under the names that senders use, and the field of ours they fill.
TRAITS = {
    "email": "email",
    "firstName": "first_name",
    "first_name": "first_name",
    "lastName": "last_name",
    "last_name": "last_name",
    "title": "title",
    "jobTitle": "title",
    "phone": "phone",
    "country": "country",
}


class NotUnderstood(ValueError):
    """An item that cannot be counted; the text says why, for the sender."""


def understand(
    data: Any, *, kinds: set[str], fields: Mapping[str, LeadField], at: datetime
) -> Item:
    """One item. `kinds` are the keys of the catalogue, `at` the moment of receipt. Raises NotUnderstood."""
    if not isinstance(data, dict):
        raise NotUnderstood(_("An event is an object with type, messageId and who did it."))
    kind = data.get("type")
    if kind not in TYPES:
        raise NotUnderstood(_("type must be one of identify, track and page."))
    message_id = _identifier(data, "messageId")
    if not message_id:
        raise NotUnderstood(_("messageId is missing: it makes sure that the event counts once."))
    anonymous_id, user_id = _identifier(data, "anonymousId"), _identifier(data, "userId")
    if not anonymous_id and not user_id:
        raise NotUnderstood(_("anonymousId or userId must say who did it."))
    return Item(
        message_id=message_id,
        anonymous_id=anonymous_id,
        user_id=user_id,
        occurred_at=_occurred(data, at),
        look=None if kind == "identify" else _look(data, kinds),
        properties=_mapping(data, "properties"),
        values=_values(data, fields),
    )


def _identifier(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    if value is None:
        return ""
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise NotUnderstood(_("%(name)s must be a text.") % {"name": name})
    text = str(value).strip()
    if len(text) > LONGEST_ID:
        raise NotUnderstood(
            _("%(name)s is longer than %(limit)d characters.") % {"name": name, "limit": LONGEST_ID}
        )
    return text


def _mapping(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = data.get(name)
    return value if isinstance(value, dict) else {}


def _occurred(data: Mapping[str, Any], at: datetime) -> datetime | None:
    """When it happened by the sender's clock, set right by the skew between sending and receipt."""
    happened = _moment(data.get("timestamp") or data.get("originalTimestamp"))
    if happened is None:
        return None
    sent = _moment(data.get("sentAt"))
    if sent is not None and data.get("timestamp") is None:
        happened += at - sent
    return max(happened, at - OLDEST)


def _moment(value: Any) -> datetime | None:
    if value is None:
        return None
    try:
        moment = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not 1990 <= moment.year <= 2200:
        raise NotUnderstood(_("Give times as 2026-03-31T12:00:00Z."))
    return moment


def _look(data: Mapping[str, Any], kinds: set[str]) -> Look:
    properties, context = _mapping(data, "properties"), _mapping(data, "context")
    campaign = _text(_mapping(context, "campaign").get("name"))
    name = _text(data.get("event") or data.get("name"))
    if data["type"] == "page":
        page = _mapping(context, "page")
        path = _text(properties.get("path") or page.get("path"))
        url = _text(properties.get("url") or page.get("url"))
        return Look("page", name, path or _path_of(url), campaign)
    if not name:
        raise NotUnderstood(_("A track event needs the name of what happened in “event”."))
    slug = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return Look(slug if slug in kinds else GENERIC, name, _text(properties.get("path")), campaign)


def _path_of(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _values(data: Mapping[str, Any], fields: Mapping[str, LeadField]) -> dict[str, Any]:
    """Traits as cleaned fields. A trait that cannot be kept is left out: the event still counts."""
    traits = _mapping(data, "traits") or _mapping(_mapping(data, "context"), "traits")
    named = {TRAITS[key]: value for key, value in traits.items() if key in TRAITS}
    if "name" in traits and not {"first_name", "last_name"} & named.keys():
        first, _space, last = _text(traits["name"]).partition(" ")
        named |= {"first_name": first, "last_name": last}
    company = traits.get("company")
    named["company_name"] = company.get("name") if isinstance(company, dict) else company
    address = _mapping(traits, "address")
    named.setdefault("country", address.get("country"))
    named |= {f"custom.{key}": traits[key] for key in traits if f"custom.{key}" in fields}
    kept, _errors = clean(named, fields=fields)
    return kept
