"""Edits of the one draft of a model. Each changes its own place under the model's lock, so that two people
who edit different criteria at once lose nothing."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from scoring.definition import Definition, Group, to_json
from scoring.live import read
from scoring.models import ModelVersion, ScoringModel
from scoring.publishing import difference, together, versions
from scoring.wording import Words

State = ModelVersion.State
Change = Callable[[dict[str, Any]], None]


class Gone(Exception):
    """The criterion was removed by somebody else meanwhile."""


def model_in_use() -> ScoringModel | None:
    """The model whose editor is shown: the first in order."""
    return ScoringModel.objects.order_by("order", "id").first()


def draft_and_live(model: ScoringModel) -> tuple[ModelVersion | None, ModelVersion | None]:
    found = model.versions.filter(state__in=[State.DRAFT, State.LIVE]).select_related(
        "model", "published_by"
    )
    by_state = {version.state: version for version in found}
    return by_state.get(State.DRAFT), by_state.get(State.LIVE)


def edit(
    model: ScoringModel, change: Change, *, by: User, at: datetime, seen: int | None = None
) -> ModelVersion:
    """Applies one change to the draft, which begins as a copy of what is live; gives back what the editor
    shows now. A draft that says what is live anyway is dropped. `seen` is the last edit that the editor
    showed. Raises DefinitionError, Gone, and Stale where somebody else changed the same place since."""
    with transaction.atomic():
        ScoringModel.objects.select_for_update().get(pk=model.pk)
        draft, live = draft_and_live(model)
        base = draft or live
        assert base is not None
        before = read(base)
        definition = to_json(before)
        change(definition)
        saved = versions.save_draft(model, definition, by=by, at=at)
        saved.edit = _written_down(model, before, read(saved), by=by, at=at, seen=seen)
        saved.save(update_fields=["edit"])
        if live is not None and saved.digest == read(live).digest():
            versions.discard(model)
            return live
    return saved


def put(
    model: ScoringModel, definition: dict[str, Any], *, by: User | None, at: datetime
) -> ModelVersion:
    """The draft says `definition`, whatever it said before; those who edit it are told of what changed.
    Raises DefinitionError."""
    with transaction.atomic():
        ScoringModel.objects.select_for_update().get(pk=model.pk)
        draft, live = draft_and_live(model)
        base = draft or live
        before = read(base) if base else None
        saved = versions.save_draft(model, definition, by=by, at=at)
        if before is not None:
            saved.edit = _written_down(model, before, read(saved), by=by, at=at, seen=None)
            saved.save(update_fields=["edit"])
    return saved


def _written_down(
    model: ScoringModel, old: Definition, new: Definition, *, by: User | None, at: datetime, seen: int | None
) -> int:  # fmt: skip
    places = together.changed_places(to_json(old), to_json(new))
    together.refuse_stale(model, places, seen, by=by)
    if not places:
        return together.last_edit(model)
    said = difference.sentences(old, new, Words.read())
    return together.keep(model, places, said, by=by, at=at)


def forget(model: ScoringModel, *, by: User, at: datetime) -> None:
    """Drops the draft; those who still look at it are told when they save."""
    with transaction.atomic():
        ScoringModel.objects.select_for_update().get(pk=model.pk)
        if draft_and_live(model)[0] is None:
            return
        versions.discard(model)
        together.keep(model, [together.EVERYTHING], [_("The draft was discarded.")], by=by, at=at)


def tried(definition: Definition, change: Change) -> Definition:
    """What the definition would say after a change that nobody keeps. Raises DefinitionError and Gone."""
    data = to_json(definition)
    change(data)
    return versions.understood(data)


def all_of(changes: Iterable[Change]) -> Change:
    """One after another."""

    def change(data: dict[str, Any]) -> None:
        for one in changes:
            one(data)

    return change


def points(key: str, value: Any) -> Change:
    def change(data: dict[str, Any]) -> None:
        _find(data, key)["points"] = value

    return change


def raised(key: str, value: int) -> Change:
    """More points, and its limit with them where a single time would pass it."""

    def change(data: dict[str, Any]) -> None:
        found = _find(data, key)
        found["points"] = value
        if found.get("cap") is not None:
            found["cap"] = max(int(found["cap"]), abs(value))

    return change


def at_least(key: str, number: int) -> Change:
    """It counts from its `number`-th time on."""

    def change(data: dict[str, Any]) -> None:
        _find(data, key)["at_least"] = number

    return change


def replaced(name: str, key: str, shape: dict[str, Any]) -> Change:
    """Of the list `name` (criteria, bands, disqualifiers, variants) `key` becomes `shape`; its place in the
    list stays, and of a criterion the group."""

    def change(data: dict[str, Any]) -> None:
        old = _find(data, key, name)
        group = {"group": old["group"]} if "group" in old else {}
        old.clear()
        old.update({**shape, "key": key, **group})

    return change


def added(name: str, key: str, shape: dict[str, Any]) -> Change:
    """One more in the list `name`, under `key` or the next free one like it."""

    def change(data: dict[str, Any]) -> None:
        data[name].append({**shape, "key": free_key(key, taken(data, name))})

    return change


def removed(name: str, key: str) -> Change:
    def change(data: dict[str, Any]) -> None:
        data[name].remove(_find(data, key, name))

    return change


def restored(name: str, key: str, before: Mapping[str, Any]) -> Change:
    """What was removed from the list `name` is back behind the one it followed in `before`."""

    def change(data: dict[str, Any]) -> None:
        keys = [item["key"] for item in before[name]]
        if key not in keys:
            raise Gone(key)
        places = {item["key"]: n for n, item in enumerate(data[name])}
        if key in places:
            return
        earlier = reversed(keys[: keys.index(key)])
        place = next((places[one] + 1 for one in earlier if one in places), 0)
        data[name].insert(place, before[name][keys.index(key)])

    return change


def ordered(name: str, keys: list[str], group: Group | None = None) -> Change:
    """Those of the list `name` (of criteria those of a group) in the order of `keys`; any that `keys` does
    not know stay behind the one they followed."""

    def change(data: dict[str, Any]) -> None:
        places = [n for n, one in enumerate(data[name]) if group in (None, one.get("group"))]
        moving = [data[name][n] for n in places]
        rank = {key: n for n, key in enumerate(keys)}
        last, ranks = -1, []
        for one in moving:
            last = rank.get(one["key"], last)
            ranks.append(last)
        for n, (_rank, one) in zip(
            places, sorted(zip(ranks, moving, strict=True), key=lambda pair: pair[0]), strict=True
        ):
            data[name][n] = one

    return change


def whole(values: Mapping[str, Any]) -> Change:
    """What is said once for the whole model: idle, matrix, alerts, trust, cooling_days, sql_by_score."""

    def change(data: dict[str, Any]) -> None:
        data.update(values)

    return change


def band_placed(key: str | None, shape: dict[str, Any], above: str) -> Change:
    """A new band, or `key`, where its start puts it; without a start above the band `above`."""

    def change(data: dict[str, Any]) -> None:
        bands = data["bands"]
        if key is None:
            made = {**shape, "key": free_key(str(shape["name"]), taken(data, "bands"))}
        else:
            old = _find(data, key, "bands")
            place = bands.index(old)
            bands.remove(old)
            made = {**shape, "key": key}
            if not place or str(old["start"]) == made["start"].strip():
                bands.insert(place, made)
                return
        bands.insert(_place(bands, made, above), made)

    return change


def _place(bands: list[dict[str, Any]], made: dict[str, Any], above: str) -> int:
    start = str(made["start"]).replace("−", "-").strip()
    if re.fullmatch(r"[+-]?[0-9]{1,9}", start):
        starts = [band["start"] for band in bands[1:]]
        lower = [n for n, low in enumerate(starts, 1) if low is not None and low < int(start)]
    else:
        lower = [n for n, b in enumerate(bands) if b["key"] == above]
    return 1 + max(lower, default=0)


def limits(values: Mapping[str, Any]) -> Change:
    """Of `values`, "caps.<group>" and "floors.<group>" are limits of groups, "total_cap" and "total_floor" of all."""

    def change(data: dict[str, Any]) -> None:
        for name, value in values.items():
            place, _dot, group = name.rpartition(".")
            (data.setdefault(place, {}) if place else data)[group] = value

    return change


def bands(values: Mapping[str, Mapping[str, Any]]) -> Change:
    """New names or starts of bands by their key."""

    def change(data: dict[str, Any]) -> None:
        for band in data["bands"]:
            band.update(values.get(band["key"], {}))

    return change


def taken(data: Mapping[str, Any], name: str) -> list[str]:
    """Keys that one more in the list `name` must not have; bands and disqualifiers share theirs."""
    lists = ("bands", "disqualifiers") if name in ("bands", "disqualifiers") else (name,)
    return [item["key"] for one in lists for item in data.get(one, [])]


def free_key(label: str, taken: Iterable[str]) -> str:
    """A key of small letters, digits and _ that is not taken."""
    plain = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[:50] or "criterion"
    used = set(taken)
    numbered = (plain if n == 1 else f"{plain}_{n}" for n in range(1, len(used) + 2))
    return next(key for key in numbered if key not in used)


def _find(data: dict[str, Any], key: str, name: str = "criteria") -> dict[str, Any]:
    for item in data[name]:
        if item["key"] == key:
            found: dict[str, Any] = item
            return found
    raise Gone(key)
