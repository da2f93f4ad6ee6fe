"""What the rep found: frameworks as data, cards with answers, how it was decided and why."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from handoff.models import Handoff
from leads.models import Lead, Outcome


class Framework(models.Model):
    """One immutable version of a framework; `definition` is read by qualification/definition.py."""

    key = models.SlugField(max_length=40)
    version = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=80)
    definition = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="framework_version_unique")
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class Scorecard(models.Model):
    lead = models.ForeignKey(Lead, models.CASCADE, related_name="scorecards")
    handoff = models.ForeignKey(Handoff, models.CASCADE, related_name="scorecards")
    framework = models.ForeignKey(Framework, models.PROTECT, related_name="scorecards")
    created_at = models.DateTimeField()
    # A handoff's card is the one whose framework was chosen last.
    chosen_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["handoff", "framework"], name="one_card_a_framework")
        ]
        indexes = [models.Index(fields=["lead", "-created_at"], name="card_lead_at")]


class Answer(models.Model):
    """`level` 0 unknown, 1 assumed, 2 stated, 3 proven. Not asked is no row; asked in vain is a row."""

    card = models.ForeignKey(Scorecard, models.CASCADE, related_name="answers")
    element = models.CharField(max_length=40)
    level = models.PositiveSmallIntegerField(default=0)
    asked_in_vain = models.BooleanField(default=False)
    evidence = models.CharField(max_length=1000, blank=True, default="")
    # The words are the lead's own, which `by` looked at and confirmed.
    said = models.ForeignKey("LeadAnswer", models.SET_NULL, null=True, related_name="+")
    # It was given on another card of the handoff, to an element that means the same.
    carried = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["card", "element"], name="one_answer_an_element"),
            models.CheckConstraint(condition=Q(level__lte=3), name="answer_level"),
            models.CheckConstraint(
                condition=Q(asked_in_vain=False) | Q(level=0), name="in_vain_is_unknown"
            ),
        ]


class DispositionReason(models.Model):
    """Why sales says no; `advice` is what marketing can do about it. Few, so that they mean something."""

    key = models.SlugField(max_length=60, unique=True)
    label = models.CharField(max_length=80)
    advice = models.CharField(max_length=300, blank=True, default="")
    order = models.PositiveSmallIntegerField(default=1)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.label


class Disposition(models.Model):
    handoff = models.OneToOneField(Handoff, models.CASCADE, related_name="disposition")
    result = models.CharField(
        max_length=20, choices=[c for c in Outcome.Result.choices if c[0] not in ("won", "lost")]
    )
    reason = models.ForeignKey(DispositionReason, models.PROTECT, null=True, blank=True)
    note = models.CharField(_("note"), max_length=1000, blank=True, default="")
    recycle_on = models.DateField(null=True, blank=True)
    # Accepted although the card did not reach the gate; `note` says why.
    below_gate = models.BooleanField(default=False, db_default=False)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="disposition_at")]
