"""Leads that went up in another: who they are by now, and whose histories are one story."""

from leads.models import Lead, Merge


def family(lead: Lead) -> list[int]:
    """The lead and those that went up in it."""
    return [lead.pk, *Lead.objects.filter(merged_into=lead).values_list("pk", flat=True)]


def merges(lead: Lead) -> list[Merge]:
    """The merges that made the lead what it is, the latest first; only the first can be taken back."""
    standing = Merge.objects.filter(survivor=lead, undone_at=None)
    return list(standing.select_related("loser", "by").order_by("-id"))


def latest(lead: Lead) -> Merge | None:
    return next(iter(merges(lead)), None)
