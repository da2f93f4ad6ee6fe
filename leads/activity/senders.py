"""Who sends events: websites and servers by their keys, what each sent lately, and what arrives just now."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from accounts import keys
from accounts.models import ApiKey, User
from leads.models import Event, EventKind, QuarantinedItem

SHOWN_DAYS = 7
COUNTS = ("accepted", "duplicates", "conflicts", "refused", "machines")
# Events that arrive, as far as they are worth looking at.
MOST_SHOWN = 50
ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?", re.ASCII)


class BadOrigin(ValueError):
    """A line that names no website; the text is that line."""


@dataclass(frozen=True)
class Arrived:
    """An event as the page of arrivals shows it."""

    at: datetime
    happened: datetime
    kind: str
    name: str
    path: str
    trust: int
    trust_label: str
    lead: tuple[str, str] | None
    visitor: str

    @property
    def is_late(self) -> bool:
        return self.at - self.happened > timedelta(minutes=1)


def counted(at: datetime) -> list[ApiKey]:
    """The keys in use with their counts of the last days; one query."""
    lately = Q(counts__day__gt=(at - timedelta(days=SHOWN_DAYS)).date())
    sums = {name: Coalesce(Sum(f"counts__{name}", filter=lately), 0) for name in COUNTS}
    return list(ApiKey.objects.filter(revoked_at=None).annotate(**sums).order_by("kind", "name"))


def add_website(*, name: str, origins: Sequence[str], by: User) -> ApiKey:
    """A public key for a website; browsers may use it on pages of `origins` only, or anywhere without any."""
    key, _text = keys.make(kind=ApiKey.Kind.PUBLIC, name=name, by=by)
    set_origins(key, origins)
    return key


def set_origins(key: ApiKey, origins: Sequence[str]) -> None:
    key.origins = list(origins)
    key.save(update_fields=["origins"])


def read_origins(text: str) -> list[str]:
    """One website a line as an origin, "https://www.firm.example"; a path behind it is left out. Raises
    BadOrigin."""
    found = []
    for line in filter(None, (line.strip().lower() for line in text.splitlines())):
        whole = line if "://" in line else f"https://{line}"
        match = ORIGIN.match(whole)
        if match is None or whole[match.end() : match.end() + 1] not in ("", "/", "?", "#"):
            raise BadOrigin(line)
        found.append(match[0])
    return sorted(set(found))


def arrivals() -> list[Arrived]:
    """The newest events first; two queries."""
    labels = dict(EventKind.objects.values_list("id", "label"))
    rows = Event.objects.select_related("signature", "lead", "visitor").order_by("-id")
    return [_arrived(row, labels) for row in rows[:MOST_SHOWN]]


def _arrived(row: Event, labels: dict[int, str]) -> Arrived:
    return Arrived(
        at=row.received_at,
        happened=row.occurred_at,
        kind=labels[row.kind],
        name=row.signature.name,
        path=row.signature.path,
        trust=row.trust,
        trust_label=row.get_trust_display(),
        lead=(str(row.lead.public_id), row.lead.name) if row.lead else None,
        visitor=row.visitor.anonymous_id if row.visitor else "",
    )


def refusals() -> list[QuarantinedItem]:
    return list(QuarantinedItem.objects.select_related("key")[:10])
