"""What reports count. Each function hands back the rows of a period whose leads a person may see; a number
is the count of such a queryset, and the list behind the number is the queryset itself."""

from datetime import datetime

from django.db.models import F, Q, QuerySet

from accounts.models import User
from handoff import access as handoff_access
from handoff.models import Handoff, Skip, SlaTimer
from insights.periods import Period
from leads import access
from leads.models import Crossing, Lead, LeadScore, Outcome

ACTION = "report.view"
DECISIONS = (Outcome.Result.ACCEPTED, Outcome.Result.RECYCLED, Outcome.Result.DISQUALIFIED)

KEPT = Q(closed_at__lte=F("due_at"))
LATE = Q(closed_at=None) | Q(closed_at__gt=F("due_at"))
# Not broken before the lead came to whoever has it.
CHARGED = Q(handoff__claimed_at=None) | Q(handoff__claimed_at__lte=F("due_at"))


def visible(user: User) -> QuerySet[Lead]:
    """The leads that count in the reports of this person."""
    return access.visible(user, ACTION)


def handoffs(user: User) -> QuerySet[Handoff]:
    """The handoffs that count in them: a manager answers for those of the own teams, and not for what another team
    made of the same lead."""
    return handoff_access.visible(user, ACTION)


def standing(user: User) -> QuerySet[LeadScore]:
    """Every lead, with the stage it stands in now."""
    return LeadScore.objects.filter(lead__in=visible(user))


def crossed(user: User, period: Period) -> QuerySet[Crossing]:
    """Crossings of the MQL line, by the moment of the crossing."""
    return Crossing.objects.filter(lead__in=visible(user), at__gte=period.begin, at__lt=period.end)


def decided(user: User, period: Period) -> QuerySet[Outcome]:
    """Decisions of sales, by the moment of the decision."""
    return Outcome.objects.filter(
        lead__in=visible(user), at__gte=period.begin, at__lt=period.end, result__in=DECISIONS
    )


def handed(user: User, period: Period) -> QuerySet[Handoff]:
    """MQLs handed over in the period, whenever they were decided: one row each, the decision in `state`."""
    return handoffs(user).filter(opened_at__gte=period.begin, opened_at__lt=period.end)


def skipped(user: User, period: Period, team: int | None = None) -> QuerySet[Skip]:
    """Leads that a rep passed by, by the moment of it; `team` is whose handoff it was, 0 nobody's."""
    found = Skip.objects.filter(
        handoff__in=handoffs(user).values("pk"), at__gte=period.begin, at__lt=period.end
    )
    return found if team is None else found.filter(handoff__team=team or None)


def promised(user: User, period: Period, *, at: datetime) -> QuerySet[SlaTimer]:
    """Promises by the day their deadline fell on, KEPT or LATE. One that still runs is neither yet.

    When the alarm rang, and whether it rang, does not matter."""
    return SlaTimer.objects.filter(
        ~Q(state=SlaTimer.State.CANCELLED),
        Q(closed_at__isnull=False) | Q(due_at__lt=at),
        handoff__in=handoffs(user).values("pk"),
        due_at__gte=period.begin,
        due_at__lt=period.end,
    )
