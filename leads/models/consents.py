"""What people agreed to: purposes, the texts they were shown, and every yes and no with its proof."""

from django.db import models

from accounts.models import User
from leads.models.people import Lead


class ConsentPurpose(models.Model):
    """What somebody may agree to. One that `covers_activity` decides whether what the person does counts:
    while it is withdrawn, the person's events are in no score."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    description = models.CharField(max_length=400, blank=True, default="")
    covers_activity = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class ConsentText(models.Model):
    """The words that people agree to. Rows are never changed: other words are another version."""

    purpose = models.ForeignKey(ConsentPurpose, models.PROTECT, related_name="texts")
    version = models.PositiveIntegerField()
    text = models.TextField()
    # SHA-256 of the text in UTF-8, for whoever keeps a copy.
    digest = models.CharField(max_length=64)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["purpose", "version"], name="consent_text_version")
        ]


class Consent(models.Model):
    """A yes or a no of one person to one purpose. Rows are only added: the newest says what holds.

    `proof` tells how we know: a shortened address, the browser, the form."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="consents", db_index=False)
    purpose = models.ForeignKey(ConsentPurpose, models.PROTECT, related_name="+")
    granted = models.BooleanField()
    text = models.ForeignKey(ConsentText, models.PROTECT, null=True, related_name="+")
    source = models.CharField(max_length=80)
    proof = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["lead", "purpose", "-at", "-id"], name="consent_newest")]
