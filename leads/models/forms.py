"""Hosted forms, what visitors sent by them, and values that wait for a person."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import MD5, Cast
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from leads.models.people import Lead


class Form(models.Model):
    """A hosted form. `fields` is the list of what it asks, read by leads/capturing/asking.py."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    heading = models.CharField(max_length=200, blank=True, default="")
    fields = models.JSONField(default=list)
    # Of the fields that are asked only while they are unknown, this many at once; 0 is all.
    most_asked = models.PositiveSmallIntegerField(default=0, db_default=0)
    button = models.CharField(max_length=60, blank=True, default="", db_default="")
    source = models.CharField(max_length=80, default="Web form")
    thanks = models.CharField(max_length=400, default="Thank you. We will be in touch.")
    redirect_url = models.CharField(max_length=500, blank=True, default="", db_default="")
    # Sites that may show the form in a frame, as hosts of a Content-Security-Policy.
    embed_hosts = models.JSONField(default=list, db_default=[])
    # "accent", "ground" and "ink" as six hexadecimal digits; what is left out is ours.
    look = models.JSONField(default=dict, db_default={})
    # Whoever is faster than this is suspected to be a program.
    least_seconds = models.PositiveSmallIntegerField(default=2, db_default=2)
    is_live = models.BooleanField(default=True)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class FormSubmission(models.Model):
    """What a visitor sent, as sent. The id is made of the page it came from and of what it says, so that a
    double click is one row."""

    class State(models.TextChoices):
        TAKEN = "taken", _("Taken")
        SUSPECTED = "suspected", _("Waiting")
        LEFT = "left", _("Left out")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    form = models.ForeignKey(Form, models.PROTECT, related_name="submissions", db_index=False)
    # None while it is suspected.
    lead = models.ForeignKey(Lead, models.CASCADE, null=True, related_name="submissions")
    answers = models.JSONField()
    # Says what it was sent with, beside the answers: see capture.Visit and its consents.
    came = models.JSONField(default=dict, db_default={})
    # SHA-256 of the answers: the same ones again within a minute are one submission.
    digest = models.BinaryField(max_length=32, null=True)
    state = models.CharField(
        max_length=10, choices=State, default=State.TAKEN, db_default=State.TAKEN
    )
    # Keys of spam.MARKS: why it is suspected, and what is worth knowing of it.
    marks = models.JSONField(default=list, db_default=[])
    at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["form", "digest", "at"], name="submission_again"),
            models.Index(
                fields=["-at"], name="submission_suspected", condition=Q(state="suspected")
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="taken") | Q(lead__isnull=False),
                name="submission_taken_has_lead",
            )
        ]


class Proposal(models.Model):
    """A value that differs from what a lead holds, from somebody who may not overwrite it."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting")
        TAKEN = "taken", _("Taken over")
        DROPPED = "dropped", _("Dropped")

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="proposals")
    # A key of the catalogue of fields.
    field = models.CharField(max_length=80)
    value = models.JSONField()
    source = models.CharField(max_length=120)
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # A value may be longer than an index can hold.
            models.UniqueConstraint(
                "lead",
                "field",
                MD5(Cast("value", models.TextField())),
                condition=Q(state="open"),
                name="proposal_open_once",
            )
        ]
