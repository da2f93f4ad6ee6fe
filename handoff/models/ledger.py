"""Whose hands held a handoff: a chain of segments that tiles its life, closed once and never changed.

Each segment starts where the one before it ended (a foreign key of the migration says so), each has at most one
successor, and the last one runs until the handoff is decided. Evidence that comes late replaces the end of the
chain by new rows; what was replaced stays, with the moment at which it was."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from handoff.models.handoffs import Handoff
from handoff.models.promises import CalendarVersion

STANDS = Q(replaced_at=None)


class Segment(models.Model):
    class Step(models.TextChoices):
        """What began the segment."""

        CAPTURED = "captured", _("Captured")
        SCORED = "scored", _("Scored")
        ROUTED = "routed", _("Routed")
        OFFERED = "offered", _("Offered")
        QUEUED = "queued", _("Unclaimed again")
        CLAIMED = "claimed", _("Claimed")
        TOUCHED = "touched", _("First touch")
        TALKED = "talked", _("First conversation")
        WAITING = "waiting", _("Waits for the prospect")
        RESUMED = "resumed", _("Resumed")
        MERGED = "merged", _("Merged into another lead")
        DECIDED = "decided", _("Decided")

    class Holder(models.TextChoices):
        SYSTEM = "system", _("System")
        QUEUE = "queue", _("Queue")
        PERSON = "person", _("Person")
        PROSPECT = "prospect", _("Prospect")

    handoff = models.ForeignKey(Handoff, models.PROTECT, related_name="segments", db_index=False)
    previous = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    step = models.CharField(max_length=10, choices=Step)
    holder = models.CharField(max_length=10, choices=Holder)
    # Who holds it; for an offer, which lies in the queue, to whom.
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+", db_index=False)
    # The holder's hours as they were when the segment began; None counts round the clock, as the system works.
    calendar_version = models.ForeignKey(
        CalendarVersion, models.PROTECT, null=True, related_name="+", db_index=False
    )
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    working_s = models.PositiveIntegerField(null=True)
    known_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["handoff"], condition=STANDS & Q(ended_at=None), name="segment_one_runs"
            ),
            models.UniqueConstraint(
                fields=["handoff"], condition=STANDS & Q(previous=None), name="segment_one_is_first"
            ),
            models.UniqueConstraint(
                fields=["previous"], condition=STANDS, name="segment_one_successor"
            ),
            models.UniqueConstraint(
                fields=["id", "handoff", "ended_at"], name="segment_end_is_a_key"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, working_s=None)
                | Q(ended_at__gte=F("started_at"), working_s__isnull=False),
                name="segment_ends_after_its_start",
            ),
            models.CheckConstraint(
                condition=~Q(holder="person") | Q(user__isnull=False),
                name="segment_person_is_named",
            ),
        ]
        indexes = [
            models.Index(fields=["handoff", "started_at", "id"], name="segment_chain"),
            models.Index(fields=["user", "started_at"], name="segment_user"),
        ]
