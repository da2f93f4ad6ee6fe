"""How events come in: counts of each sender's day, whose networks are our own, and machines found out."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiKey, User
from leads.models.people import Lead, Visitor
from leads.models.trust import TrustRule


class IngestCount(models.Model):
    """What a key sent on a day (UTC)."""

    key = models.ForeignKey(ApiKey, models.CASCADE, related_name="counts")
    day = models.DateField()
    accepted = models.BigIntegerField(default=0)
    duplicates = models.BigIntegerField(default=0)
    # The same message id with something else in it.
    conflicts = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    # Accepted, but not as something a person did.
    machines = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "day"], name="ingest_count_a_day")]


class OwnVisits(models.Model):
    """Whose visits are our own or tests: networks in CIDR form; addresses, or domains as "@firm.example"."""

    singleton = models.BooleanField(default=True, unique=True, editable=False)
    networks = models.JSONField(default=list)
    colleagues = models.JSONField(default=list)
    testers = models.JSONField(default=list)
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(singleton=True), name="one_own_visits")
        ]


class MachineBurst(models.Model):
    """Events that were found, after they came in, to be no person's doing. `rule` says otherwise since."""

    class Reason(models.TextChoices):
        FAN_OUT = "fan_out", _("Every link of a message within seconds")
        AT_ONCE = "at_once", _("Opened in the moment it was sent")
        SPEED = "speed", _("More at once than a person can do")

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="+")
    visitor = models.ForeignKey(Visitor, models.CASCADE, null=True, related_name="+")
    reason = models.CharField(max_length=10, choices=Reason)
    events = models.PositiveIntegerField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    found_at = models.DateTimeField()
    rule = models.ForeignKey(TrustRule, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-id"]
