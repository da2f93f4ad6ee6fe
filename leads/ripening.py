"""Recycled leads rest until their day; when it comes they are eligible again."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts import prepared
from leads import journal
from leads.models import LeadScore


def set_aside(lead_id: int, *, until: datetime) -> None:
    """Until then the lead cannot cross, whatever its score. The caller holds the lead."""
    LeadScore.objects.filter(lead_id=lead_id).update(armed=False, armed_from=until)


def arm(lead_ids: Sequence[int]) -> None:
    """These leads may cross again from now on. The caller holds them."""
    LeadScore.objects.filter(lead_id__in=lead_ids).update(armed=True, armed_from=None)


def ripen(*, at: datetime, limit: int = 500) -> int:
    """Arms the leads whose day has come and asks the pipeline to look at them; says how many."""
    with transaction.atomic(), prepared.cursor() as cursor:
        cursor.execute(
            f"""UPDATE leads_leadscore SET armed = true, armed_from = NULL
                WHERE lead_id = ANY(ARRAY(
                      SELECT lead_id FROM leads_leadscore WHERE armed_from <= app_now()
                       ORDER BY lead_id LIMIT {limit:d} FOR NO KEY UPDATE SKIP LOCKED))
            RETURNING lead_id"""
        )
        lead_ids = sorted(row[0] for row in cursor.fetchall())
        journal.write("lead.ripened", lead_ids, at=at)
    return len(lead_ids)
