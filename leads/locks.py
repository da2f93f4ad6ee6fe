"""The locks of leads: their score rows, taken in the order of their ids everywhere."""

from collections.abc import Iterable

from accounts import prepared


def hold(lead_ids: Iterable[int]) -> None:
    """Takes the locks of these leads until the transaction ends."""
    with prepared.cursor() as cursor:
        cursor.execute(
            """SELECT lead_id FROM leads_leadscore WHERE lead_id = ANY(%s)
                ORDER BY lead_id FOR NO KEY UPDATE""",
            [list(lead_ids)],
        )
