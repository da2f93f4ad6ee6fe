"""Crossings whose handoff was held back, because publishing or importing should call nobody unasked."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import BigIntegerField, Exists, F, OuterRef, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from accounts.models import User
from leads import journal
from leads.models import Crossing, JournalEntry, Lead
from leads.stages import Stage


def held() -> QuerySet[Crossing]:
    """Those whose lead still is an MQL by that crossing and was never handed over."""
    return Crossing.objects.filter(
        opens_handoff=False, lead__stage=Stage.MQL, number=F("lead__score__crossings")
    )


def held_unasked() -> QuerySet[Crossing]:
    """Of these, those that routing has not looked at: whom it nurtures or asks first, it keeps back."""
    entries = JournalEntry.objects.filter(kind="lead.kept_back", lead=OuterRef("lead"))
    of_it = entries.annotate(crossing=Cast(KT("data__crossing"), BigIntegerField()))
    return held().exclude(Exists(of_it.filter(crossing=OuterRef("pk"))))


def held_of(lead: Lead) -> Crossing | None:
    return held().filter(lead=lead).first()


def open_held(
    crossing_ids: Sequence[int], *, at: datetime, by: User | None, by_hand: bool = True
) -> int:
    """Lets the handoffs of held crossings be opened, since a person asks, or with `by_hand` off since their
    day came; says how many follow."""
    with transaction.atomic():
        found = held().filter(pk__in=crossing_ids).select_for_update(of=("self",))
        each = {
            c.lead_id: {"crossing": c.pk, "by_hand": by_hand} for c in found.order_by("lead_id")
        }
        Crossing.objects.filter(pk__in=[data["crossing"] for data in each.values()]).update(
            opens_handoff=True
        )
        journal.write("lead.crossed", each, at=at, by=by, each=each)
    return len(each)
