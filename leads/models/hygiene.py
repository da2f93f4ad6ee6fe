"""Mending many leads at once, and the list of leads that somebody looks through every quarter."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from leads.models.people import Lead


class Fix(models.Model):
    """One way of writing given to many leads. What it changed are the LeadChange rows that name it."""

    class Kind(models.TextChoices):
        SPACES = "spaces", _("Blanks at the ends and doubled ones")
        CAPITALS = "capitals", _("Names all in capitals or all in small letters")
        PHONE = "phone", _("Phone numbers in international form")
        COUNTRY = "country", _("Country out of the phone number, where it is missing")
        WORDS = "words", _("Words that mean the same")

    class State(models.TextChoices):
        RUNNING = "running", _("Under way")
        DONE = "done", _("Done")
        UNDOING = "undoing", _("Being taken back")
        UNDONE = "undone", _("Taken back")

    kind = models.CharField(max_length=10, choices=Kind)
    # For words: the field, and what each word (in small letters) becomes.
    field = models.CharField(max_length=80, blank=True, default="")
    words = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    # The leads up to this id are looked through; beyond `last_lead` there is nothing to look for.
    next_lead = models.BigIntegerField(default=0)
    last_lead = models.BigIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    # Of those, what somebody changed since and is therefore left as it is.
    kept = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]


class CleanUp(models.Model):
    """The leads to look through in one quarter, such as “2026-Q4”."""

    quarter = models.CharField(max_length=7, unique=True)
    made_at = models.DateTimeField()
    assigned_to = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-quarter"]


class CleanUpItem(models.Model):
    """A lead on the list, why it is there, and what was decided."""

    class Decision(models.TextChoices):
        OPEN = "", _("To be decided")
        KEPT = "kept", _("Kept")
        FIXED = "fixed", _("Fixed")
        MERGED = "merged", _("Merged")
        ERASED = "erased", _("Erased")

    clean_up = models.ForeignKey(CleanUp, models.CASCADE, related_name="items", db_index=False)
    lead = models.ForeignKey(Lead, models.CASCADE, related_name="+")
    # A key of hygiene.issues.
    why = models.CharField(max_length=20)
    decision = models.CharField(max_length=10, choices=Decision, blank=True, default=Decision.OPEN)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clean_up", "lead"], name="cleaned_up_once")]
