"""The ways in: imports with their staged lines, and what had to be refused."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiKey, User
from leads.models.people import Lead


class Import(models.Model):
    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Uploaded")
        STAGED = "staged", _("Ready to map")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file_name = models.CharField(max_length=200)
    stored_as = models.CharField(max_length=200, blank=True, default="")
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADED)
    problem = models.TextField(blank=True, default="")
    encoding = models.CharField(max_length=20, blank=True, default="")
    delimiter = models.CharField(max_length=1, blank=True, default="")
    header = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    match_by = models.CharField(max_length=200, blank=True, default="")
    source = models.CharField(max_length=80, blank=True, default="")
    opens_handoffs = models.BooleanField(default=False)
    rows = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    # Rows taken without one of their values; they are created, updated or unchanged as well.
    remarked = models.PositiveIntegerField(default=0)
    next_row = models.PositiveIntegerField(default=1)
    would_cross = models.PositiveIntegerField(null=True)
    leased_until = models.DateTimeField(null=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]


class ImportLine(models.Model):
    """One staged record with its physical line number. These rows are the truth of an import."""

    class Result(models.TextChoices):
        CREATED = "created", _("Created")
        UPDATED = "updated", _("Updated")
        UNCHANGED = "unchanged", _("Unchanged")
        REJECTED = "rejected", _("Rejected")

    imported = models.ForeignKey(Import, models.CASCADE, related_name="lines", db_index=False)
    row = models.PositiveIntegerField()
    line = models.PositiveIntegerField()
    cells = models.JSONField()
    result = models.CharField(max_length=10, choices=Result, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    lead = models.ForeignKey(Lead, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["imported", "row"], name="import_row_unique")
        ]


class QuarantinedItem(models.Model):
    """An item of a batch that was refused, kept with the reason while its neighbours went on."""

    key = models.ForeignKey(ApiKey, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300)
    payload = models.TextField()
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
