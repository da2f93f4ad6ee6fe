"""Scores computed and written. Everything here takes a scope, holds the leads' locks first, and only then
reads the clock and computes: otherwise a slow run would overwrite a newer score."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection, transaction

from leads import bands, signatures
from scoring import parsing, promotion
from scoring.catalogue import catalogues
from scoring.compiler import Scope, Statement, compile_definition, these
from scoring.definition import Definition
from scoring.models import ModelVersion

# Definitions and statements kept by a process: versions do not change.
REMEMBERED = 64


@dataclass(frozen=True)
class LiveModel:
    version: ModelVersion
    definition: Definition


_READ: dict[str, Definition] = {}


def read(version: ModelVersion) -> Definition:
    """The definition of a version. A stored version was valid when it was stored."""
    found = _READ.get(version.digest)
    if found is None:
        fields, kinds = catalogues()
        found = parsing.parse(version.definition, fields=fields, kinds=kinds)
        if len(_READ) >= REMEMBERED:
            _READ.clear()
        _READ[version.digest] = found
    return found


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
    made = _compiled(definition, scope.predicate, scope.few)
    return Statement(made.sql, {**made.parameters, **scope.parameters})


@lru_cache(maxsize=REMEMBERED)
def _compiled(definition: Definition, predicate: str, few: bool) -> Statement:
    return compile_definition(definition, Scope(predicate, {}, few), kinds=signatures.kinds())


@contextmanager
def whole_base() -> Iterator[None]:
    """For a statement over every lead: memory to hash in, and no plan that goes through the rows pair by
    pair because a table was filled a moment ago and nobody counted it yet."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'; SET LOCAL enable_nestloop = off")
        yield
        cursor.execute("SET LOCAL work_mem TO DEFAULT; SET LOCAL enable_nestloop TO DEFAULT")


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
    with transaction.atomic():
        behind = _hold_each(lead_ids, model.version)
        terms = (
            (behind, "publish", model.version.opens_handoffs),
            (set(lead_ids) - behind, cause, opens_handoffs),
        )
        for some, why, opens in terms:
            if some:
                _rescore_held(model, these(sorted(some)), at=at, cause=why, opens_handoffs=opens)


def rescore_scope(
    model: LiveModel, scope: Scope, *, at: datetime, cause: str, opens_handoffs: bool
) -> int:
    """Writes the scores that changed in `scope` and promotes; returns how many changed."""
    with transaction.atomic():
        _hold(scope)
        return _rescore_held(model, scope, at=at, cause=cause, opens_handoffs=opens_handoffs)


def _rescore_held(
    model: LiveModel, scope: Scope, *, at: datetime, cause: str, opens_handoffs: bool
) -> int:
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


def _hold_each(lead_ids: list[int], version: ModelVersion) -> set[int]:
    """Takes the locks, and says who was there when the version was published and not yet scored by it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH held AS MATERIALIZED (
                   SELECT lead_id, version FROM leads_leadscore WHERE lead_id = ANY(%s::bigint[])
                    ORDER BY lead_id FOR NO KEY UPDATE)
               SELECT held.lead_id, held.version <> %s OR held.version IS NULL AND l.created_at < %s
                 FROM held LEFT JOIN leads_lead l ON l.id = held.lead_id""",
            [lead_ids, version.pk, version.published_at],
        )
        return {lead_id for lead_id, behind in cursor.fetchall() if behind}


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
        WITH changed AS MATERIALIZED (
            SELECT f.lead_id, f.fit, f.engagement, f.negative, f.total, f.band, ({kept}) AS kept
              FROM ({made.sql}) f JOIN leads_leadscore s ON s.lead_id = f.lead_id
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
