"""What people did with handoffs, as the journal tells: they claimed, gave back, skipped."""

from collections import Counter
from typing import Any

from django.db.models import BigIntegerField, Count, OuterRef, QuerySet, Subquery, TextChoices
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from handoff.models import Handoff
from insights import facts
from insights.periods import Period
from leads.models import JournalEntry


class Deed(TextChoices):
    """What is counted, by the name it has in addresses; KINDS says how the journal calls it."""

    CLAIMED = "claimed", _("Claimed")
    RELEASED = "released", _("Given back")


KINDS = {Deed.CLAIMED: "handoff.claimed", Deed.RELEASED: "handoff.released"}
_NAMES = {kind: deed for deed, kind in KINDS.items()}
_OF_HANDOFF = Handoff.objects.filter(pk=OuterRef("handoff"))


def done(user: User, period: Period, team: int | None = None) -> QuerySet[JournalEntry]:
    """One row for each deed of the period; `team` is whose handoff it was, 0 nobody's."""
    found = JournalEntry.objects.filter(
        kind__in=_NAMES, at__gte=period.begin, at__lt=period.end, lead__in=facts.visible(user)
    )
    if team is None:
        return found
    mine = found.annotate(handoff=Cast(KT("data__handoff"), BigIntegerField()))
    return mine.annotate(team=Subquery(_OF_HANDOFF.values("team")[:1])).filter(team=team or None)


def by_person(user: User, period: Period, team: int | None) -> dict[int, Counter[str]]:
    """How often each person did each of them."""
    counts: dict[int, Counter[str]] = {}
    rows = done(user, period, team).exclude(actor=None).values_list("actor", "kind")
    for person, kind, count in rows.annotate(n=Count("pk")).order_by():
        counts.setdefault(person, Counter())[_NAMES[kind]] += count
    return counts


def top_reasons(user: User, period: Period, team: int | None, deed: Deed) -> dict[int, str]:
    """The reason that each person gave most often for a deed."""
    rows: Any = (
        done(user, period, team).filter(kind=KINDS[deed]).annotate(reason=KT("data__reason"))
        .filter(reason__gt="").values_list("actor", "reason")
        .annotate(n=Count("pk")).order_by("n", "-reason")
    )  # fmt: skip
    return {person: reason for person, reason, _count in rows}


def label(kind: str) -> str:
    """What an entry of this kind is called."""
    return str(_NAMES[kind].label)
