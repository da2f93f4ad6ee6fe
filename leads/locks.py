"""The locks of leads: their score rows, taken in the order of their ids everywhere."""

from collections.abc import Iterable

from leads.models import LeadScore


def hold(lead_ids: Iterable[int]) -> None:
    """Takes the locks of these leads until the transaction ends."""
    rows = LeadScore.objects.select_for_update(no_key=True).filter(lead_id__in=list(lead_ids))
    list(rows.order_by("lead_id").values_list("lead_id"))
