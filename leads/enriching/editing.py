"""Drawers as people set them up: their order, what they fill, and, for a provider, whom to call."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Q, QuerySet

from accounts import secrets
from leads.enriching import lookups, providers
from leads.enriching.providers import Outcome
from leads.models import Drawer, Lookup

State = Lookup.State
WRITABLE = (
    "name", "overwrites", "fills", "confidence", "asks", "url", "header", "calls_a_day", "days_kept",
)  # fmt: skip


class NameTaken(Exception):
    """Another drawer has this name."""


def save(drawer: Drawer | None, values: Mapping[str, Any]) -> Drawer:
    """Writes the WRITABLE `values` on a drawer, or makes a new provider, the last in the order. A `key` in `values`
    replaces the one that is kept. A provider that rests is called again. Raises NameTaken."""
    if drawer is None:
        last = listed().aggregate(last=Max("position"))["last"] or 0
        drawer = Drawer(kind=Drawer.HTTP, position=last + 1)
    for name in WRITABLE:
        if name in values:
            setattr(drawer, name, values[name])
    if values.get("key"):
        drawer.key = secrets.seal(values["key"])
    drawer.failures, drawer.rests_until, drawer.problem = 0, None, ""
    try:
        with transaction.atomic():
            drawer.save()
    except IntegrityError:
        raise NameTaken from None
    return drawer


def listed() -> QuerySet[Drawer]:
    """The drawers that fill leads in their order, with `waiting` and `failed` questions."""
    return (
        Drawer.objects.exclude(kind=Drawer.VISITS)
        .order_by("position", "id")
        .annotate(
            waiting=Count("lookups", filter=Q(lookups__state=State.WAITING)),
            failed=Count("lookups", filter=Q(lookups__state=State.FAILED)),
        )
    )


def move(drawer: Drawer, *, up: bool) -> None:
    """Changes places with the drawer before or after it."""
    with transaction.atomic():
        there_are = Drawer.objects.exclude(kind=Drawer.VISITS)
        rows = list(there_are.select_for_update().order_by("position", "id"))
        here = next((number for number, row in enumerate(rows) if row.pk == drawer.pk), None)
        if here is None:
            return
        there = here - 1 if up else here + 1
        if 0 <= there < len(rows):
            rows[here], rows[there] = rows[there], rows[here]
        for position, row in enumerate(rows, start=1):
            row.position = position
        Drawer.objects.bulk_update(rows, ["position"])


def remove(drawer: Drawer) -> None:
    """Removes a provider; what it filled stays. Those that came with the product are switched off instead."""
    if drawer.kind == Drawer.HTTP:
        drawer.delete()


def attempt(drawer: Drawer, asked: str, *, at: datetime) -> Outcome | None:
    """Calls a provider once, as a try that counts against the day's budget, and keeps the answer to map by. None if
    the budget is used up."""
    if not lookups.spend(drawer, at):
        return None
    outcome = providers.ask(drawer, asked)
    if outcome.answer is not None:
        drawer.sample = providers.pretty(outcome.answer)
        drawer.save(update_fields=["sample"])
    return outcome


def ask_again(drawer: Drawer, *, at: datetime) -> int:
    """Lets questions that were given up be asked again; says how many."""
    failed = Lookup.objects.filter(drawer=drawer, state=State.FAILED)
    return failed.update(state=State.WAITING, attempts=0, available_at=at, reason="", token=None)
