"""Clocks as rows: `due_at` is the promise, `fired_at` the truth, and one event an alarm whoever sweeps."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from handoff.models.handoffs import Handoff
from handoff.models.promises import CalendarVersion, SlaPolicyVersion


class SlaTimer(models.Model):
    class Milestone(models.TextChoices):
        CLAIM = "claim", _("Claim")
        FIRST_TOUCH = "first_touch", _("First touch")
        # From one touch to the next, a cycle each.
        FOLLOW_UP = "follow_up", _("Follow-up")
        DISPOSITION = "disposition", _("Decision")

    class Cause(models.TextChoices):
        """Why it is broken, where nobody missed it: such a clock counts in no report."""

        NONE = "", _("—")
        CHANGE = "change", _("A change of the promise")

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        MET = "met", _("Met")
        BREACHED = "breached", _("Breached")
        CANCELLED = "cancelled", _("Cancelled")

    handoff = models.ForeignKey(Handoff, models.CASCADE, related_name="timers", db_index=False)
    milestone = models.CharField(max_length=20, choices=Milestone)
    cycle = models.PositiveSmallIntegerField(default=1)
    policy_version = models.ForeignKey(SlaPolicyVersion, models.PROTECT, related_name="+")
    # None for a promise in calendar time.
    calendar_version = models.ForeignKey(
        CalendarVersion, models.PROTECT, null=True, related_name="+"
    )
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    budget_s = models.PositiveIntegerField()
    consumed_s = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    running_since = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    generation = models.PositiveSmallIntegerField(default=1)
    closed_at = models.DateTimeField(null=True)
    # Whose claim or touch stopped it; None where nobody's did.
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    cause = models.CharField(max_length=10, choices=Cause, blank=True, db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["handoff", "milestone", "cycle"], name="timer_cycle_unique"
            ),
            models.CheckConstraint(
                condition=Q(state="paused", due_at=None) | (~Q(state="paused") & ~Q(due_at=None)),
                name="paused_has_no_deadline",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="timer_open",
                condition=Q(closed_at=None, state__in=["running", "breached"]),
            ),
            models.Index(fields=["closed_at"], name="timer_closed"),
            # Reports ask for the promises of a kind that fell due in some weeks.
            models.Index(fields=["milestone", "due_at"], name="timer_due"),
        ]

    @property
    def left_s(self) -> int:
        """Seconds of its time that were left when it last began to run or to rest."""
        return max(0, self.budget_s - self.consumed_s)


class SlaAlarm(models.Model):
    class Kind(models.TextChoices):
        WARN = "warn", _("Due soon")
        BREACH = "breach", _("Breach")
        # A step of the policy's chain at a moment of its own.
        STEP = "step", _("Escalation")

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        FIRED = "fired", _("Fired")
        CANCELLED = "cancelled", _("Cancelled")

    timer = models.ForeignKey(SlaTimer, models.CASCADE, related_name="alarms", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    # The number of the step in the chain; 0 for warning and deadline.
    step = models.PositiveSmallIntegerField(default=0, db_default=0)
    generation = models.PositiveSmallIntegerField(default=1)
    fire_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["timer", "kind", "step", "generation"], name="alarm_unique"
            )
        ]
        indexes = [
            models.Index(fields=["fire_at"], name="alarm_pending", condition=Q(state="pending"))
        ]


class SlaEvent(models.Model):
    class Kind(models.TextChoices):
        WARN = "warn", _("Due soon")
        BREACH = "breach", _("Breach")
        STEP = "step", _("Escalation")
        ANNULLED = "annulled", _("Breach annulled by earlier evidence")

    timer = models.ForeignKey(SlaTimer, models.CASCADE, related_name="events", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    step = models.PositiveSmallIntegerField(default=0, db_default=0)
    generation = models.PositiveSmallIntegerField(default=1)
    due_at = models.DateTimeField()
    fired_at = models.DateTimeField()
    # By how many seconds the alarm came too late, beyond its grace: everything was down.
    late_s = models.PositiveIntegerField(db_default=0)
    # How many people and channels heard of it, leads that moved included; None until it was followed.
    told = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["timer", "kind", "step", "generation"], name="sla_event_unique"
            )
        ]
        indexes = [models.Index(fields=["due_at"], name="sla_event_due")]
