"""The models in their order: exactly one applies to a lead, the first whose segment holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from accounts.models import User
from leads import journal
from leads.models import LeadScore
from leads.vocabulary import lists
from leads.vocabulary.rules import Condition, RuleError, parse_all
from scoring import runs
from scoring.catalogue import catalogues
from scoring.definition.parsing import turns_round
from scoring.live import read, segments_of
from scoring.models import ModelVersion, ScoringModel
from scoring.publishing import versions
from scoring.wording import Words

State = ModelVersion.State
ARRANGED = ("name", "order", "kind", "segment", "capacity", "needs_approval")


class NameTaken(Exception):
    """Another model has this name."""


@dataclass(frozen=True)
class Placed:
    """A model in the line-up. `outdated` names lists that were edited since the live version was kept."""

    model: ScoringModel
    live: ModelVersion | None
    draft: ModelVersion | None
    leads: int
    who: str
    outdated: list[str]


def placed() -> list[Placed]:
    """All models in their order; the number of queries does not grow with them."""
    words, now = Words.read(), lists.current()
    versions_of = _versions()
    scored = dict(LeadScore.objects.values_list("version").annotate(n=Count("pk")))
    found, models = [], list(ScoringModel.objects.all())
    segments = segments_of(models)
    for model in models:
        live, draft = (
            versions_of.get((model.pk, State.LIVE)),
            versions_of.get((model.pk, State.DRAFT)),
        )
        leads = scored.get(live.pk, 0) if live else 0
        who = words.everybody_who(segments[model.pk])
        found.append(Placed(model, live, draft, leads, who, _outdated(live, now)))
    return found


def _versions() -> dict[tuple[int, str], ModelVersion]:
    shown = ModelVersion.objects.filter(Q(state=State.LIVE) | Q(state=State.DRAFT))
    return {(version.model_id, version.state): version for version in shown}


def _outdated(live: ModelVersion | None, now: lists.Frozen) -> list[str]:
    if live is None:
        return []
    kept = read(live).frozen
    named = [one.name for one in kept.lists if one.values != now.values(one.key)]
    titles = [
        name
        for name, then, today in (
            (_("Seniority"), kept.seniority, now.seniority),
            (_("Department"), kept.department, now.department),
        )
        if then and then != today
    ]
    return [*named, *titles]


def begin(
    name: str, definition: dict[str, Any], *, kind: str, by: User | None, at: datetime
) -> ModelVersion:
    """A new model at the end of the line with its first draft. Raises NameTaken and DefinitionError."""
    last = ScoringModel.objects.aggregate(last=Max("order"))["last"] or 0
    try:
        with transaction.atomic():
            draft = versions.start(name, definition, by=by, at=at)
            ScoringModel.objects.filter(pk=draft.model_id).update(kind=kind, order=last + 1)
    except IntegrityError:
        raise NameTaken from None
    return draft


def arrange(model: ScoringModel, values: Mapping[str, Any], *, at: datetime) -> None:
    """Writes the ARRANGED values; where that changes who is scored by what, everybody is scored anew.

    Leads that cross by that alone open no handoff. Raises NameTaken."""
    moved = any(
        name in values and values[name] != getattr(model, name)
        for name in ("order", "kind", "segment")
    )
    old = {"order": model.order, "segment": model.segment}
    for name in ARRANGED:
        setattr(model, name, values.get(name, getattr(model, name)))
    try:
        with transaction.atomic():
            model.save(update_fields=ARRANGED)
            live = ModelVersion.objects.filter(state=State.LIVE).order_by("model__order").first()
            if moved:
                # Without it nobody could say later which model scored whom at a moment.
                journal.write("model.arranged", [None], at=at, data={"model": model.pk, "old": old})
            if moved and live:
                runs.start(live, cause="publish", opens_handoffs=False, at=at)
    except IntegrityError:
        raise NameTaken from None


def understood_segment(rows: list[dict[str, Any]]) -> tuple[Condition, ...]:
    """For whom a model is meant, out of JSON. Raises RuleError."""
    fields = {key: type_ for key, type_ in catalogues()[0].items() if not key.startswith("title.")}
    found = parse_all(rows, fields=fields, lists=())
    if any(turns_round(condition) for condition in found):
        raise RuleError(_("A model cannot ask for a stage that scores bring about."))
    return found
