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
    # Who published it; nobody for what leadhub brings along.
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="framework_version_unique")
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class FrameworkDraft(models.Model):
    """What a person typed into the editor of a framework and has not published; `place` says of which one, `version`
    which of its versions they saw, `values` are the fields of the form."""

    place = models.CharField(max_length=41)
    version = models.PositiveIntegerField(null=True)
    values = models.JSONField()
    by = models.ForeignKey(User, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["by", "place"], name="one_framework_draft_a_place")
        ]


class Scorecard(models.Model):
    lead = models.ForeignKey(Lead, models.CASCADE, related_name="scorecards")
    handoff = models.ForeignKey(Handoff, models.CASCADE, related_name="scorecards")
    framework = models.ForeignKey(Framework, models.PROTECT, related_name="scorecards")
    created_at = models.DateTimeField()
    # A handoff's card is the one whose framework was chosen last.
    chosen_at = models.DateTimeField()
    # Why it is this framework, where a rule chose it; and the framework that decides after it.
    chosen_by = models.CharField(max_length=400, blank=True, default="", db_default="")
    then = models.CharField(max_length=40, blank=True, default="", db_default="")
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

    class Asks(models.TextChoices):
        """What the rep has to say beside the reason."""

        NOTHING = "", _("Nothing more")
        DAY = "day", _("Until which day")
        COMPETITOR = "competitor", _("Which competitor")
        FACT = "fact", _("Which fact is wrong")
        ATTEMPTS = "attempts", _("Nothing, but only after the agreed attempts")

    key = models.SlugField(max_length=60, unique=True)
    label = models.CharField(max_length=80)
    advice = models.CharField(max_length=300, blank=True, default="")
    asks = models.CharField(
        max_length=12, choices=Asks, blank=True, default=Asks.NOTHING, db_default=""
    )
    # Offered too when a lead is recycled.
    recycles = models.BooleanField(default=False, db_default=False)
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
    # The key of an event kind that ends the rest at once; empty for none.
    signal = models.CharField(max_length=60, blank=True, default="", db_default="")
    # What the reason asked for.
    day = models.DateField(null=True, blank=True)
    competitor = models.CharField(max_length=120, blank=True, default="", db_default="")
    # Accepted although the card did not reach the gate; `note` says why.
    below_gate = models.BooleanField(default=False, db_default=False)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="disposition_at")]
