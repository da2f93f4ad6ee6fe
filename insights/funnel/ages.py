"""How old a lead must be before it is judged: until then nine of ten of its kind are decided."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, DurationField, F, Q

from accounts.models import User
from handoff.models import Handoff
from insights import facts
from insights.numbers import FEW, Percentile
from insights.periods import Period, latest
from qualification.models import Opportunity

# What is learnt from: so many days back.
LEARNT = 365
SHARE = 0.9
# Until ten are known, each step is given so long.
ASSUMED = {"sql": timedelta(days=7), "opportunity": timedelta(days=14), "won": timedelta(days=60)}


@dataclass(frozen=True)
class Age:
    """`long` is how long a step is given, `since` the moment from which on leads are too young for it; `known` says
    whether it was learnt or is assumed."""

    long: timedelta
    since: datetime
    known: bool


Ages = dict[str, Age]


def ages(user: User, *, at: datetime, period: Period) -> Ages:
    """By step: from handover to decision, from acceptance to the opportunity, from there to its end."""
    year = latest(LEARNT, at=at, here=period.zone)
    handed = facts.handed(user, year)
    decided = handed.aggregate(
        **_long("sql", F("disposed_at") - F("opened_at"), disposed_at__isnull=False)
    )
    deals = Opportunity.objects.filter(
        handoff__in=handed.filter(state=Handoff.State.ACCEPTED).values("pk")
    )
    dealt = deals.aggregate(
        **_long("opportunity", F("opened_at") - F("handoff__disposed_at")),
        **_long("won", F("closed_at") - F("opened_at"), closed_at__isnull=False),
    )
    found = {**decided, **dealt}
    return {step: _age(step, found[f"{step}_n"], found[f"{step}_long"], at) for step in ASSUMED}


def _long(step: str, took: object, **only: object) -> dict[str, object]:
    wanted = Q(**only)
    return {
        f"{step}_long": Percentile(took, SHARE, output_field=DurationField(), filter=wanted),
        f"{step}_n": Count("pk", filter=wanted),
    }


def _age(step: str, known: int, long: timedelta | None, at: datetime) -> Age:
    if known < FEW or long is None:
        return Age(ASSUMED[step], at - ASSUMED[step], known=False)
    # A deal entered after the fact may take less than no time.
    long = max(long, timedelta(0))
    return Age(long, at - long, known=True)
