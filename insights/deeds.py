"""What people did with handoffs and what befell them, as the journal tells: given or offered a lead, claimed
one, gave it back."""

from collections import Counter
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    Value,
    When,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from handoff.models import Handoff
from insights import facts
from insights.periods import Period
from leads.models import JournalEntry


class Deed(TextChoices):
    """What is counted, by the name it has in addresses."""

    ASSIGNED = "assigned", _("Assigned")
    CLAIMED = "claimed", _("Claimed")
    RELEASED = "released", _("Given back")
    RETURNED = "returned", _("Taken back")


CLAIMED, RELEASED = "handoff.claimed", "handoff.released"
# Somebody gave a lead to a person, or routing offered it, at once or when it looked again.
ASSIGNED = ("handoff.reassigned", "handoff.opened", "handoff.routed")


def _id(key: str) -> Cast:
    return Cast(KT(f"data__{key}"), BigIntegerField())


# Whom it is about: who got the lead, or had it. What opens or is routed without an offer is about nobody.
PERSON = Case(
    When(kind__in=ASSIGNED, then=_id("to")),
    When(kind=RELEASED, data__has_key="from", then=_id("from")),
    default=F("actor"),
    output_field=BigIntegerField(),
)
# A lead that goes back to the queue was given back by its holder, or taken by a lease, a rule or a manager.
DEED = Case(
    When(kind__in=ASSIGNED, then=Value(Deed.ASSIGNED)),
    When(kind=CLAIMED, then=Value(Deed.CLAIMED)),
    When(Q(kind=RELEASED, actor=F("person")), then=Value(Deed.RELEASED)),
    default=Value(Deed.RETURNED),
    output_field=CharField(),
)
_OF_HANDOFF = Handoff.objects.filter(pk=OuterRef("handoff"))


def done(user: User, period: Period, team: int | None = None) -> QuerySet[Any]:
    """One row for each deed of the period, with `deed` and `person`; `team` is whose handoff it was, 0 nobody's."""
    found = JournalEntry.objects.filter(
        kind__in=(*ASSIGNED, CLAIMED, RELEASED), at__gte=period.begin, at__lt=period.end,
        lead__in=facts.visible(user),
    )  # fmt: skip
    about = found.annotate(person=PERSON).filter(person__isnull=False).annotate(deed=DEED)
    if team is None:
        return about
    mine = about.annotate(handoff=_id("handoff"))
    return mine.annotate(team=Subquery(_OF_HANDOFF.values("team")[:1])).filter(team=team or None)


def by_person(user: User, period: Period, team: int | None) -> dict[int, Counter[str]]:
    """How often each of them befell each person."""
    counts: dict[int, Counter[str]] = {}
    rows = done(user, period, team).values_list("person", "deed")
    for person, deed, count in rows.annotate(n=Count("pk")).order_by():
        counts.setdefault(person, Counter())[deed] += count
    return counts
