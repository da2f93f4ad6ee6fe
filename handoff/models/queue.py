"""What the queue keeps beside the handoffs: its settings, how often bands become SQLs, views, skips, tasks."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from handoff.models.handoffs import Handoff, Touch


def usual_touches() -> list[str]:
    return [Touch.Kind.CALL, Touch.Kind.EMAIL, Touch.Kind.MEETING]


class QueueSettings(models.Model):
    """One row for the house. `lease_minutes` 0: what is claimed stays claimed. `first_touches` are the kinds
    of touches that keep the promise of a first touch."""

    singleton = models.BooleanField(default=True, unique=True, editable=False)
    lease_minutes = models.PositiveSmallIntegerField(default=10)
    # Of a band with too few outcomes to count.
    usual_sql_percent = models.PositiveSmallIntegerField(default=20)
    first_touches = models.JSONField(default=usual_touches)
    # Whether a call that reached nobody is a first touch.
    counts_unreached = models.BooleanField(default=True)
    # How many of all promises shall be kept, which reports mark against.
    goal_percent = models.PositiveSmallIntegerField(default=90, db_default=90)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(singleton=True), name="one_queue_settings")
        ]


class BandRate(models.Model):
    """How many of the handoffs of a band that ended in 90 days ended as SQL; counted once a day."""

    band = models.CharField(max_length=40, primary_key=True)
    outcomes = models.PositiveIntegerField()
    accepted = models.PositiveIntegerField()
    counted_at = models.DateTimeField()


class SavedView(models.Model):
    """A person's filters by a name; `query` is what stands in the address bar."""

    user = models.ForeignKey(User, models.CASCADE, related_name="queue_views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=400)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="saved_view_unique"),
        ]


class Skip(models.Model):
    """A rep passed a lead by, and says why with one tap; so that cherry-picking is seen."""

    class Reason(models.TextChoices):
        LATER = "later", _("Not reachable now")
        LANGUAGE = "language", _("Not my language or region")
        KNOWN = "known", _("A colleague knows them")
        UNFIT = "unfit", _("Looks like no fit")
        OTHER = "other", _("Something else")

    handoff = models.ForeignKey(Handoff, models.CASCADE, related_name="skips")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=10, choices=Reason)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["by", "handoff"], name="skip_by"),
            models.Index(fields=["-at", "-id"], name="skip_at"),
        ]


class TaskRule(models.Model):
    """Handoffs of this team, band and source get a task when they open; empty fits all."""

    class Clock(models.TextChoices):
        BUSINESS = "business", _("Working time")
        CALENDAR = "calendar", _("On the wall clock")

    text = models.CharField(_("Task"), max_length=120)
    # A touch of this kind does the task; empty: only a tap does.
    kind = models.CharField(max_length=10, choices=Touch.Kind, blank=True, default="")
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True)
    band = models.CharField(max_length=40, blank=True, default="")
    source = models.CharField(max_length=80, blank=True, default="")
    hours = models.PositiveSmallIntegerField(default=24)
    clock = models.CharField(max_length=10, choices=Clock, default=Clock.CALENDAR)
    is_on = models.BooleanField(default=True)

    class Meta:
        ordering = ["id"]


class Task(models.Model):
    """Something to do for a handoff by a time; `by` is nobody where a rule made it."""

    handoff = models.ForeignKey(Handoff, models.CASCADE, related_name="tasks")
    rule = models.ForeignKey(TaskRule, models.SET_NULL, null=True, related_name="tasks")
    text = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Touch.Kind, blank=True, default="")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["handoff", "rule"], name="task_of_rule_once")
        ]
        indexes = [
            models.Index(
                fields=["handoff"], name="task_open", condition=models.Q(done_at__isnull=True)
            )
        ]
