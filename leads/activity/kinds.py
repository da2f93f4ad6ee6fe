"""The catalogue of kinds of events, which marketers extend: what it is called, whether a person did it, and under
which names senders tell of it."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from leads.activity.signatures import GENERIC, TECHNICAL, slug
from leads.models import EventKind

# The product's own: pages and forms look for them by key.
FIXED = {"page", "form", GENERIC, TECHNICAL}
MOST_NAMES = 50


class NameTaken(ValueError):
    """Another kind goes by this name; `kind` is that one."""

    def __init__(self, name: str, kind: EventKind) -> None:
        super().__init__(name)
        self.name, self.kind = name, kind


def counted() -> QuerySet[EventKind, Any]:
    return EventKind.objects.order_by("label")


def unnamed() -> list[tuple[str, int]]:
    """Names of events that no kind takes, with how many different looks they come in; the most first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT s.name, count(*) FROM leads_signature s JOIN leads_eventkind k ON k.id = s.kind_id
                WHERE k.key = %s AND s.name <> '' GROUP BY s.name ORDER BY 2 DESC, 1 LIMIT 30""",
            [GENERIC],
        )
        return [(name, number) for name, number in cursor.fetchall()]


def keep(
    kind: EventKind | None,
    *,
    label: str,
    names: Sequence[str],
    is_engagement: bool,
    is_product: bool,
) -> EventKind:
    """Makes a kind, or changes one; its key comes from its first label and stays. Events that come in from now
    on are of it. Raises NameTaken."""
    key = kind.key if kind else slug(label)[:60]
    _refuse_taken([key, *names], kind)
    found = kind or EventKind(key=key)
    found.label, found.names = label, list(names)
    found.is_engagement, found.is_product = is_engagement, is_product
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError:
        raise NameTaken(label, EventKind.objects.get(key=key)) from None
    return found


def _refuse_taken(names: Sequence[str], own: EventKind | None) -> None:
    others = [kind for kind in EventKind.objects.all() if kind != own]
    taken = {slug(name): other for other in others for name in (other.key, *other.names)}
    for name in names:
        if slug(name) in taken:
            raise NameTaken(name, taken[slug(name)])
