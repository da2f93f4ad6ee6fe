"""What becomes of an SQL: in whose hands it lies, the opportunity that is opened with it, and how that ended."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from handoff.models import Handoff
from leads.models import Lead, Outcome


class DealStage(models.Model):
    """A step that an open deal can stand on. The steps have an order; a deal may go back."""

    name = models.CharField(max_length=60)
    order = models.PositiveSmallIntegerField(default=1)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.name


class DealReason(models.Model):
    """Why deals are won or lost. Few, so that they mean something."""

    class Ending(models.TextChoices):
        WON = "won", _("Won")
        LOST = "lost", _("Lost")

    key = models.SlugField(max_length=60, unique=True)
    label = models.CharField(max_length=80)
    ending = models.CharField(max_length=4, choices=Ending)
    order = models.PositiveSmallIntegerField(default=1)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["ending", "order", "id"]

    def __str__(self) -> str:
        return self.label


class PassedSql(models.Model):
    """A lead that sales accepted, in the hands of the team that closes: until somebody opens an opportunity with it,
    or sends it back. One row for each acceptance, so that of SQLs it can be counted what became of them."""

    class End(models.TextChoices):
        OPENED = "opened", _("Opportunity opened")
        RETURNED = "returned", _("Sent back")
        UNDONE = "undone", _("Acceptance taken back")
        MERGED = "merged", _("Merged")

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="passed", db_index=False)
    handoff = models.OneToOneField(Handoff, models.CASCADE, null=True, related_name="passed")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    passed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=10, choices=End, blank=True, default="")
    note = models.CharField(max_length=1000, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lead"], condition=Q(ended_at=None), name="one_passed_sql_a_lead"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, end="") | Q(ended_at__isnull=False) & ~Q(end=""),
                name="passed_sql_says_how_it_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["passed_at", "id"], name="passed_sql_at"),
            models.Index(fields=["lead", "-id"], name="passed_sql_of_lead"),
            models.Index(
                fields=["team", "passed_at"], name="passed_sql_waits", condition=Q(ended_at=None)
            ),
        ]


class Opportunity(models.Model):
    """A deal with a lead's company. At most one of a lead is open, and a handoff makes at most one.

    How it ended stands in `outcome`, where scoring reads it; `state` says the same."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        WON = "won", _("Won")
        LOST = "lost", _("Lost")
        # Its lead went up in one that has a deal already.
        MERGED = "merged", _("Merged")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    lead = models.ForeignKey(Lead, models.CASCADE, related_name="opportunities", db_index=False)
    handoff = models.OneToOneField(Handoff, models.SET_NULL, null=True, related_name="opportunity")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+", db_index=False)
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=200)
    # Its id in another system.
    deal = models.CharField(max_length=200, blank=True, default="")
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    currency = models.CharField(max_length=3)
    expected_on = models.DateField(null=True)
    stage = models.ForeignKey(DealStage, models.PROTECT, related_name="+")
    staged_at = models.DateTimeField()
    state = models.CharField(max_length=6, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reason = models.ForeignKey(DealReason, models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=1000, blank=True, default="")
    outcome = models.OneToOneField(Outcome, models.SET_NULL, null=True, related_name="opportunity")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lead"], condition=Q(state="open"), name="one_open_opportunity"
            ),
            models.UniqueConstraint(
                fields=["deal"], condition=~Q(deal=""), name="opportunity_deal_unique"
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0), name="amount_is_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None)
                | ~Q(state="open") & Q(closed_at__isnull=False),
                name="opportunity_ends_when_it_is_closed",
            ),
        ]
        indexes = [
            models.Index(fields=["lead", "-id"], name="opportunity_of_lead"),
            models.Index(fields=["opened_at", "id"], name="opportunity_opened"),
            models.Index(fields=["state", "opened_at", "id"], name="opportunity_state"),
            models.Index(fields=["closed_at", "id"], name="opportunity_closed"),
            models.Index(fields=["team", "state", "opened_at"], name="opportunity_team"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class DealReview(models.Model):
    """Half a minute of looking back at a deal that was won or lost, by who had it."""

    opportunity = models.OneToOneField(Opportunity, models.CASCADE, related_name="review")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    # What could have been seen earlier, in own words.
    note = models.CharField(max_length=1000, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["-at", "-id"], name="deal_review_at")]


class DealSign(models.Model):
    """A criterion of the score or an element of the card that a review names: it spoke for how the deal ended, or it
    could have been seen earlier."""

    class Kind(models.TextChoices):
        SPOKE = "spoke", _("Spoke for it")
        EARLIER = "earlier", _("Could have been seen earlier")

    class Source(models.TextChoices):
        CRITERION = "criterion", _("Score")
        ELEMENT = "element", _("Scorecard")

    review = models.ForeignKey(DealReview, models.CASCADE, related_name="signs", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind)
    source = models.CharField(max_length=10, choices=Source)
    key = models.CharField(max_length=80)
    label = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review", "kind", "source", "key"], name="deal_sign_once"
            )
        ]
        indexes = [models.Index(fields=["source", "key", "kind"], name="deal_sign_key")]
