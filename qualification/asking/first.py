"""Routing wants some leads asked before sales calls them. Their answer hands them over; and so does it where the
letter cannot reach them."""

from collections.abc import Sequence
from datetime import datetime

from handoff.routing import kept_back
from leads.models import Lead
from leads.privacy.suppression import suppressed
from qualification.asking import links
from qualification.catalogue import DEFAULT, newest


def ask(lead_ids: Sequence[int], *, at: datetime) -> None:
    """Sends each the questions; hands over at once whom no letter reaches."""
    if not lead_ids:
        return
    framework = newest(DEFAULT)
    reached = _reachable(lead_ids) if framework else set()
    if framework and reached:
        links.send(sorted(reached), framework, by=None, at=at)
    kept_back.hand_over(set(lead_ids) - reached, at=at)


def _reachable(lead_ids: Sequence[int]) -> set[int]:
    found = Lead.objects.filter(pk__in=lead_ids, email__isnull=False)
    emails = {pk: email or "" for pk, email in found.values_list("pk", "email")}
    refused = suppressed(emails.values())
    return {pk for pk, email in emails.items() if email not in refused}
