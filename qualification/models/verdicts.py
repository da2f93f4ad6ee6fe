"""What a rep says of the facts that made a lead an MQL, and what marketing made of it; and what a decision
replaced, kept for the seconds in which it can be undone."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from qualification.models.cards import Disposition
from scoring.models import ModelVersion


class FactVerdict(models.Model):
    """One fact, ticked by the rep. Whatever is not simply right is a dispute, open until marketing settles it.

    `criterion` and `label` are as the crossing kept them, `points` what it gave there, `fact` what stood on the
    lead. `field` is the lead's field behind it; `events` are the events instead."""

    class Verdict(models.TextChoices):
        RIGHT = "right", _("Right")
        WRONG = "wrong", _("Wrong")
        OUTDATED = "outdated", _("Outdated")
        # The fact is right, and says nothing.
        NOT_COUNTING = "no_count", _("Should not count")

    class Settled(models.TextChoices):
        FIXED = "fixed", _("Fact fixed")
        ADJUSTED = "adjusted", _("Criterion adjusted")
        DISAGREED = "disagreed", _("Disagreed")

    disposition = models.ForeignKey(Disposition, models.CASCADE, related_name="verdicts")
    criterion = models.CharField(max_length=200)
    label = models.CharField(max_length=200)
    points = models.IntegerField()
    field = models.CharField(max_length=80, blank=True, default="")
    fact = models.CharField(max_length=400, blank=True, default="")
    verdict = models.CharField(max_length=10, choices=Verdict)
    # Of a corrected field; of none both are empty.
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    corrected = models.BooleanField(default=False)
    # Ids of the events that are taken for somebody else's, by the class each had.
    events = models.JSONField(default=dict)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    settled_as = models.CharField(max_length=10, choices=Settled, blank=True, default="")
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    # What marketing answers the rep, and the draft that it put a change into.
    word = models.CharField(max_length=1000, blank=True, default="")
    draft = models.ForeignKey(ModelVersion, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["disposition", "criterion"], name="one_verdict_a_criterion"
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_as="")
                | (Q(settled_at__isnull=False) & ~Q(settled_as="")),
                name="verdict_settled_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-id"],
                name="dispute_open",
                condition=~Q(verdict="right") & Q(settled_at=None),
            ),
            models.Index(fields=["criterion", "at"], name="verdict_criterion"),
        ]


class Undo(models.Model):
    """What stood before a decision: the handoff with its clocks, and what the lead was. Thrown away soon."""

    disposition = models.OneToOneField(Disposition, models.CASCADE, related_name="undo")
    # The newest entry of the lead's journal right after the decision.
    entry = models.BigIntegerField()
    kept = models.JSONField()
    at = models.DateTimeField()
