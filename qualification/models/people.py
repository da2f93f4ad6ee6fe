"""People around a card: who decides at the lead's company, what a manager wrote to the rep, who has it open."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from handoff.models import Handoff
from leads.models import Lead
from qualification.models.cards import Scorecard


class Stakeholder(models.Model):
    """Somebody at the lead's company who has a say: one of its leads, or a name that was typed in.

    `colleague` is the public id of such a lead; then name and title are its own and stay empty here."""

    class Role(models.TextChoices):
        DECIDES = "decides", _("decides")
        INFLUENCES = "influences", _("influences")
        CHAMPION = "champion", _("champion")

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="stakeholders")
    colleague = models.UUIDField(null=True)
    name = models.CharField(max_length=200, blank=True, default="")
    title = models.CharField(max_length=160, blank=True, default="")
    role = models.CharField(max_length=12, choices=Role)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lead", "colleague", "name", "role"], name="stakeholder_once",
                nulls_distinct=False,
            )
        ]  # fmt: skip


class CoachingNote(models.Model):
    """What a manager says to a card, or to one element of it."""

    card = models.ForeignKey(Scorecard, models.CASCADE, related_name="notes")
    element = models.CharField(max_length=40, blank=True, default="")
    text = models.CharField(max_length=1000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()


class CardSeat(models.Model):
    """Who has a card open; the page says so every few seconds."""

    handoff = models.ForeignKey(Handoff, models.CASCADE, related_name="seats")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["handoff", "user"], name="one_card_seat")]


class FrameworkRule(models.Model):
    """The first rule in order whose conditions all hold says with which framework a card starts, and which decides
    after it; without conditions it holds for all."""

    order = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    conditions = models.JSONField(default=list, blank=True)
    framework = models.CharField(max_length=40)
    then = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.name
