"""Imports with their staged lines, which are the truth of an import, and mappings kept for later files."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from leads.models.people import Lead


class What(models.TextChoices):
    """What the rows of a file are."""

    LEADS = "leads", _("Leads")
    COMPANIES = "companies", _("Companies")
    EVENTS = "events", _("Events")
    DEALS = "deals", _("Deals")
    TOUCHES = "touches", _("Touches")


class Import(models.Model):
    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Uploaded")
        STAGED = "staged", _("Ready to map")
        TRYING = "trying", _("Being tried out")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")
        WEIGHING = "weighing", _("Looking what can be undone")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file_name = models.CharField(max_length=200)
    stored_as = models.CharField(max_length=200, blank=True, default="")
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADED)
    problem = models.TextField(blank=True, default="")
    what = models.CharField(max_length=10, choices=What, default=What.LEADS, db_default="leads")
    encoding = models.CharField(max_length=20, blank=True, default="")
    delimiter = models.CharField(max_length=1, blank=True, default="")
    header = models.JSONField(default=list)
    # Numbers of the columns in which no row has anything.
    empty = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
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
    # What a try found, what could be undone, what was undone: counts, and reasons with how many.
    tried = models.JSONField(null=True)
    weighed = models.JSONField(null=True)
    undone = models.JSONField(null=True)
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
    # The company, event, outcome or touch that the row made or changed, and what has to be put back to undo it.
    made = models.BigIntegerField(null=True)
    before = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["imported", "row"], name="import_row_unique")
        ]


class ImportTried(models.Model):
    """A key that an earlier row of a file under trial has: the next row with it would join that row's lead."""

    imported = models.ForeignKey(Import, models.CASCADE, related_name="+", db_index=False)
    key = models.BinaryField(max_length=16)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["imported", "key"], name="import_tried_unique")
        ]


class ImportMapping(models.Model):
    """A mapping kept under a name. `columns` is a target for each name of a column, whatever their order."""

    name = models.CharField(max_length=80, unique=True)
    what = models.CharField(max_length=10, choices=What, default=What.LEADS)
    columns = models.JSONField()
    # The plan without its columns.
    settings = models.JSONField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
