"""Events as PostHog's libraries send them, put into the Segment shape. Pure.

Reference: https://posthog.com/docs/api/capture"""

from collections.abc import Mapping
from typing import Any

KEYS = ("api_key", "token", "$token")
# Their name of a property, and ours.
OF_THE_PAGE = {
    "$current_url": "url", "$pathname": "path", "$referrer": "referrer", "$title": "title",
    "title": "title",
}  # fmt: skip
TYPES = {
    "$pageview": "page", "$screen": "screen", "$identify": "identify", "$set": "identify",
    "$set_once": "identify", "$create_alias": "alias", "$groupidentify": "group",
}  # fmt: skip
CLICK = "Click"
CAMPAIGN = {
    "utm_campaign": "name", "utm_source": "source", "utm_medium": "medium", "utm_term": "term",
    "utm_content": "content",
}  # fmt: skip


def speaks(item: Any) -> bool:
    """Whether an item is in PostHog's shape: what happened, and no type of Segment's."""
    return isinstance(item, dict) and "event" in item and not {"type", "action"} & item.keys()


def key_of(item: Any) -> str:
    """The write key that stands in an item; empty if there is none."""
    if not isinstance(item, dict):
        return ""
    places = [item, _mapping(item.get("properties"))]
    found = (place.get(name) for place in places for name in KEYS)
    return next((key for key in found if isinstance(key, str) and key), "")


def as_segment(item: Mapping[str, Any], *, sent: Any = None) -> dict[str, Any]:
    """The same event in the Segment shape; what is wrong in it stays wrong and is refused there."""
    told = _mapping(item.get("properties"))
    kind = TYPES.get(str(item.get("event")), "track")
    who = item.get("distinct_id") or item.get("$distinct_id") or told.get("distinct_id")
    shaped: dict[str, Any] = {
        "type": kind,
        "messageId": item.get("uuid") or item.get("$insert_id") or told.get("$insert_id"),
        **_person(who, told),
        **_times(item, sent),
        "context": {"campaign": _renamed(told, CAMPAIGN)},
        "properties": _kept(told),
    }
    if kind == "track":
        shaped["event"] = CLICK if item.get("event") == "$autocapture" else item.get("event")
    if kind == "alias":
        shaped |= {"userId": told.get("alias"), "previousId": who}
    if kind == "group":
        shaped |= {"groupId": told.get("$group_key"), "traits": told.get("$group_set")}
    elif traits := _traits(item, told):
        shaped["traits"] = traits
    return shaped


def _person(who: Any, told: Mapping[str, Any]) -> dict[str, Any]:
    """One id is both the browser's and the person's there: known once it was said who it is."""
    anonymous = told.get("$anon_distinct_id") or told.get("$device_id")
    user = told.get("$user_id")
    if user is None and told.get("$anon_distinct_id"):
        user = who
    return {"anonymousId": anonymous or who, "userId": user if user != anonymous else None}


def _times(item: Mapping[str, Any], sent: Any) -> dict[str, Any]:
    """`offset` is how many milliseconds the event had waited when it was sent; `$time` is in seconds."""
    told = {"originalTimestamp": item.get("timestamp"), "sentAt": item.get("sent_at") or sent}
    if item.get("timestamp") is None and item.get("offset") is not None:
        told = {"waitedMs": item["offset"]}
    elif item.get("timestamp") is None:
        told["originalTimestamp"] = _mapping(item.get("properties")).get("$time")
    return {name: value for name, value in told.items() if value is not None}


def _traits(item: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    places = (item.get("$set_once"), told.get("$set_once"), item.get("$set"), told.get("$set"))
    found: dict[str, Any] = {}
    for place in places:
        found |= _mapping(place)
    return found


def _kept(told: Mapping[str, Any]) -> dict[str, Any]:
    """Properties of the event's own; those with a dollar are the library's."""
    own = {name: value for name, value in told.items() if not name.startswith("$")}
    own.pop("token", None)
    own.pop("distinct_id", None)
    return own | _renamed(told, OF_THE_PAGE)


def _renamed(told: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {new: told[old] for old, new in names.items() if told.get(old)}


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
