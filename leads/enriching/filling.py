"""New and changed leads pass the drawers that are switched on, in their order, a set at a time."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from leads import custom_fields
from leads.activity import visits
from leads.enriching import lookups, offline, themselves
from leads.enriching.desk import Desk
from leads.models import Drawer, Lead

PIECE = 500


def fill(lead_ids: Iterable[int], *, at: datetime) -> list[int]:
    """Fills in what the drawers know by themselves and queues questions for the others; says which leads changed.
    Call it inside a transaction. It rings nobody: whoever changed the lead has, and nothing here counts as a
    change that would be looked at again."""
    drawers = list(Drawer.objects.filter(is_on=True).exclude(kind=Drawer.VISITS))
    ids = sorted(set(lead_ids))
    if not drawers or not ids:
        return []
    desk = Desk(ids, at=at)
    themselves.know(desk, drawers)
    changed = desk.save()
    lookups.queue(desk, [drawer for drawer in drawers if drawer.kind == Drawer.HTTP])
    return changed


def switch(drawer: Drawer, *, on: bool) -> None:
    """Switches a drawer on or off; the fields of its own that it fills are declared with it."""
    if on and drawer.kind in offline.KINDS:
        filled = {field for _path, field in drawer.fills}
        for key, label, type_, choices in offline.declared(offline.KINDS[drawer.kind]):
            if f"custom.{key}" in filled:
                _declare(key, str(label), type_, choices)
    if drawer.kind == Drawer.VISITS and not on:
        visits.forget_waiting()
    Drawer.objects.filter(pk=drawer.pk).update(is_on=on, failures=0, rests_until=None, problem="")


def _declare(key: str, label: str, type_: Any, choices: Sequence[str]) -> None:
    try:
        custom_fields.declare(key=key, label=label, type=type_, choices=choices)
    except custom_fields.KeyTaken:
        return


def walk(drawer: Drawer) -> None:
    """Begins to pass all leads there are by this drawer."""
    if drawer.kind == Drawer.VISITS:
        return
    last = Lead.objects.aggregate(last=Max("pk"))["last"] or 0
    Drawer.objects.filter(pk=drawer.pk).update(walk_next=1, walk_last=last)


def advance(at: datetime) -> bool:
    """A piece of a walk; false if none is under way. Those who cross by it call nobody."""
    with transaction.atomic():
        drawer = (
            Drawer.objects.select_for_update(skip_locked=True)
            .filter(walk_next__isnull=False, is_on=True).first()
        )  # fmt: skip
        if drawer is None:
            return False
        ids = list(
            Lead.objects.filter(pk__gte=drawer.walk_next, pk__lte=drawer.walk_last)
            .order_by("pk").values_list("pk", flat=True)[:PIECE]
        )  # fmt: skip
        if ids:
            desk = Desk(ids, at=at)
            themselves.know(desk, [drawer])
            themselves.tell(desk.save(), calls=False, at=at)
            lookups.queue(desk, [drawer] if drawer.kind == Drawer.HTTP else [], calls=False)
        ended = len(ids) < PIECE
        drawer.walk_next = None if ended else ids[-1] + 1
        drawer.save(update_fields=["walk_next"])
    return True
