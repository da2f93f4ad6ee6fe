"""Hand-written SQL for the measured model: what a person who knows the data would write. Its scores must equal the
product's, or the comparison means nothing."""

from typing import Any

from django.db import connection

from leads.activity.signatures import kinds
from scoring.definition import Decay


def scores_sql(scope: str) -> tuple[str, dict[str, Any]]:
    """(SQL, parameters) of lead_id and total for the measured model; `scope` is a predicate on `id`."""
    weights = {f"w{days}": Decay("half_life", days).weights() for days in (14, 30)}
    title = "lower(l.title)"
    sql = f"""
        SELECT x.id AS lead_id, ((abs(t)::bigint + 500000) / 1000000 * CASE WHEN t < 0 THEN -1 ELSE 1 END)::int AS total
          FROM (SELECT l.id, least(40000000,
                CASE WHEN {title} ~ '\\m(chief|ceo|cfo|cto|cmo|coo|cio)\\M' THEN 20000000 ELSE 0 END
              + CASE WHEN {title} ~ '\\m(director|vp|vice president|head)\\M' THEN 12000000 ELSE 0 END
              + CASE WHEN c.employees >= 200 THEN 10000000 ELSE 0 END
              + CASE WHEN l.phone <> '' THEN 5000000 ELSE 0 END)
              + least(100000000, coalesce(a.demo, 0) + coalesce(a.pricing, 0) + coalesce(a.roi, 0)
                + coalesce(a.study, 0) + coalesce(a.blog, 0) + coalesce(a.social, 0) + coalesce(a.form, 0))
              - CASE WHEN split_part(l.email, '@', 2) IN ('gmail.com','yahoo.com','hotmail.com','outlook.com',
                     'icloud.com','gmx.de','web.de','aol.com','proton.me','mail.com') THEN 15000000 ELSE 0 END
              - CASE WHEN {title} ~ '\\m(student|intern|internship|unemployed)\\M' THEN 50000000 ELSE 0 END
              - CASE WHEN split_part(l.email, '@', 2) = 'competitor.example' THEN 100000000 ELSE 0 END
              - CASE WHEN l.country = 'AQ' THEN 30000000 ELSE 0 END
              - 25 * coalesce(a.unsub, 0) - 10 * coalesce(a.careers, 0)
              - CASE WHEN (app_now() AT TIME ZONE 'UTC')::date
                     - (greatest(l.last_activity_at, l.created_at) AT TIME ZONE 'UTC')::date >= 90
                     THEN 20000000 ELSE 0 END AS t
                  FROM leads_lead l LEFT JOIN leads_company c ON c.id = l.company_id
                  LEFT JOIN ({_events_sql(scope)}) a ON a.lead_id = l.id
                 WHERE l.{scope}) x"""
    return sql, weights


def _events_sql(scope: str) -> str:
    number = kinds()
    return f"""
        SELECT e.lead_id,
               least(30000000, coalesce(30 * sum(w) FILTER (WHERE c = 1), 0)) AS demo,
               least(45000000, coalesce(15 * sum(w) FILTER (WHERE c = 2), 0)) AS pricing,
               least(24000000, coalesce(12 * sum(w) FILTER (WHERE c = 3), 0)) AS roi,
               least(30000000, coalesce(10 * sum(w) FILTER (WHERE c = 4), 0)) AS study,
               least(9000000, coalesce(3 * sum(w) FILTER (WHERE c = 5), 0)) AS blog,
               least(5000000, coalesce(sum(w) FILTER (WHERE c = 6), 0)) AS social,
               max(w) FILTER (WHERE c = 7) AS unsub, max(w) FILTER (WHERE c = 8) AS careers,
               least(25000000, coalesce(25 * sum(w) FILTER (WHERE c = 9), 0)) AS form
          FROM (SELECT lead_id, c, CASE
                       WHEN c IN (1, 3, 4, 9) THEN coalesce((%(w30)s::int[])[age + 1], 0)
                       WHEN c = 2 THEN CASE WHEN age < 60 THEN coalesce((%(w14)s::int[])[age + 1], 0) END
                       WHEN c IN (5, 6) THEN CASE WHEN age < 30 THEN 1000000 END
                       WHEN c = 7 THEN 1000000
                       ELSE CASE WHEN age < 90 THEN 1000000 END END::bigint AS w
                  FROM (SELECT e.lead_id, s.c,
                               (app_now() AT TIME ZONE 'UTC')::date
                               - (e.occurred_at AT TIME ZONE 'UTC')::date AS age
                          FROM leads_event e JOIN (
                               SELECT id, CASE
                                      WHEN kind_id = {number["demo_request"]} THEN 1
                                      WHEN kind_id = {number["roi_calculator"]} THEN 3
                                      WHEN kind_id = {number["case_study"]} THEN 4
                                      WHEN kind_id = {number["social_click"]} THEN 6
                                      WHEN kind_id = {number["unsubscribe"]} THEN 7
                                      WHEN kind_id = {number["form"]} THEN 9
                                      WHEN path LIKE '/pricing%%' THEN 2
                                      WHEN path LIKE '/blog%%' THEN 5
                                      WHEN path LIKE '/careers%%' THEN 8 END AS c
                                 FROM leads_signature) s ON s.id = e.signature_id AND s.c IS NOT NULL
                         WHERE e.trust IN (0, 1) AND e.{scope.replace("id", "lead_id")}) e) e
         GROUP BY e.lead_id"""


def differing() -> int:
    """Leads whose stored score is not what the hand-written statement says; must be 0."""
    sql, parameters = scores_sql("id > 0")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT count(*) FROM ({sql}) f JOIN leads_leadscore s ON s.lead_id = f.lead_id
                 WHERE s.total <> f.total""",
            parameters,
        )
        count: int = cursor.fetchone()[0]
    return count
