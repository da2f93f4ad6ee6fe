"""What is promised: working hours and SLA policies. Versions are frozen: a running clock keeps the one it
started with."""

from django.db import models

from accounts.models import Team


class Calendar(models.Model):
    name = models.CharField(max_length=120, unique=True)
    team = models.OneToOneField(
        Team, models.CASCADE, null=True, blank=True, related_name="calendar"
    )

    def __str__(self) -> str:
        return self.name


class CalendarVersion(models.Model):
    """`week` is a WorkWeek as JSON; see handoff/business_time.py."""

    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    week = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["calendar", "number"], name="calendar_version_unique")
        ]


class SlaPolicy(models.Model):
    """The first policy in order whose team and band fit applies; empty fits all."""

    name = models.CharField(max_length=120, unique=True)
    order = models.PositiveIntegerField(default=1)
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True)
    band = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.name


class SlaPolicyVersion(models.Model):
    """`targets`: {"claim": {"minutes": 60, "clock": "business"}, ...}; `warn_percent` of the time gone."""

    policy = models.ForeignKey(SlaPolicy, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    targets = models.JSONField()
    warn_percent = models.PositiveSmallIntegerField(default=75)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="policy_version_unique")
        ]
