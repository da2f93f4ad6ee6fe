"""What is promised: working hours and SLA policies. Versions are frozen: a running clock keeps the one it
started with."""

from django.db import models
from django.db.models import Q

from accounts.models import Team, User


class Calendar(models.Model):
    """The hours of a team, or of one rep who works others than the team."""

    name = models.CharField(max_length=120, unique=True)
    team = models.OneToOneField(
        Team, models.CASCADE, null=True, blank=True, related_name="calendar"
    )
    user = models.OneToOneField(
        User, models.CASCADE, null=True, blank=True, related_name="calendar"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(team=None) | Q(user=None), name="calendar_of_team_or_rep"
            )
        ]

    def __str__(self) -> str:
        return self.name


class CalendarVersion(models.Model):
    """`week` is a WorkWeek as JSON; see handoff/business_time.py."""

    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    week = models.JSONField()
    created_at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["calendar", "number"], name="calendar_version_unique")
        ]


class SlaPolicy(models.Model):
    """The first policy in order that fits applies; what is empty fits all. `conditions` are those of
    leads.vocabulary.rules and must all hold when the handoff is opened."""

    name = models.CharField(max_length=120, unique=True)
    order = models.PositiveIntegerField(default=1)
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True)
    band = models.CharField(max_length=40, blank=True, default="")
    tier = models.CharField(max_length=40, blank=True, db_default="")
    conditions = models.JSONField(default=list, blank=True, db_default=[])
    # It is asked no more; clocks that it started keep it.
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.name


class SlaPolicyVersion(models.Model):
    """`targets`: {"claim": {"minutes": 60, "clock": "business"}, "disposition": {"days": 3, ...}, ...};
    `warn_percent` of the time gone; `pause_days` is how long a handoff may wait for the prospect in all."""

    policy = models.ForeignKey(SlaPolicy, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    targets = models.JSONField()
    warn_percent = models.PositiveSmallIntegerField(default=75)
    pause_days = models.PositiveSmallIntegerField(db_default=5)
    # What happens before and after the deadlines: see handoff/chains.py; None is the usual.
    chain = models.JSONField(null=True)
    created_at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="policy_version_unique")
        ]


class PromiseChange(models.Model):
    """A new version that running clocks shall follow, worked off in pieces; it says what became of them."""

    policy_version = models.OneToOneField(
        SlaPolicyVersion, models.PROTECT, null=True, related_name="change"
    )
    calendar_version = models.OneToOneField(
        CalendarVersion, models.PROTECT, null=True, related_name="change"
    )
    asked_at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # Clocks up to this one were looked at.
    reached = models.BigIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    broken = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(policy_version=None, calendar_version__isnull=False)
                | Q(policy_version__isnull=False, calendar_version=None),
                name="change_of_one_version",
            )
        ]
