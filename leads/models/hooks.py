"""Inbound webhooks, and every message that came by one."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from leads.models.people import Lead


class Hook(models.Model):
    """An address that another system sends to. `sender` is a key of senders.SENDERS, `mapping` a stored
    mapping.Plan, `sample` a message to map by. The secret is sealed; it holds one key a line, so that the old and
    the new one count while they change."""

    class Scheme(models.TextChoices):
        NONE = "none", _("None: the address alone is the secret")
        HUBSPOT = "hubspot", _("HubSpot, version 3")
        TYPEFORM = "typeform", _("Typeform")
        CALENDLY = "calendly", _("Calendly")
        FACEBOOK = "facebook", _("Facebook (X-Hub-Signature-256)")
        STRIPE = "stripe", _("Stripe and its like (t=, v1=)")
        STANDARD = "standard", _("Standard Webhooks")
        HMAC = "hmac", _("HMAC-SHA256 of the body in a header")
        BASIC = "basic", _("Name and password")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120, unique=True)
    sender = models.CharField(max_length=20, default="generic")
    source = models.CharField(max_length=80)
    scheme = models.CharField(max_length=10, choices=Scheme, default=Scheme.NONE)
    secret = models.TextField(blank=True, default="")
    # The header of a plain HMAC; the name that goes with a password.
    header = models.CharField(max_length=80, blank=True, default="")
    user = models.CharField(max_length=120, blank=True, default="")
    mapping = models.JSONField(default=dict)
    sample = models.TextField(blank=True, default="")
    overwrites = models.BooleanField(default=False)
    is_live = models.BooleanField(default=True)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One message as it came. What was received waits for the pipeline; the row goes on to say what became of it.
    `results` tell of each item: the lead, and whether it was made, changed, left out or why it failed."""

    class State(models.TextChoices):
        RECEIVED = "received", _("Waiting")
        DONE = "done", _("Taken")
        LEFT_OUT = "left_out", _("Left out")
        FAILED = "failed", _("Failed")
        REFUSED = "refused", _("Refused")

    hook = models.ForeignKey(Hook, models.CASCADE, related_name="deliveries", db_index=False)
    digest = models.BinaryField(max_length=16)
    state = models.CharField(max_length=10, choices=State)
    reason = models.TextField(blank=True, default="")
    headers = models.JSONField(default=dict)
    # The address it was sent to: some signatures cover it.
    url = models.CharField(max_length=400, blank=True, default="")
    body = models.BinaryField()
    results = models.JSONField(default=list)
    leads = models.ManyToManyField(Lead, related_name="deliveries")
    # How often the sender sent the same once more.
    repeats = models.PositiveIntegerField(default=0)
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hook", "digest"], name="delivery_unique")]
        indexes = [
            models.Index(fields=["hook", "-id"], name="delivery_newest"),
            models.Index(fields=["hook", "state", "-id"], name="delivery_state"),
            models.Index(fields=["received_at"], name="delivery_age"),
        ]
