"""What marketing and sales promise each other: terms, what was signed, and the meetings that keep it true."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User


def usual_fields() -> list[str]:
    """What a rep needs to know before the first call."""
    return ["email", "company_name", "title"]


class Terms(models.Model):
    """Both sides' numbers for one team; None promises nothing."""

    team = models.OneToOneField(Team, models.CASCADE, related_name="terms")
    mqls_a_month = models.PositiveIntegerField(null=True)
    accepted_percent = models.PositiveSmallIntegerField(null=True)
    complete_percent = models.PositiveSmallIntegerField(null=True)
    # A lead with all of these known is complete.
    complete_fields = models.JSONField(default=usual_fields)
    # Sales' side: the share of its clocks that are met.
    kept_percent = models.PositiveSmallIntegerField(null=True)
    # How often sales tries before it says that somebody cannot be reached.
    attempts = models.PositiveSmallIntegerField(null=True, default=3, db_default=3)


class Agreement(models.Model):
    """A version that somebody signed: the words as they stood. `sections` are [title, [sentence, ...]]."""

    number = models.PositiveIntegerField(unique=True)
    sections = models.JSONField()
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]


class Signature(models.Model):
    class Side(models.TextChoices):
        MARKETING = "marketing", _("Marketing")
        SALES = "sales", _("Sales")

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="signatures")
    side = models.CharField(max_length=10, choices=Side)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "side"], name="one_signature_a_side")
        ]


class Review(models.Model):
    """A meeting of both sides, due on a day; held once there are minutes."""

    class Kind(models.TextChoices):
        DATA = "data", _("Monthly data review")
        MODEL = "model", _("Quarterly model review")

    kind = models.CharField(max_length=10, choices=Kind)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    due_on = models.DateField()
    held_at = models.DateTimeField(null=True)
    held_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    minutes = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=Q(held_at=None), name="one_review_ahead"
            ),
            models.CheckConstraint(
                condition=Q(held_at=None) | ~Q(minutes=""), name="held_with_minutes"
            ),
        ]
