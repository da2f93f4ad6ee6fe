"""What the lead itself is asked: links to a framework's questions, and what came back."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from leads.models import Lead
from qualification.models.cards import Framework


class Ask(models.Model):
    """A link to the questions of a framework, for one lead. Strangers hold `public_id`, signed: who reads
    this table has no link yet."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    lead = models.ForeignKey(Lead, models.CASCADE, related_name="asks")
    framework = models.ForeignKey(Framework, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lead", "framework"],
                name="one_link_a_framework",
                condition=Q(revoked_at=None),
            )
        ]


class LeadAnswer(models.Model):
    """What a lead said to one element of a framework. Rows are added and never changed: the newest counts.

    It belongs to the lead and not to a card, because there may be no card yet. `sending` is the id of the
    page or conversation it came with, so that a page sent twice is kept once."""

    class Via(models.TextChoices):
        LINK = "link", _("by link")
        CHAT = "chat", _("in the chat")

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="said", db_index=False)
    framework = models.CharField(max_length=40)
    element = models.CharField(max_length=40)
    words = models.CharField(max_length=1000)
    via = models.CharField(max_length=10, choices=Via)
    sending = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sending", "framework", "element"], name="lead_answer_once"
            )
        ]
        indexes = [models.Index(fields=["lead", "framework", "-id"], name="lead_answer_of_lead")]
