"""Messages as a person looks through them, and as they are sent once more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from handoff.channels import kinds as channel_kinds
from handoff.models import Channel, Delivery
from handoff.notifications import kinds as note_kinds

State = Delivery.State
PAGE = 50
MOST_AT_ONCE = 10_000
TABS = {
    "failed": gettext_lazy("Failed"),
    "pending": gettext_lazy("Waiting"),
    "sent": gettext_lazy("Sent"),
    "withheld": gettext_lazy("Held back"),
}


@dataclass(frozen=True)
class Page:
    """`older` is where the next page begins, 0 for nowhere."""

    rows: Sequence[Delivery]
    older: int


def page(
    *, state: str = "", channel: Channel | None = None, before: int = 0, size: int = PAGE
) -> Page:
    """Messages, newest first; of one state or of one channel."""
    rows = _filtered(state, channel).select_related(
        "channel", "event__lead", "notification__lead", "notification__user", "lead"
    ).defer("body")  # fmt: skip
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: size + 1])
    return Page(found[:size], found[size - 1].pk if len(found) > size else 0)


def _filtered(state: str, channel: Channel | None) -> QuerySet[Delivery]:
    rows = Delivery.objects.all()
    if state in State.values:
        rows = rows.filter(state=state)
    return rows.filter(channel=channel) if channel else rows


def counts() -> dict[str, int]:
    """How many wait and how many failed for good; what was sent is not counted."""
    return Delivery.objects.filter(state__in=[State.PENDING, State.FAILED]).aggregate(
        pending=Count("pk", filter=Q(state=State.PENDING)),
        failed=Count("pk", filter=Q(state=State.FAILED)),
    )


def tabs(state: str, url: str, more: str = "") -> list[dict[str, Any]]:
    known = counts()
    return [
        {"label": label, "url": f"{url}?state={key}{more}", "count": known.get(key), "current": key == state}
        for key, label in TABS.items()
    ]  # fmt: skip


def replay(rows: QuerySet[Delivery], *, at: datetime) -> int:
    """Sends again what failed, and what a channel had already, under the same id; says how many. Those of a channel
    that is off stay as they are, and so does an e-mail that was sent."""
    again = rows.filter(Q(state=State.FAILED) | Q(state=State.SENT, channel__isnull=False))
    ids = again.exclude(channel__is_on=False).order_by("pk").values("pk")[:MOST_AT_ONCE]
    return Delivery.objects.filter(pk__in=ids).update(
        state=State.PENDING, attempts=0, next_at=at, token=None, status=None, error="", digest="",
        sent_at=None,
    )  # fmt: skip


def failed(channel: Channel | None = None) -> QuerySet[Delivery]:
    return _filtered(State.FAILED, channel)


def to_whom(row: Delivery) -> str:
    if row.channel is not None:
        return row.channel.name
    return row.notification.user.name if row.notification else row.to


def says_what(row: Delivery) -> str:
    """In a few words, what the message tells of."""
    if row.event is not None:
        return str(channel_kinds.KINDS[row.event.kind].label)
    if row.notification is not None:
        return str(note_kinds.of(row.notification.kind).label)
    return row.subject or _("A letter")
