"""Who may import what: the policy table as kinds of rows, and as a filter of imports."""

from django.db.models import Q, QuerySet

from accounts import policy
from accounts.models import User
from leads.models import Import, What

# Rows that say what reps did are for those who may log it; all others for those who may import leads.
NEEDS = {What.TOUCHES: "handoff.touch"}


def kinds_of(user: User) -> list[What]:
    """The kinds of rows that this person may bring along."""
    return [what for what in What if policy.allows(user, NEEDS.get(what, "lead.import"))]


def visible(user: User) -> QuerySet[Import]:
    """All imports for whoever imports leads; else one's own, and the touches that one's teams brought along."""
    if policy.allows(user, "lead.import"):
        return Import.objects.all()
    colleagues = User.objects.filter(teams__in=user.teams.values("pk"))
    return Import.objects.filter(Q(by=user) | Q(what=What.TOUCHES, by__in=colleagues.values("pk")))
