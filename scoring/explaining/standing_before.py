"""Bands that hold on to their leads: going back to a version gives back where its leads stood."""

from django.db import connection

from scoring.live import read
from scoring.models import ModelVersion


def restore(version: ModelVersion) -> None:
    """Puts leads back into the band they stood in when `version` was retired, where a band of it is left at
    another score than it is entered; whether they still stand there, the rescoring says."""
    if all(band.leave is None for band in read(version).bands):
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH held AS MATERIALIZED (
                   SELECT s.lead_id, old.band FROM leads_leadscore s
                     CROSS JOIN LATERAL (
                          SELECT h.band FROM leads_scorehistory h
                           WHERE h.lead_id = s.lead_id AND h.at <= %s
                           ORDER BY h.at DESC, h.id DESC LIMIT 1) old
                    WHERE s.band <> old.band ORDER BY s.lead_id FOR NO KEY UPDATE OF s)
               UPDATE leads_leadscore s SET band = held.band FROM held WHERE s.lead_id = held.lead_id""",
            [version.retired_at],
        )
