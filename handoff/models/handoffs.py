"""An MQL in a team's hands, and what was done to reach the person."""

import uuid

from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Least
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from leads.models import Crossing, Lead

OPEN_STATES = ("queued", "claimed")
# A lead's handoffs, the present one first: what ended in a merge was never another's past.
PRESENT_FIRST = (Case(When(state="merged", then=1), default=0), "-id")


class Handoff(models.Model):
    class State(models.TextChoices):
        QUEUED = "queued", _("Unclaimed")
        CLAIMED = "claimed", _("Claimed")
        ACCEPTED = "accepted", _("Accepted")
        RECYCLED = "recycled", _("Recycled")
        DISQUALIFIED = "disqualified", _("Disqualified")
        ERASED = "erased", _("Person erased")
        # Its lead went up in one that sales had already.
        MERGED = "merged", _("Merged")
        # A disqualifier took it back before anybody had claimed it.
        WITHDRAWN = "withdrawn", _("Withdrawn")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    crossing = models.OneToOneField(Crossing, models.PROTECT, related_name="handoff")
    lead = models.ForeignKey(Lead, models.PROTECT, related_name="handoffs")
    # Of these three the indexes below know more than one for the column alone would.
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, related_name="handoffs", db_index=False
    )
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="handoffs", db_index=False
    )
    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    # The highest band since it crossed; the crossing keeps the one it crossed into.
    band = models.CharField(max_length=40)
    # 1 in the lowest band that is handed to sales, more the higher the band.
    priority = models.PositiveSmallIntegerField(db_default=1)
    # Since when the score stands below that band; nothing is withdrawn for it.
    cooled_at = models.DateTimeField(null=True)
    # The disqualifier that its holder was warned of.
    flag = models.CharField(max_length=60, blank=True, db_default="")
    # The tier of the company at that moment, which promises may ask for; empty for none.
    tier = models.CharField(max_length=40, default="", db_default="")
    # That of its lead, which handoff/sources.py keeps it in step with.
    source = models.CharField(max_length=80, blank=True, db_default="")
    # The newest reason of routing, as its decision says it.
    routed_by = models.CharField(max_length=300)
    # It lies there because no rule held, or because nobody could take it.
    is_fallback = models.BooleanField(default=False, db_default=False)
    # Of an unclaimed one: whom the rules meant it for, and until when the others of the team hold back.
    offered_to = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="offers", db_index=False
    )
    offered_at = models.DateTimeField(null=True)
    offered_until = models.DateTimeField(null=True)
    # When routing looks again for somebody to offer it to.
    offer_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    first_touch_at = models.DateTimeField(null=True)
    disposed_at = models.DateTimeField(null=True)
    # The next deadline that still runs or was missed.
    next_due_at = models.DateTimeField(null=True)
    # When its next task is due; and the earlier of the two, which the queue goes by.
    task_due_at = models.DateTimeField(null=True)
    act_by = models.GeneratedField(
        expression=Least("next_due_at", "task_due_at"),
        output_field=models.DateTimeField(null=True),
        db_persist=True,
    )
    # What acting now is worth, on a scale that does not move as time passes: handoff/queue/worth.py.
    heat = models.BigIntegerField(default=0, db_default=0)
    # Claimed and not touched by then, it goes back to the queue.
    lease_until = models.DateTimeField(null=True)
    snoozed_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lead"], condition=Q(state__in=OPEN_STATES), name="one_open_handoff"
            ),
            models.CheckConstraint(
                condition=Q(state="queued", owner=None) | ~Q(state="queued"),
                name="unclaimed_has_no_owner",
            ),
        ]
        indexes = [
            models.Index(fields=["team", "state", "next_due_at", "id"], name="handoff_queue"),
            models.Index(fields=["owner", "state"], name="handoff_owner"),
            models.Index(fields=["opened_at"], name="handoff_opened"),
            # How many leads a person took today.
            models.Index(fields=["owner", "claimed_at"], name="handoff_taken"),
            models.Index(
                fields=["offered_to"], name="handoff_offered", condition=~Q(offered_to=None)
            ),
            models.Index(
                fields=["offered_until"],
                name="handoff_lapsing",
                condition=Q(state="queued") & ~Q(offered_until=None),
            ),
            models.Index(
                fields=["offer_at"],
                name="handoff_to_offer",
                condition=Q(state="queued") & ~Q(offer_at=None),
            ),
            models.Index(
                fields=["-heat", "-id"],
                name="handoff_by_heat",
                condition=Q(state__in=OPEN_STATES),
                include=[
                    "act_by",
                    "next_due_at",
                    "team",
                    "owner",
                    "state",
                    "band",
                    "snoozed_until",
                ],
            ),
            models.Index(
                fields=["act_by", "id"],
                name="handoff_by_act",
                condition=Q(state__in=OPEN_STATES),
                include=["next_due_at", "team", "owner", "state", "band", "snoozed_until"],
            ),
            models.Index(
                fields=["opened_at", "id"],
                name="handoff_by_age",
                condition=Q(state__in=OPEN_STATES),
            ),
            models.Index(
                fields=["lease_until"], name="handoff_lease", condition=~Q(lease_until=None)
            ),
            models.Index(
                fields=["snoozed_until"], name="handoff_snoozed", condition=~Q(snoozed_until=None)
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


class Pause(models.Model):
    """A handoff that waits for the prospect: its clocks rest until somebody resumes them, and not after `until`."""

    handoff = models.ForeignKey(Handoff, models.CASCADE, related_name="pauses")
    reason = models.CharField(max_length=300)
    started_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["handoff"], condition=Q(ended_at=None), name="one_open_pause"
            ),
            models.CheckConstraint(
                condition=Q(until__gt=F("started_at")), name="pause_ends_after_it_starts"
            ),
        ]
        indexes = [
            models.Index(fields=["until"], name="pause_open", condition=Q(ended_at=None)),
            models.Index(fields=["handoff", "started_at"], name="pause_handoff"),
        ]


class Touch(models.Model):
    class Kind(models.TextChoices):
        CALL = "call", _("Call")
        EMAIL = "email", _("E-mail")
        MEETING = "meeting", _("Meeting")
        NOTE = "note", _("Note")

    class Answer(models.TextChoices):
        NONE = "", _("—")
        REACHED = "reached", _("Reached")
        NO_ANSWER = "no_answer", _("No answer")
        LEFT_MESSAGE = "left_message", _("Left a message")

    handoff = models.ForeignKey(Handoff, models.CASCADE, null=True, related_name="touches")
    lead = models.ForeignKey(Lead, models.CASCADE, related_name="touches", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    answer = models.CharField(max_length=12, choices=Answer, blank=True, default="")
    note = models.TextField(blank=True, default="")
    # What a machine sent, such as an auto-responder, is never the first touch of a person.
    automatic = models.BooleanField(default=False, db_default=False)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # When it happened, which may be earlier than when it was written down.
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["lead", "-occurred_at"], name="touch_lead_at")]
