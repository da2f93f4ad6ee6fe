"""Scores computed and written. Everything here takes a scope, holds the leads' locks first, and only then
reads the clock and computes: otherwise a slow run would overwrite a newer score."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from accounts import prepared
from leads import journal
from leads.stages import IN_HAND
from leads.vocabulary import rule_sql
from leads.vocabulary.lists import Frozen
from scoring import alerts, promotion
from scoring.live import LiveModel, compute, live_models, statement
from scoring.statement.scope import Scope, these


@contextmanager
def whole_base() -> Iterator[None]:
    """For a statement over every lead: memory to hash in, and no plan that goes through the rows pair by
    pair because a table was filled a moment ago and nobody counted it yet."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'; SET LOCAL enable_nestloop = off")
        yield
        cursor.execute("SET LOCAL work_mem TO DEFAULT; SET LOCAL enable_nestloop TO DEFAULT")


def rescore(
    lead_ids: Sequence[int], *, at: datetime, cause: str, opens_handoffs: bool = True
) -> None:
    """Brings these leads up to date with the live versions and lets them cross. A no-op without any.

    A lead that a publication has not reached yet crosses by that publication, on its terms, even if an
    event came first."""
    models = live_models()
    if not models or not lead_ids:
        return
    lead_ids = _with_colleagues(list(lead_ids), models)
    with transaction.atomic():
        behind = _hold_each(lead_ids, models)
        rest = these(sorted(set(lead_ids) - behind))
        late = these(sorted(behind))
        for model in models:
            if behind:
                opens = model.version.opens_handoffs
                _rescore_held(model, late, at=at, cause="publish", opens_handoffs=opens)
            if len(behind) < len(lead_ids):
                _rescore_held(model, rest, at=at, cause=cause, opens_handoffs=opens_handoffs)
        _clear(models, these(lead_ids))


def rescore_scope(
    models: Sequence[LiveModel], scope: Scope, *, at: datetime, causes: dict[int, tuple[str, bool]]
) -> int:
    """Writes the scores that changed in `scope` and promotes; returns how many changed. `causes` gives, by the
    version's key, why, and whether handoffs are opened; a version that is not named there scores for decay."""
    with transaction.atomic():
        _hold(scope)
        changed = 0
        for model in models:
            cause, opens = causes.get(model.version.pk, ("decay", True))
            changed += _rescore_held(model, scope, at=at, cause=cause, opens_handoffs=opens)
        return changed + _clear(models, scope)


def _rescore_held(
    model: LiveModel, scope: Scope, *, at: datetime, cause: str, opens_handoffs: bool
) -> int:
    was = alerts.before(model, scope, cause=cause)
    changed, crossed = _write(model, scope, cause=cause, at=at)
    if was is not None:
        alerts.warm(model, scope, was, at=at)
    promotion.promote(
        model,
        crossed,
        explain=lambda ids: compute(model.definition, these(ids)),
        cause=cause,
        opens_handoffs=opens_handoffs,
        at=at,
    )
    return changed


def _with_colleagues(lead_ids: list[int], models: Sequence[LiveModel]) -> list[int]:
    """What one did may count for everybody of the company, and for that of yesterday no longer."""
    if not any(c.people for model in models for c in model.definition.criteria):
        return lead_ids
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT id FROM leads_lead WHERE merged_into_id IS NULL AND company_id IN (
                   SELECT company_id FROM leads_lead
                    WHERE id = ANY(%(ids)s::bigint[]) OR merged_into_id = ANY(%(ids)s::bigint[])
                    UNION SELECT company_id FROM leads_formercompany
                    WHERE lead_id = ANY(%(ids)s::bigint[]) AND known_at > app_now() - interval '1 day')""",
            {"ids": lead_ids},
        )
        return sorted({*lead_ids, *(row[0] for row in cursor.fetchall())})


def _hold_each(lead_ids: list[int], models: Sequence[LiveModel]) -> set[int]:
    """Takes the locks, and says who was there when a version was published and not yet scored by it."""
    live = [model.version.pk for model in models]
    published = max(model.version.published_at for model in models if model.version.published_at)
    with prepared.cursor() as cursor:
        cursor.execute(
            """WITH held AS MATERIALIZED (
                   SELECT lead_id, version FROM leads_leadscore WHERE lead_id = ANY(%s::bigint[])
                    ORDER BY lead_id FOR NO KEY UPDATE)
               SELECT held.lead_id, held.version <> ALL(%s) OR held.version IS NULL AND l.created_at < %s
                 FROM held LEFT JOIN leads_lead l ON l.id = held.lead_id""",
            [lead_ids, live, published],
        )
        return {lead_id for lead_id, behind in cursor.fetchall() if behind}


def _hold(scope: Scope) -> None:
    with scope.cursor() as cursor:
        cursor.execute(
            f"""SELECT count(*) FROM (
                  SELECT lead_id FROM leads_leadscore WHERE {scope.of("lead_id")}
                   ORDER BY lead_id FOR NO KEY UPDATE) held""",
            scope.parameters,
        )


def _write(
    model: LiveModel, scope: Scope, *, cause: str, at: datetime
) -> tuple[int, promotion.Crossed]:
    """Says how many scores changed, which alone are written, and who crossed.

    Decay keeps a history row only where the band moved, everything else also where the total did. Whoever has
    a lead in hand hears that its band or flag moved."""
    made = statement(model.definition, scope, applies=model.applies)
    kept = "f.band <> s.band"
    if cause != "decay":
        kept += " OR f.total <> s.total OR s.version IS NULL"
    sql = f"""
        WITH changed AS MATERIALIZED (
            SELECT * FROM (
                SELECT f.lead_id, f.fit, f.engagement, f.account, f.negative, f.total, f.band, f.flag,
                       s.armed, s.crossings + 1 AS number, {promotion.SWITCHES} AS switches,
                       (s.fit, s.engagement, s.account, s.negative, s.total, s.band, s.flag, s.version)
                       IS DISTINCT FROM (f.fit, f.engagement, f.account, f.negative, f.total, f.band,
                                         f.flag, %(version)s) AS differs,
                       CASE WHEN s.version IS NOT NULL THEN s.total END AS was, ({kept}) AS kept,
                       s.stage = ANY(%(in_hand)s) AND s.version IS NOT NULL
                       AND (f.band, f.flag) <> (s.band, s.flag) AS told
                  FROM ({made.sql}) f JOIN leads_leadscore s ON s.lead_id = f.lead_id
                 WHERE {scope.of("s.lead_id")}) every
             WHERE differs OR switches),
        written AS (
            UPDATE leads_leadscore s
               SET fit = c.fit, engagement = c.engagement, account = c.account,
                   negative = c.negative, total = c.total, band = c.band, flag = c.flag,
                   version = %(version)s, armed = c.armed <> c.switches,
                   crossings = s.crossings + (c.armed AND c.switches)::int,
                   computed_at = CASE WHEN c.differs THEN app_now() ELSE s.computed_at END
              FROM changed c WHERE s.lead_id = c.lead_id),
        noted AS (
            INSERT INTO leads_scorehistory
                   (lead_id, at, was, total, fit, engagement, account, negative, band, version, cause)
            SELECT lead_id, app_now(), was, total, fit, engagement, account, negative, band, %(version)s,
                   %(cause)s
              FROM changed WHERE kept)
        SELECT count(*) FILTER (WHERE differs), array_agg(lead_id) FILTER (WHERE told),
               jsonb_agg(jsonb_build_array(lead_id, number, total, band)) FILTER (WHERE armed AND switches)
          FROM changed"""
    more: dict[str, Any] = {"version": model.version.pk, "cause": cause, "in_hand": sorted(IN_HAND)}
    with scope.cursor() as cursor:
        cursor.execute(sql, {**made.parameters, **more, **promotion.asked(model)})
        count, told, crossed = cursor.fetchone()
    journal.wake("lead.rebanded", told or [], at=at)
    return int(count), {lead_id: tuple(rest) for lead_id, *rest in json.loads(crossed or "[]")}


def _clear(models: Sequence[LiveModel], scope: Scope) -> int:
    """A lead to which no model applies has no score."""
    if any(not model.applies.mine for model in models):
        return 0
    parameters = rule_sql.Parameters()
    some = " OR ".join(rule_sql.every(model.applies.mine, parameters, Frozen()) for model in models)
    with scope.cursor() as cursor:
        cursor.execute(
            f"""UPDATE leads_leadscore s
                   SET fit = 0, engagement = 0, account = 0, negative = 0, total = 0, band = '',
                       flag = '', version = NULL, computed_at = app_now()
                  FROM leads_lead l LEFT JOIN leads_company c ON c.id = l.company_id
                 WHERE l.id = s.lead_id AND {scope.of("s.lead_id")} AND s.version IS NOT NULL
                   AND l.erased_at IS NULL AND NOT ({some})""",
            {**parameters, **scope.parameters},
        )
        return cursor.rowcount
