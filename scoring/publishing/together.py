"""Several people at one draft: who is there, who changed what, and whether a save overlooks it."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max

from accounts.models import User
from scoring.models import DraftEdit, Editing, ScoringModel

# The editor says every 15 seconds that it is still open.
PRESENT = timedelta(seconds=40)
EVERYTHING = "*"
KEYED = ("criteria", "bands", "disqualifiers", "variants")


class Stale(Exception):
    """Somebody else changed the same place after the editor that saves was drawn."""

    def __init__(self, edits: list[DraftEdit]) -> None:
        super().__init__("; ".join(text for edit in edits for text in edit.said))
        self.edits = edits


def touch(model: ScoringModel, user: User, *, at: datetime) -> None:
    """This person has the editor open."""
    Editing.objects.update_or_create(model=model, user=user, defaults={"at": at})


def others(model: ScoringModel, user: User, *, at: datetime) -> list[User]:
    """Who else has it open, by name."""
    found = Editing.objects.filter(model=model, at__gt=at - PRESENT).exclude(user=user)
    return [row.user for row in found.select_related("user").order_by("user__name")[:5]]


def last_edit(model: ScoringModel) -> int:
    """The number of the last save; 0 before the first."""
    found: int | None = model.edits.aggregate(last=Max("number"))["last"]
    return found or 0


def since(model: ScoringModel, seen: int, *, by: User) -> list[DraftEdit]:
    """What others saved after edit `seen`, in order."""
    found = DraftEdit.objects.filter(model=model, number__gt=seen).exclude(by=by)
    return list(found.select_related("by").order_by("number"))


def keep(
    model: ScoringModel, places: Iterable[str], said: list[str], *, by: User | None, at: datetime
) -> int:
    """Writes a save down and gives its number; the caller holds the model's lock."""
    number = last_edit(model) + 1
    DraftEdit.objects.create(
        model=model, number=number, places=sorted(places), said=said, by=by, at=at
    )
    return number


def refuse_stale(
    model: ScoringModel, places: set[str], seen: int | None, *, by: User | None
) -> None:
    """Raises Stale where somebody else changed one of `places` after edit `seen`; machines are not asked."""
    if seen is None or by is None:
        return
    clashes = [
        edit
        for edit in since(model, seen, by=by)
        if any(_overlap(mine, theirs) for mine in places for theirs in edit.places)
    ]
    if clashes:
        raise Stale(clashes)


def _overlap(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return short in (EVERYTHING, long) or long.startswith(f"{short}.")


def changed_places(old: Mapping[str, Any], new: Mapping[str, Any]) -> set[str]:
    """Where two definitions differ, as JSON: "criteria.<key>" for one that came or went,
    "criteria.<key>.<name>" for what changed in it, "criteria.*order" for their order, so also the other lists that
    have keys; of limits "caps.<group>"; of everything else its name."""
    places: set[str] = set()
    for name in (old.keys() | new.keys()) - {"frozen"}:
        was, becomes = old.get(name), new.get(name)
        if name in KEYED:
            places |= _keyed(name, was or [], becomes or [])
        elif name in ("caps", "floors"):
            places |= _fields(name, was or {}, becomes or {})
        elif was != becomes:
            places.add(name)
    return places


def _keyed(name: str, old: list[dict[str, Any]], new: list[dict[str, Any]]) -> set[str]:
    was, becomes = ({item["key"]: item for item in items} for items in (old, new))
    places = {f"{name}.{key}" for key in was.keys() ^ becomes.keys()}
    kept = [key for key in was if key in becomes]
    if kept != [key for key in becomes if key in was]:
        places.add(f"{name}.*order")
    for key in kept:
        places |= _fields(f"{name}.{key}", was[key], becomes[key])
    return places


def _fields(place: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> set[str]:
    return {
        f"{place}.{field}" for field in old.keys() | new.keys() if old.get(field) != new.get(field)
    }
