"""The pages of nurture: sequences with how many went through, and the leads behind each number."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from accounts.models import User
from leads import access, paging
from leads.paging import Order
from qualification.models import Enrolment, Sequence, SequenceMail

RUNNING, CLICKS = "running", "followed"
NEWEST = Order(F("entered_at"), descending=True, read=paging.moment)


@dataclass
class Line:
    """A sequence: how many are in it, how they left it, and how many of them followed a link."""

    sequence: Sequence
    steps: int
    running: int = 0
    followed: int = 0
    ends: dict[str, int] = field(default_factory=dict)

    @property
    def all(self) -> int:
        return self.running + sum(self.ends.values())


def visible(user: User) -> QuerySet[Enrolment]:
    """The enrolments of leads that this person may see."""
    if access.sees_all(user, "nurture.view"):
        return Enrolment.objects.filter(lead__merged_into=None)
    return Enrolment.objects.filter(lead__in=access.listed(user, "nurture.view").values("pk"))


def lines(user: User) -> list[Line]:
    """Every sequence in its order. Three queries."""
    steps = Count("steps", filter=Q(steps__removed_at=None))
    made = {one.pk: Line(one, one.number) for one in Sequence.objects.annotate(number=steps)}
    rows = visible(user).order_by().values_list("sequence", "end").annotate(n=Count("pk"))
    for sequence, end, n in rows:
        if end:
            made[sequence].ends[end] = n
        else:
            made[sequence].running = n
    clicked = visible(user).filter(pk__in=_clicked()).order_by().values_list("sequence")
    for sequence, n in clicked.annotate(n=Count("pk")):
        made[sequence].followed = n
    return list(made.values())


def _clicked() -> QuerySet[Any]:
    return SequenceMail.objects.exclude(clicked_at=None).values("enrolment")


def found(user: User, sequence: Sequence, what: str) -> QuerySet[Enrolment]:
    """Those behind a number: `what` is running, followed, an end, or nothing for all."""
    rows = visible(user).filter(sequence=sequence)
    if what == RUNNING:
        return rows.filter(ended_at=None)
    if what == CLICKS:
        return rows.filter(pk__in=_clicked())
    return rows.filter(end=what) if what else rows


def page(
    user: User, sequence: Sequence, what: str, *, after: str = "", before: str = ""
) -> paging.Page:
    rows: Any = found(user, sequence, what).select_related("lead__score", "by")
    return paging.page(rows, NEWEST, after=after, before=before)


def of_lead(lead_id: int) -> list[Enrolment]:
    """What a lead went through, newest first, with its mails."""
    rows = Enrolment.objects.filter(lead=lead_id).select_related("sequence", "by")
    return list(rows.prefetch_related("mails__step").order_by("-id")[:5])
