"""The source of a handoff's lead, kept with the handoff: reports count by it without looking up every lead."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from leads.journal import Entry


def follow(entries: Sequence[Entry], at: datetime) -> None:
    """Writes it again where it is another by now: a fix mended its words, or the lead went up in another."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE handoff_handoff h SET source = l.source FROM leads_lead l
                WHERE l.id = h.lead_id AND l.id = ANY(%s) AND h.source <> l.source""",
            [[entry.lead_id for entry in entries]],
        )
