"""Messages to Slack. Text of leads is hostile: it mentions nobody, links nowhere and stays on its line."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts import organisation
from handoff.channels import facts
from handoff.models import Channel, OutgoingEvent

# Slack takes 50 blocks and 3,000 characters in each.
MOST_LINES = 20
LONGEST = 300


def body_of(events: Sequence[OutgoingEvent], channel: Channel) -> dict[str, Any]:
    """One message for these events. Several lines rather than many messages: Slack takes one a second."""
    lines = [_line(event, channel) for event in events]
    blocks = [
        # `verbatim`: what looks like an address or a channel is left alone.
        {"type": "section", "text": {"type": "mrkdwn", "text": line, "verbatim": True}}
        for line in lines
    ]
    ids = ", ".join(facts.message_id(event) for event in events[:3])
    foot = {"type": "mrkdwn", "text": f"leadhub · {ids}", "verbatim": True}
    return {
        # What the notification on a phone shows.
        "text": lines[0] if len(lines) == 1 else _("%d messages from leadhub") % len(lines),
        "blocks": [*blocks, {"type": "context", "elements": [foot]}],
        "unfurl_links": False,
        "unfurl_media": False,
    }


def escaped(text: str, *, longest: int = LONGEST) -> str:
    """One line in which <!channel>, <@U1> and <http://…|…> are only characters
    (https://api.slack.com/reference/surfaces/formatting#escaping)."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    cut = line if len(line) <= longest else line[: longest - 1] + "…"
    return cut.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _line(event: OutgoingEvent, channel: Channel) -> str:
    sentence = SENTENCES[event.kind](event, escaped(facts.called(event, channel)))
    if event.lead is None or event.lead.erased_at:
        return sentence
    return f"{sentence} <{facts.link_to(event.lead)}|{_('Open the lead')}>"


def _value(event: OutgoingEvent, name: str) -> str:
    return escaped(str(event.data.get(name) or ""))


def _owner(event: OutgoingEvent) -> str:
    return escaped((event.data.get("owner") or {}).get("name", "") or _("Somebody"))


def _due(event: OutgoingEvent) -> str:
    """In the zone of the channel's team, or of the organisation."""
    if not event.data.get("due_at"):
        return ""
    whose = event.team or organisation.current()
    zone = ZoneInfo(whose.time_zone if whose else "UTC")
    due = datetime.fromisoformat(event.data["due_at"]).astimezone(zone)
    return f"{due:%a %H:%M %Z}"


def _promise(event: OutgoingEvent) -> str:
    named = {"claim": _("to be claimed"), "first_touch": _("for a first touch")}
    milestone = str(event.data.get("milestone", ""))
    return named.get(milestone, _("for: %s") % _value(event, "milestone").replace("_", " "))


def _crossed(event: OutgoingEvent, who: str) -> str:
    said = {"who": who, "score": event.data.get("score", ""), "band": _value(event, "band")}
    return _("*New MQL*: %(who)s, score %(score)s") % said


def _opened(event: OutgoingEvent, who: str) -> str:
    team = _value(event, "team")
    if not team:
        return _("*In the queue*: %s") % who
    return _("*In the queue of %(team)s*: %(who)s") % {"who": who, "team": team}


def _claimed(event: OutgoingEvent, who: str) -> str:
    return _("*Taken*: %(owner)s has %(who)s") % {"owner": _owner(event), "who": who}


def _reassigned(event: OutgoingEvent, who: str) -> str:
    return _("*Handed on*: %(who)s is with %(owner)s now") % {"owner": _owner(event), "who": who}


def _released(event: OutgoingEvent, who: str) -> str:
    return _("*Back in the queue*: %s") % who


def _touched(event: OutgoingEvent, who: str) -> str:
    return _("*Touched*: %(who)s (%(touch)s)") % {"who": who, "touch": _value(event, "touch")}


def _disposed(event: OutgoingEvent, who: str) -> str:
    reason = _value(event, "reason").replace("_", " ")
    decided = _value(event, "result") + (f", {reason}" if reason else "")
    return _("*Decided*: %(who)s is %(decided)s") % {"who": who, "decided": decided}


def _undone(event: OutgoingEvent, who: str) -> str:
    said = {"who": who, "result": _value(event, "result")}
    return _("*Undone*: %(who)s is not %(result)s after all") % said


def _waits(event: OutgoingEvent, who: str) -> str:
    said = {"who": who, "promise": _promise(event), "due": _due(event)}
    return _(":hourglass: *Due soon*: %(who)s waits %(promise)s by %(due)s") % said


def _missed(event: OutgoingEvent, who: str) -> str:
    said = {"who": who, "promise": _promise(event), "due": _due(event)}
    return _(":rotating_light: *Deadline missed*: %(who)s waited %(promise)s until %(due)s") % said


def _escalated(event: OutgoingEvent, who: str) -> str:
    return (_missed if event.data.get("is_late") else _waits)(event, who)


def _annulled(event: OutgoingEvent, who: str) -> str:
    return _("*No miss after all*: %(who)s was in time") % {"who": who}


def _tested(event: OutgoingEvent, who: str) -> str:
    return _("*A test*: leadhub can write here.")


SENTENCES: dict[str, Callable[[OutgoingEvent, str], str]] = {
    "lead.crossed": _crossed,
    "handoff.opened": _opened,
    "handoff.claimed": _claimed,
    "handoff.reassigned": _reassigned,
    "handoff.released": _released,
    "handoff.touched": _touched,
    "handoff.disposed": _disposed,
    "handoff.undone": _undone,
    "timer.warned": _waits,
    "timer.breached": _missed,
    "timer.escalated": _escalated,
    "timer.annulled": _annulled,
    "test": _tested,
}
