"""Going back to a version gives back where its leads stood."""

from django.db import connection

from leads.stages import Stage
from scoring.live import read
from scoring.models import ModelVersion

# The band of a lead when a version was retired.
THEN = """(SELECT h.band FROM leads_scorehistory h WHERE h.lead_id = s.lead_id AND h.at <= %(then)s
            ORDER BY h.at DESC, h.id DESC LIMIT 1)"""


def restore(version: ModelVersion) -> None:
    """Leads stand where they stood when `version` was retired: none that had crossed its line crosses again,
    and each is in the band it was in where a band holds on; whether it still stands there, the rescoring
    says."""
    _disarm(version)
    _put_back(version)


def _disarm(version: ModelVersion) -> None:
    """A lead that stood above the line, and was armed only because the rules between put it below."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""UPDATE leads_leadscore s SET armed = false
                 WHERE s.lead_id = ANY(ARRAY(
                       SELECT s.lead_id FROM leads_leadscore s
                        WHERE s.armed AND s.crossings > 0 AND s.stage <> %(waiting)s
                          AND {THEN} = ANY(%(handed)s) ORDER BY s.lead_id FOR NO KEY UPDATE))""",
            {
                "then": version.retired_at,
                "handed": read(version).handing_bands,
                # They are armed by their day.
                "waiting": Stage.RECYCLED,
            },
        )


def _put_back(version: ModelVersion) -> None:
    if all(band.leave is None for band in read(version).bands):
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH held AS MATERIALIZED (
                   SELECT s.lead_id, old.band FROM leads_leadscore s CROSS JOIN LATERAL {THEN} old
                    WHERE s.band <> old.band ORDER BY s.lead_id FOR NO KEY UPDATE OF s)
               UPDATE leads_leadscore s SET band = held.band FROM held WHERE s.lead_id = held.lead_id""",
            {"then": version.retired_at},
        )
