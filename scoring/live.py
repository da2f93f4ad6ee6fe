"""The versions that score today. Exactly one applies to a lead: the first in the order of the models whose
segment holds."""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Q

from accounts.kept import Kept
from leads import bands
from leads.activity import signatures
from leads.models import JournalEntry
from leads.vocabulary.rules import Condition, RuleError, parse_all
from scoring.catalogue import catalogues
from scoring.definition import Definition
from scoring.definition.parsing import parse
from scoring.models import ModelVersion, ScoringModel
from scoring.statement.compiler import Statement, compile_definition
from scoring.statement.scope import TO_ALL, Applies, Scope

# Definitions and statements kept by a process: versions do not change.
REMEMBERED = 64


@dataclass(frozen=True)
class LiveModel:
    version: ModelVersion
    definition: Definition
    applies: Applies = TO_ALL

    @property
    def model(self) -> ScoringModel:
        return self.version.model


_READ: dict[str, Definition] = {}


def read(version: ModelVersion) -> Definition:
    """The definition of a version. A stored version was valid when it was stored."""
    found = _READ.get(version.digest)
    if found is None:
        fields, kinds = catalogues()
        found = parse(version.definition, fields=fields, kinds=kinds, trusted=True)
        if len(_READ) >= REMEMBERED:
            _READ.clear()
        _READ[version.digest] = found
    return found


def live_models() -> list[LiveModel]:
    """In the order in which they are asked; empty before the first publication."""
    # Copies: whoever changes one changes nobody else's.
    return _asked(copy(version) for version in _LIVE.read())


def _live_versions() -> list[ModelVersion]:
    live = ModelVersion.objects.filter(state=ModelVersion.State.LIVE).select_related("model")
    return list(live.order_by("model__order", "model_id"))


# Every score and most pages ask for them, and they change once a week.
_LIVE = Kept(_live_versions, "scoring_modelversion WHERE state = 'live'", "scoring_scoringmodel")


def in_force(at: datetime) -> list[LiveModel]:
    """Those that scored at a moment, in the order and with the segments that the models had then."""
    published = (
        ModelVersion.objects.filter(published_at__lte=at)
        .filter(Q(retired_at=None) | Q(retired_at__gt=at)).select_related("model")
    )  # fmt: skip
    latest = published.order_by("model_id", "-published_at", "-number").distinct("model_id")
    versions = list(latest)
    _rearrange([version.model for version in versions], at)
    return _asked(sorted(versions, key=lambda one: (one.model.order, one.model_id)))


def _rearrange(models: Iterable[ScoringModel], at: datetime) -> None:
    """Puts the models (not saved) back where they stood at a moment."""
    by_key = {model.pk: model for model in models}
    later = JournalEntry.objects.filter(kind="model.arranged", at__gt=at)
    for data in later.order_by("-at", "-id").values_list("data", flat=True):
        if model := by_key.get(data["model"]):
            model.order, model.segment = data["old"]["order"], data["old"]["segment"]


def _asked(asked: Iterable[ModelVersion]) -> list[LiveModel]:
    versions = list(asked)
    segments = segments_of([version.model for version in versions])
    found: list[LiveModel] = []
    earlier: list[tuple[Condition, ...]] = []
    for version in versions:
        mine = segments[version.model_id]
        found.append(LiveModel(version, read(version), Applies(mine, tuple(earlier))))
        earlier.append(mine)
    return found


def live_model() -> LiveModel | None:
    """The model that takes whom no other takes, or the first; None before the first publication."""
    models = live_models()
    general = [model for model in models if not model.applies.mine]
    return next(iter([*general, *models]), None)


def segments_of(models: Iterable[ScoringModel]) -> dict[int, tuple[Condition, ...]]:
    """For whom each model is meant, by its key; nothing for everybody."""
    models = list(models)
    fields = catalogues()[0] if any(model.segment for model in models) else {}
    return {model.pk: _segment(model, fields) for model in models}


def _segment(model: ScoringModel, fields: dict[str, str]) -> tuple[Condition, ...]:
    try:
        return parse_all(model.segment.get("all", []), fields=fields)
    except RuleError:
        # It names a field that is gone: nobody can have it.
        return (Condition("title", "one_of", ()),)


def _bands() -> list[bands.Band]:
    shown = {b.key: b for model in reversed(live_models()) for b in model.definition.bands}
    return [bands.Band(band.key, band.name, str(band.effect)) for band in shown.values()]


def _why_out(flag: str) -> str:
    said = (model.definition.flag_reason(flag) for model in live_models())
    return next((reason for reason in said if reason != flag), flag)


bands.told_by(_bands)
bands.flags_told_by(_why_out)


def statement(
    definition: Definition,
    scope: Scope,
    *,
    applies: Applies = TO_ALL,
    past: bool = False,
    detail: bool = False,
) -> Statement:
    """The compiled statement with the parameters of this scope."""
    made = _compiled(definition, scope.predicate, scope.few, applies, past, detail)
    return Statement(made.sql, {**made.parameters, **scope.parameters})


@lru_cache(maxsize=REMEMBERED)
def _compiled(
    definition: Definition, predicate: str, few: bool, applies: Applies, past: bool, detail: bool
) -> Statement:
    scope = Scope(predicate, {}, few)
    return compile_definition(
        definition, scope, signatures.kinds(), applies=applies, past=past, detail=detail
    )


def rows(made: Statement, **more: Any) -> list[dict[str, Any]]:
    """What a statement gives, as dictionaries."""
    with connection.cursor() as cursor:
        return _rows(cursor, made, more)


def _rows(cursor: CursorWrapper, made: Statement, more: dict[str, Any]) -> list[dict[str, Any]]:
    cursor.execute(made.sql, {**made.parameters, **more})
    names = [column.name for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def compute(
    definition: Definition, scope: Scope, *, applies: Applies = TO_ALL, detail: bool = False
) -> list[dict[str, Any]]:
    """Scores of the scope under a definition; nothing is written."""
    made = statement(definition, scope, applies=applies, detail=detail)
    with scope.cursor() as cursor:
        return _rows(cursor, made, {})
