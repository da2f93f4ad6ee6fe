"""Drafts and publications: versions are immutable once live, and one per model is."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from leads import journal
from leads.stages import MAY_CROSS
from leads.vocabulary import lists
from scoring import runs
from scoring.catalogue import catalogues
from scoring.definition import Definition, to_json
from scoring.definition.parsing import parse
from scoring.definition.reading import DefinitionError
from scoring.engine import whole_base
from scoring.explaining import standing_before
from scoring.live import statement
from scoring.models import ModelVersion, ScoringModel
from scoring.publishing import together
from scoring.statement.scope import EVERYBODY

NO_REASON = gettext_lazy("Say why, for those who look at this version later.")


class DraftChanged(Exception):
    """Somebody else published or changed the draft meanwhile."""


def start(name: str, definition: dict[str, Any], *, by: User | None, at: datetime) -> ModelVersion:
    """A new model with its first draft. Raises DefinitionError."""
    with transaction.atomic():
        model = ScoringModel.objects.create(name=name, created_at=at)
        return save_draft(model, definition, by=by, at=at)


def understood(definition: dict[str, Any]) -> Definition:
    """The definition behind JSON that a person edited. Raises DefinitionError."""
    fields, kinds = catalogues()
    return parse(definition, fields=fields, kinds=kinds, frozen=lists.current())


def save_draft(
    model: ScoringModel, definition: dict[str, Any], *, by: User | None, at: datetime
) -> ModelVersion:
    """Keeps the model's one draft. Raises DefinitionError."""
    meant = understood(definition)
    with transaction.atomic():
        ScoringModel.objects.select_for_update().get(pk=model.pk)
        last = model.versions.aggregate(last=Max("number"))["last"] or 0
        draft, _created = ModelVersion.objects.update_or_create(
            model=model,
            state=ModelVersion.State.DRAFT,
            defaults={
                "definition": to_json(meant), "digest": meant.digest(),
                "created_by": by, "created_at": at,
            },
            create_defaults={
                "definition": to_json(meant), "digest": meant.digest(),
                "created_by": by, "created_at": at, "number": last + 1,
            },
        )  # fmt: skip
    return draft


def copy_to_draft(version: ModelVersion, *, by: User, at: datetime) -> ModelVersion:
    """The draft says what `version` said, lists included, whatever the draft said before."""
    with transaction.atomic():
        model = hold(version.model_id)
        last = model.versions.aggregate(last=Max("number"))["last"]
        said = {
            "definition": version.definition,
            "digest": version.digest,
            "created_by": by,
            "created_at": at,
        }
        draft, _created = ModelVersion.objects.update_or_create(
            model=model,
            state=ModelVersion.State.DRAFT,
            defaults=said,
            create_defaults={**said, "number": last + 1},
        )
        told = [_("The draft says again what version %(n)d said.") % {"n": version.number}]
        draft.edit = together.keep(model, [together.EVERYTHING], told, by=by, at=at)
        draft.save(update_fields=["edit"])
    return draft


def discard(model: ScoringModel) -> None:
    model.versions.filter(state=ModelVersion.State.DRAFT).delete()


def publish(
    draft: ModelVersion, *, reason: str, opens_handoffs: bool, by: User | None, at: datetime
) -> ModelVersion:
    """Makes the draft live and starts the rescoring of the whole base.

    `opens_handoffs` says whether leads that cross because the rules changed are handed to sales.
    Raises DraftChanged if it is no draft any more, DefinitionError without a reason."""
    if not reason.strip():
        raise DefinitionError({"reason": [str(NO_REASON)]})
    with transaction.atomic():
        hold(draft.model_id)
        answers = {"reason": reason.strip(), "opens_handoffs": opens_handoffs}
        go_live(draft, {ModelVersion.State.DRAFT}, by=by, at=at, **answers)
    return draft


def hold(model_id: int) -> ScoringModel:
    """The model, locked: whoever moves one of its versions from state to state does so first."""
    return ScoringModel.objects.select_for_update().get(pk=model_id)


def go_live(
    version: ModelVersion, states: set[str], *, by: User | None, at: datetime, **answers: Any
) -> None:
    """A version that is in one of `states` takes the place of the live one. The caller holds the model.
    Raises DraftChanged if it is in another state, or says something else, by now."""
    _retire_live(version.model_id, at)
    published = ModelVersion.objects.filter(
        pk=version.pk, state__in=states, digest=version.digest
    ).update(state=ModelVersion.State.LIVE, published_by=by, published_at=at, **answers)
    if not published:
        raise DraftChanged
    version.refresh_from_db()
    _begin(version, by=by, at=at)


def _retire_live(model_id: int, at: datetime) -> None:
    ModelVersion.objects.filter(model=model_id, state=ModelVersion.State.LIVE).update(
        state=ModelVersion.State.RETIRED, retired_at=at
    )


def _begin(version: ModelVersion, *, by: User | None, at: datetime) -> None:
    if version.reverts_to is not None:
        standing_before.restore(version.reverts_to)
    runs.start(version, cause="publish", opens_handoffs=version.opens_handoffs, at=at)
    journal.write("model.published", [None], at=at, by=by, data={"version": version.pk})


def again(
    version: ModelVersion, *, reason: str, by: User, at: datetime, **values: Any
) -> ModelVersion:
    """A version of its own that says what an earlier one said, with the `values` of its fields. The caller
    holds the model. Raises DraftChanged if that was never live, or is live; DefinitionError without a reason."""
    if not reason.strip():
        raise DefinitionError({"reason": [str(NO_REASON)]})
    version.refresh_from_db()
    if version.state != ModelVersion.State.RETIRED:
        raise DraftChanged
    last = version.model.versions.aggregate(last=Max("number"))["last"]
    return ModelVersion.objects.create(
        model_id=version.model_id, number=last + 1, definition=version.definition, digest=version.digest,
        reason=reason.strip(), reverts_to=version, created_by=by, created_at=at, **values,
    )  # fmt: skip


def would_cross(definition: Definition) -> int:
    """How many leads would become MQLs if this definition were live now."""
    made = statement(definition, EVERYBODY)
    with whole_base(), connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT count(*) FROM ({made.sql}) fresh
                  JOIN leads_leadscore s ON s.lead_id = fresh.lead_id
                 WHERE s.armed AND s.stage = ANY(%(may)s)
                   AND fresh.band = ANY(%(handed)s) AND fresh.flag = ''""",
            {**made.parameters, "may": sorted(MAY_CROSS), "handed": definition.handing_bands},
        )
        count: int = cursor.fetchone()[0]
    return count
