"""One person's no holds for whoever two leads became, under all their addresses; taken back, for who said it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from leads.journal import Entry
from leads.models import Merge, Suppression
from leads.privacy import consents, suppression

Reason = Suppression.Reason


def follow(entries: Sequence[Entry], at: datetime) -> None:
    """Follows `lead.merged` and `lead.unmerged`."""
    for kind, settle in KINDS.items():
        settle({entry.data["merge"] for entry in entries if entry.kind == kind}, at=at)
    ids = sorted({entry.lead_id for entry in entries if entry.lead_id is not None})
    consents.settle(ids, at=at)
    suppression.mark(ids, at=at)


def _join(merge_ids: Collection[int], *, at: datetime) -> None:
    """What still stands on the two is what each of them had said."""
    merges = Merge.objects.filter(pk__in=merge_ids).select_related("survivor", "loser")
    for merge in merges.order_by("pk"):
        if {merge.survivor.stopped, merge.loser.stopped} & {*Suppression.WISHES}:
            contacts = suppression.contacts(merge.survivor)
            suppression.add(contacts, reason=Reason.MERGED, at=at)


def _part(merge_ids: Collection[int], *, at: datetime) -> None:
    """Takes that back, unless another merge of theirs asks for it."""
    for merge in Merge.objects.filter(pk__in=merge_ids).select_related("survivor", "loser"):
        both = [merge.survivor, merge.loser]
        for lead in both:
            suppression.forget(lead, Reason.MERGED)
        standing = Merge.objects.filter(survivor__in=both, undone_at=None)
        _join(standing.values_list("pk", flat=True), at=at)


KINDS = {"lead.merged": _join, "lead.unmerged": _part}
