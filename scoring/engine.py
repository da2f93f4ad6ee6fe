"""Scores computed and written. Everything here takes a scope, holds the leads' locks first, and only then
reads the clock and computes: otherwise a slow run would overwrite a newer score."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from leads import bands, signatures
from leads.models import LeadScore
from scoring import parsing, promotion
from scoring.catalogue import catalogues
from scoring.compiler import Scope, Statement, compile_definition, these
from scoring.definition import Definition
from scoring.models import ModelVersion


@dataclass(frozen=True)
class LiveModel:
    version: ModelVersion
    definition: Definition


def read(version: ModelVersion) -> Definition:
    """The definition of a version. A stored version was valid when it was stored."""
    fields, kinds = catalogues()
    return parsing.parse(version.definition, fields=fields, kinds=kinds)


def live_model() -> LiveModel | None:
    """The version that scores today, or None before the first publication."""
    version = (
        ModelVersion.objects.filter(state=ModelVersion.State.LIVE)
        .select_related("model").order_by("model__order", "model_id").first()
    )  # fmt: skip
    return LiveModel(version, read(version)) if version else None


def _bands() -> list[bands.Band]:
    model = live_model()
    shown = model.definition.bands if model else ()
    return [bands.Band(band.key, band.name, str(band.effect)) for band in shown]


bands.told_by(_bands)


def statement(definition: Definition, scope: Scope) -> Statement:
    return compile_definition(definition, scope, kinds=signatures.kinds())


def compute(definition: Definition, scope: Scope) -> list[dict[str, Any]]:
    """Rows of the compiled statement as dictionaries; nothing is written."""
    made = statement(definition, scope)
    with connection.cursor() as cursor:
        cursor.execute(made.sql, made.parameters)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def rescore(lead_ids: list[int], *, at: datetime, cause: str, opens_handoffs: bool = True) -> None:
    """Brings these leads up to date with the live version and lets them cross. A no-op without one.

    A lead that a publication has not reached yet crosses by that publication, on its terms, even if an
    event came first."""
    model = live_model()
    if model is None or not lead_ids:
        return
    ids = set(lead_ids)
    with transaction.atomic():
        _hold(these(sorted(ids)))
        behind = _behind(ids, model.version)
        terms = (
            (behind, "publish", model.version.opens_handoffs),
            (ids - behind, cause, opens_handoffs),
        )
        for some, why, opens in terms:
            if some:
                rescore_scope(model, these(sorted(some)), at=at, cause=why, opens_handoffs=opens)


def _behind(lead_ids: set[int], version: ModelVersion) -> set[int]:
    """The leads that were there when the version was published and were not scored by it yet."""
    fresh = Q(version=None, lead__created_at__gte=version.published_at)
    scored = LeadScore.objects.filter(lead_id__in=lead_ids)
    return set(scored.exclude(version=version.pk).exclude(fresh).values_list("lead_id", flat=True))


def rescore_scope(
    model: LiveModel, scope: Scope, *, at: datetime, cause: str, opens_handoffs: bool
) -> int:
    """Writes the scores that changed in `scope` and promotes; returns how many changed."""
    with transaction.atomic():
        _hold(scope)
        changed = _write(model, scope, cause=cause)
        promotion.promote(
            model.definition,
            scope,
            version=model.version,
            explain=lambda ids: compute(model.definition, these(ids)),
            cause=cause,
            opens_handoffs=opens_handoffs,
            at=at,
        )
    return changed


def _hold(scope: Scope) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT count(*) FROM (
                  SELECT lead_id FROM leads_leadscore WHERE {scope.predicate.format(id="lead_id")}
                   ORDER BY lead_id FOR NO KEY UPDATE) held""",
            scope.parameters,
        )


def _write(model: LiveModel, scope: Scope, *, cause: str) -> int:
    """Only changed rows are written. Decay keeps a history row only where the band moved."""
    made = statement(model.definition, scope)
    kept = "f.band <> s.band" if cause == "decay" else "f.total <> s.total OR s.version IS NULL"
    sql = f"""
        WITH fresh AS MATERIALIZED ({made.sql}),
        changed AS MATERIALIZED (
            SELECT f.lead_id, f.fit, f.engagement, f.negative, f.total, f.band, ({kept}) AS kept
              FROM fresh f JOIN leads_leadscore s ON s.lead_id = f.lead_id
             WHERE (s.fit, s.engagement, s.negative, s.total, s.band, s.version)
                   IS DISTINCT FROM (f.fit, f.engagement, f.negative, f.total, f.band, %(version)s)),
        written AS (
            UPDATE leads_leadscore s
               SET fit = c.fit, engagement = c.engagement, negative = c.negative, total = c.total,
                   band = c.band, version = %(version)s, computed_at = app_now()
              FROM changed c WHERE s.lead_id = c.lead_id),
        noted AS (
            INSERT INTO leads_scorehistory
                   (lead_id, at, total, fit, engagement, negative, band, version, cause)
            SELECT lead_id, app_now(), total, fit, engagement, negative, band, %(version)s, %(cause)s
              FROM changed WHERE kept)
        SELECT count(*) FROM changed"""
    with connection.cursor() as cursor:
        cursor.execute(sql, {**made.parameters, "version": model.version.pk, "cause": cause})
        count: int = cursor.fetchone()[0]
    return count
