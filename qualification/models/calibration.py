"""Twenty leads that marketing and sales rate blind, before they meet for the monthly review."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from handoff.models import Handoff
from leads.models import Lead
from qualification.models.agreement import Review, Signature


class BlindRound(models.Model):
    """The leads of one review; its minutes are the review's."""

    review = models.OneToOneField(Review, models.CASCADE, related_name="round")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")


class RatedLead(models.Model):
    class Why(models.TextChoices):
        DISPUTED = "disputed", _("Facts disputed")
        PIVOTAL = "pivotal", _("One criterion was pivotal")
        NEAR = "near", _("Close to the line")

    round = models.ForeignKey(BlindRound, models.CASCADE, related_name="leads")
    lead = models.ForeignKey(Lead, models.CASCADE, related_name="+")
    handoff = models.ForeignKey(Handoff, models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField()
    why = models.CharField(max_length=10, choices=Why)

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["round", "handoff"], name="handoff_once_a_round")
        ]


class BlindRater(models.Model):
    """An SDR whom a manager asks to rate a round for sales."""

    round = models.ForeignKey(BlindRound, models.CASCADE, related_name="raters")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    named_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "user"], name="rater_once_a_round")]


class Rating(models.Model):
    """What one person says for a side: is this lead worth the time of sales?"""

    rated = models.ForeignKey(RatedLead, models.CASCADE, related_name="ratings")
    side = models.CharField(max_length=10, choices=Signature.Side)
    is_worth_it = models.BooleanField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rated", "by"], name="one_rating_a_person")]
