"""Messages are kept to be looked at and taken again, not for ever."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection

from leads.models import ContactKey, Delivery
from leads.privacy import erasing

KEPT = timedelta(days=30)


def forget(at: datetime) -> int:
    """Deletes messages a month after they came; says how many rows went."""
    return Delivery.objects.filter(received_at__lt=at - KEPT).delete()[0]


def forget_mentions(lead_ids: Sequence[int], at: datetime) -> None:
    """Deletes messages that became no lead and hold an address of these leads. Those that told of them go with
    everything else that does."""
    with connection.cursor() as cursor:
        cursor.execute(
            """DELETE FROM leads_delivery d WHERE NOT EXISTS
                     (SELECT FROM leads_delivery_leads l WHERE l.delivery_id = d.id)
                  AND EXISTS (SELECT FROM leads_contactkey k
                               WHERE k.lead_id = ANY(%s) AND k.kind = %s
                                 AND position(k.value IN lower(encode(d.body, 'escape'))) > 0)""",
            [list(lead_ids), ContactKey.EMAIL],
        )


erasing.closed_by(forget_mentions)
