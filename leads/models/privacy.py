"""Whom nobody may write to, who was erased, how long things are kept, and who took what out of the house."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from leads.models.people import Lead


class Suppression(models.Model):
    """An address or number that nothing is sent to. Only a keyed hash is kept, so that the list names nobody
    and still recognises whoever comes back."""

    class Kind(models.TextChoices):
        EMAIL = "email", _("E-mail")
        PHONE = "phone", _("Phone")

    class Reason(models.TextChoices):
        ERASED = "erased", _("Person erased")
        UNSUBSCRIBED = "unsubscribed", _("Said no to everything")
        BOUNCED = "bounced", _("Mail came back")
        COMPLAINT = "complaint", _("Complained")
        BY_HAND = "by_hand", _("By hand")
        LIST = "list", _("Out of a list")
        MERGED = "merged", _("Said no under another address")

    # What a person wants; a bounce or a list is about one address.
    WISHES = (Reason.UNSUBSCRIBED, Reason.COMPLAINT, Reason.MERGED)

    kind = models.CharField(max_length=5, choices=Kind)
    digest = models.BinaryField(max_length=32)
    reason = models.CharField(max_length=12, choices=Reason)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["kind", "digest"], name="suppressed_once")]


class Erasure(models.Model):
    """The receipt: that a person was erased, when, by whom and how many rows it took. It names nobody."""

    class Cause(models.TextChoices):
        REQUEST = "request", _("The person asked for it")
        RETENTION = "retention", _("Kept long enough")
        CLEAN_UP = "clean_up", _("Clean-up")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # What is left of the lead: a row that counts and says nothing.
    lead = models.OneToOneField(Lead, models.PROTECT, related_name="erasure")
    cause = models.CharField(max_length=10, choices=Cause)
    # Rows by table label.
    rows = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-id"]


class RetentionRule(models.Model):
    """After how many days without need something is forgotten. One row for each thing."""

    class What(models.TextChoices):
        LEADS = "leads", _("Leads without activity")
        ANSWERS = "answers", _("Answers as they were sent, and lines of imports")
        EVENTS = "events", _("Details of events")

    what = models.CharField(max_length=10, choices=What, unique=True)
    days = models.PositiveIntegerField()
    is_on = models.BooleanField(default=False)
    last_run = models.DateTimeField(null=True)
    # How much it forgot since it is on.
    forgotten = models.PositiveBigIntegerField(default=0)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]


class PrivacyDeed(models.Model):
    """Who took data out of the house or changed what is kept. Rows are only added."""

    class Kind(models.TextChoices):
        PERSON_TOLD = "person_told", _("Told a person what we know")
        LIST_EXPORTED = "list_exported", _("Exported a list of leads")
        ERASED = "erased", _("Erased a person")
        FORGOT = "forgot", _("Forgot what was kept long enough")
        SUPPRESSED = "suppressed", _("Added to the suppression list")
        LIFTED = "lifted", _("Took off the suppression list")
        RETENTION = "retention", _("Changed how long things are kept")

    kind = models.CharField(max_length=14, choices=Kind)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # How many leads, rows or addresses.
    count = models.PositiveIntegerField(default=1)
    note = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ["-id"]
