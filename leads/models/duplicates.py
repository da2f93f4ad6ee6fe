"""Two rows, one person: what may be, what was merged, and the keys by which likely pairs are found."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from leads.models.people import Lead


class DuplicatePair(models.Model):
    """Two leads that may be one person, lower id first. `reasons` are codes of likeness.py with what agreed;
    a pair somebody dismissed stays, so that it is never proposed again."""

    class State(models.TextChoices):
        OPEN = "open", _("To be reviewed")
        MERGED = "merged", _("Merged")
        DISMISSED = "dismissed", _("Not the same")

    first = models.ForeignKey(Lead, models.CASCADE, related_name="+", db_index=False)
    second = models.ForeignKey(Lead, models.CASCADE, related_name="+")
    score = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="duplicate_pair_order"),
        ]
        indexes = [
            models.Index(
                fields=["-score", "-id"], name="duplicate_open", condition=Q(state="open")
            ),
        ]


class Merge(models.Model):
    """One lead went up in another. What is needed to take it back stands here: what the two rows held before,
    and which rows of which table changed hands."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    survivor = models.ForeignKey(Lead, models.CASCADE, related_name="merges")
    loser = models.ForeignKey(Lead, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    before = models.JSONField(default=dict)
    # Table to the keys of its rows; events stand in their EventRelabel.
    moved = models.JSONField(default=dict)
    # What upper floors did, by the name of their mover.
    told = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["loser"], condition=Q(undone_at=None), name="merged_once"
            )
        ]


class MatchKey(models.Model):
    """What a lead could be recognised by if it were there twice: 64 bits of a normalised name, phone, ...
    Leads that share one are compared. Narrow, since there are some for every lead."""

    pk = models.CompositePrimaryKey("key", "lead_id")
    key = models.BigIntegerField()
    lead = models.ForeignKey(Lead, models.CASCADE, related_name="+")


class MatchAsked(models.Model):
    """Leads whose duplicates are to be looked for: new or changed since somebody looked."""

    lead = models.OneToOneField(Lead, models.CASCADE, primary_key=True, related_name="+")
    asked_at = models.DateTimeField()
