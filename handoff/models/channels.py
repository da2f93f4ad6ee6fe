"""Where other systems are told of what happens, and each thing they are told of."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from leads.models import Lead


class Channel(models.Model):
    """A Slack channel, or an address that takes signed webhooks. Address and secrets are sealed
    (accounts/secrets.py): whoever knows the address of a Slack webhook may write there."""

    class Kind(models.TextChoices):
        SLACK = "slack", _("Slack")
        WEBHOOK = "webhook", _("Webhook")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    url = models.TextField()
    # Of the address, to be shown.
    host = models.CharField(max_length=260)
    secret = models.TextField(blank=True, default="")
    # Still signs beside the new one until then, so that receivers have a day to change.
    old_secret = models.TextField(blank=True, default="")
    old_secret_until = models.DateTimeField(null=True)
    # Of channels.kinds.KINDS; of one team, or of everybody.
    kinds = ArrayField(models.CharField(max_length=40), default=list)
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="channels")
    # Whether names and addresses of leads are sent.
    tells_who = models.BooleanField(default=False)
    is_on = models.BooleanField(default=True)
    off_reason = models.CharField(max_length=300, blank=True, default="")
    # Failures in a row, since when, and until when it is left in peace for it.
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    rests_until = models.DateTimeField(null=True)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class OutgoingEvent(models.Model):
    """Something that happened, as it was at that moment: ids and figures, no names of leads. Those are read when a
    message leaves, so that nobody who was erased meanwhile is named."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=40)
    # What it is about, so that the same thing is told once: "journal:4711".
    about = models.CharField(max_length=80, unique=True)
    lead = models.ForeignKey(Lead, models.CASCADE, null=True, related_name="+")
    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="+")
    at = models.DateTimeField()
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["at"], name="outgoing_age")]
