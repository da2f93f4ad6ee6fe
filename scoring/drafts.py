"""Edits of the one draft of a model. Each changes its own place under the model's lock, so that two people
who edit different criteria at once lose nothing."""

import re
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from scoring import versions
from scoring.live import read
from scoring.models import ModelVersion, ScoringModel

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


def edit(model: ScoringModel, change: Change, *, by: User, at: datetime) -> ModelVersion:
    """Applies one change to the draft, which begins as a copy of what is live; gives back what the editor
    shows now. A draft that says what is live anyway is dropped. Raises DefinitionError and Gone."""
    with transaction.atomic():
        ScoringModel.objects.select_for_update().get(pk=model.pk)
        draft, live = draft_and_live(model)
        base = draft or live
        assert base is not None
        definition = deepcopy(base.definition)
        change(definition)
        saved = versions.save_draft(model, definition, by=by, at=at)
        if live is not None and saved.digest == read(live).digest():
            versions.discard(model)
            return live
    return saved


def points(key: str, value: Any) -> Change:
    def change(data: dict[str, Any]) -> None:
        _find(data, key)["points"] = value

    return change


def replaced(key: str, shape: dict[str, Any]) -> Change:
    """The criterion `key` becomes `shape`; its place in the list and its group stay."""

    def change(data: dict[str, Any]) -> None:
        old = _find(data, key)
        group = old["group"]
        old.clear()
        old.update({**shape, "key": key, "group": group})

    return change


def added(shape: dict[str, Any]) -> Change:
    """A new criterion with a key made of its name."""

    def change(data: dict[str, Any]) -> None:
        key = free_key(str(shape.get("label") or ""), (item["key"] for item in data["criteria"]))
        data["criteria"].append({**shape, "key": key})

    return change


def removed(key: str) -> Change:
    def change(data: dict[str, Any]) -> None:
        data["criteria"].remove(_find(data, key))

    return change


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


def free_key(label: str, taken: Iterable[str]) -> str:
    """A key of small letters, digits and _ that no other criterion has."""
    plain = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[:50] or "criterion"
    used = set(taken)
    numbered = (plain if n == 1 else f"{plain}_{n}" for n in range(1, len(used) + 2))
    return next(key for key in numbered if key not in used)


def _find(data: dict[str, Any], key: str) -> dict[str, Any]:
    for item in data["criteria"]:
        if item["key"] == key:
            found: dict[str, Any] = item
            return found
    raise Gone(key)
