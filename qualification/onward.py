"""Where a rep goes after a decision: to the next lead of their own that is due first."""

from django.db.models import F

from accounts.models import User
from handoff.models import Handoff


def next_of(user: User) -> Handoff | None:
    """The claimed handoff of this person whose clock runs out first, or None."""
    mine = Handoff.objects.filter(owner=user, state=Handoff.State.CLAIMED).select_related("lead")
    return mine.order_by(F("next_due_at").asc(nulls_last=True), "pk").first()
