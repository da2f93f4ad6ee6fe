"""Events in the Segment shape, pure: one item of a batch becomes what leads/activity/events.py stores.

Specification of the fields: https://segment.com/docs/connections/spec/common/"""

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from leads.activity import detection, moments, traits, visits
from leads.activity.catalogue import Catalogue
from leads.activity.detection import Sending
from leads.activity.items import Item
from leads.activity.signatures import GENERIC, TECHNICAL, Look, slug
from leads.fields import LeadField

TYPES = ("identify", "track", "page", "screen", "group", "alias")
LONGEST_ID = 100
# Names in the style of older senders.
SPELLINGS = {
    "action": "type", "message_id": "messageId", "user_id": "userId", "anonymous_id": "anonymousId",
    "previous_id": "previousId", "group_id": "groupId", "sent_at": "sentAt",
    "original_timestamp": "originalTimestamp", "received_at": "receivedAt",
}  # fmt: skip
# What differs between two sendings of the same event.
OF_THE_SENDING = {"sentAt", "receivedAt", "waitedMs", "writeKey", "_metadata"}
# Of the page an event happened on, what is kept beside its own properties.
OF_THE_PAGE = ("url", "referrer", "title", "search")
CAMPAIGN = ("source", "medium", "term", "content")


class NotUnderstood(ValueError):
    """An item that cannot be counted; the text says why, for the sender."""


@dataclass(frozen=True)
class Batch:
    """What holds for all items: the catalogue, when the batch was received, when the sender says it sent it, how
    old an event may be, and what the request says."""

    catalogue: Catalogue
    at: datetime
    sent: datetime | None = None
    oldest: timedelta = moments.OLDEST
    sending: Sending = field(default_factory=Sending)


def understand(data: Any, batch: Batch) -> Item:
    """One item. Raises NotUnderstood."""
    if not isinstance(data, dict):
        raise NotUnderstood(_("An event is an object with type, messageId and who did it."))
    data = {SPELLINGS.get(name, name): value for name, value in data.items()}
    kind = data.get("type")
    if kind not in TYPES:
        raise NotUnderstood(
            _("type must be one of identify, track, page, screen, group and alias.")
        )
    anonymous_id, user_id = _identifier(data, "anonymousId"), _identifier(data, "userId")
    previous_id = _identifier(data, "previousId") if kind == "alias" else ""
    if not anonymous_id and not user_id and not previous_id:
        raise NotUnderstood(_("anonymousId or userId must say who did it."))
    told = _mapping(data, "traits")
    catalogue, sending = batch.catalogue, batch.sending
    values = _values(data, catalogue.fields) if kind != "alias" else {}
    return Item(
        message_id=_message_id(data),
        fingerprint=_fingerprint(data),
        anonymous_id=anonymous_id,
        user_id=user_id,
        previous_id=previous_id,
        occurred_at=_occurred(data, batch),
        look=_look(data, catalogue.kinds) if kind in ("track", "page", "screen") else None,
        properties=_properties(data),
        values=values,
        company=traits.company(told) if kind == "group" else {},
        trust=detection.trust_of(data, sending, catalogue.own, values.get("email") or ""),
        address=visits.address_of(data, sending),
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


def _message_id(data: Mapping[str, Any]) -> str:
    """The sender's own id. Without one the same thing at the same time is the same event, and what tells no
    time counts each time it is sent."""
    told = _identifier(data, "messageId")
    if told:
        return told
    timed = data.get("timestamp") or data.get("originalTimestamp")
    return f"made:{_digest(data).hex()}" if timed else f"made:{uuid.uuid4().hex}"


def _fingerprint(data: Mapping[str, Any]) -> int:
    """Tells a repeat from another event under the same id."""
    return int.from_bytes(_digest(data)[:8], signed=True)


def _digest(data: Mapping[str, Any]) -> bytes:
    said = {name: value for name, value in data.items() if name not in OF_THE_SENDING}
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def _mapping(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = data.get(name)
    return value if isinstance(value, dict) else {}


def _occurred(data: Mapping[str, Any], batch: Batch) -> datetime | None:
    try:
        return moments.occurred(data, at=batch.at, sent=batch.sent, oldest=batch.oldest)
    except (moments.BadMoment, OverflowError) as error:
        raise NotUnderstood(str(error) or _("This time cannot be.")) from None


def _look(data: Mapping[str, Any], kinds: Mapping[str, str]) -> Look:
    properties, context = _mapping(data, "properties"), _mapping(data, "context")
    page = _mapping(context, "page")
    campaign = _text(_mapping(context, "campaign").get("name") or properties.get("campaign_name"))
    name = _text(data.get("event") or data.get("name"))
    path = _text(properties.get("path"))
    if data["type"] != "track":
        url = _text(properties.get("url") or page.get("url"))
        return Look("page", name, path or _text(page.get("path")) or _path_of(url), campaign)
    if not name:
        raise NotUnderstood(_("A track event needs the name of what happened in “event”."))
    # What libraries tell of themselves begins with a dollar: nobody did it.
    unknown = TECHNICAL if name.startswith("$") else GENERIC
    return Look(kinds.get(slug(name), unknown), name, path, campaign)


def _path_of(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _properties(data: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of an event: its properties, the page it happened on, and the rest of its campaign."""
    context = _mapping(data, "context")
    page, campaign = _mapping(context, "page"), _mapping(context, "campaign")
    around = {name: page[name] for name in OF_THE_PAGE if _text(page.get(name))}
    around |= {f"utm_{name}": campaign[name] for name in CAMPAIGN if _text(campaign.get(name))}
    return {**around, **_mapping(data, "properties")}


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _values(data: Mapping[str, Any], fields: Mapping[str, LeadField]) -> dict[str, Any]:
    if data["type"] == "group":
        return traits.works_at(_mapping(data, "traits"), fields)
    told = _mapping(data, "traits") or _mapping(_mapping(data, "context"), "traits")
    return traits.of_person(told, fields)
