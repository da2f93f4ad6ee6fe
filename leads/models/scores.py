"""What they are worth: the current score, its history, the crossings, and how it ended."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from leads.models.people import Lead
from leads.stages import Stage


class LeadScore(models.Model):
    """The lead's score and its lock. Narrow, so that rewriting a million rows is cheap; owner, team
    and stage are copies for keyset lists. Version is a scoring.ModelVersion id: scoring lies above."""

    lead = models.OneToOneField(Lead, models.CASCADE, primary_key=True, related_name="score")
    fit = models.IntegerField(default=0)
    engagement = models.IntegerField(default=0)
    account = models.IntegerField(default=0)
    negative = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    band = models.CharField(max_length=40, default="")
    # The disqualifier that takes the lead out of the race, or the band that does; empty for none.
    flag = models.CharField(max_length=60, default="")
    version = models.BigIntegerField(null=True)
    computed_at = models.DateTimeField(null=True)
    # Armed: the next time the score stands in the MQL band, the lead crosses.
    armed = models.BooleanField(default=True)
    # A recycled lead is armed again at this time.
    armed_from = models.DateTimeField(null=True)
    crossings = models.PositiveIntegerField(default=0)
    owner_id = models.BigIntegerField(null=True)
    team_id = models.BigIntegerField(null=True)
    stage = models.CharField(max_length=12, default=Stage.LEAD)

    class Meta:
        indexes = [
            models.Index(fields=["-total", "-lead"], name="score_total"),
            models.Index(fields=["team_id", "-total", "-lead"], name="score_team_total"),
            models.Index(fields=["owner_id", "-total", "-lead"], name="score_owner_total"),
            models.Index(
                fields=["-account", "lead"], name="score_account", condition=~models.Q(account=0)
            ),
            models.Index(fields=["stage", "-total", "-lead"], name="score_stage_total"),
            models.Index(
                fields=["armed_from"], name="score_ripening", condition=~models.Q(armed_from=None)
            ),
        ]


class ScoreHistory(models.Model):
    """One row per batch, edit, version or override that moved total or band; decay only when the band moved."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="score_history", db_index=False)
    at = models.DateTimeField()
    # The total before; decay may have moved it away from that of the row before.
    was = models.IntegerField(null=True)
    total = models.IntegerField()
    fit = models.IntegerField()
    engagement = models.IntegerField()
    account = models.IntegerField(default=0)
    negative = models.IntegerField()
    band = models.CharField(max_length=40)
    version = models.BigIntegerField()
    cause = models.CharField(max_length=20)

    class Meta:
        indexes = [models.Index(fields=["lead", "-at"], name="scorehistory_lead_at")]


class Crossing(models.Model):
    """A lead crossed the MQL line. The contributions of that moment are kept, since they are the
    answer to "why was this an MQL"; `carried_by` names each criterion without which it would not be."""

    class Cause(models.TextChoices):
        ACTIVITY = "activity", _("Activity")
        EDIT = "edit", _("Edited")
        PUBLISH = "publish", _("New model version")
        IMPORT = "import", _("Import")
        RIPENED = "ripened", _("Recycle date came")
        DECAY = "decay", _("Turn of the day")
        OVERRIDE = "override", _("Override")
        TRUST = "trust", _("Events reclassified")
        STAGE = "stage", _("New stage")
        MERGE = "merge", _("Leads merged")

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="crossings", db_index=False)
    number = models.PositiveIntegerField()
    cause = models.CharField(max_length=20, choices=Cause)
    version = models.BigIntegerField()
    at = models.DateTimeField()
    total = models.IntegerField()
    band = models.CharField(max_length=40)
    contributions = models.JSONField()
    carried_by = models.JSONField(default=list)
    # False where a person said that publishing or importing should not call anybody.
    opens_handoff = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lead", "number"], name="crossing_number_unique")
        ]
        indexes = [models.Index(fields=["at"], name="crossing_at")]


class Outcome(models.Model):
    """How a handoff ended, on the ground floor where scoring and insights can read it."""

    class Result(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted as SQL")
        RECYCLED = "recycled", _("Recycled")
        DISQUALIFIED = "disqualified", _("Disqualified")
        WON = "won", _("Won")
        LOST = "lost", _("Lost")

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="outcomes")
    crossing = models.ForeignKey(Crossing, models.CASCADE, null=True, related_name="outcomes")
    result = models.CharField(max_length=20, choices=Result)
    reason = models.CharField(max_length=60, blank=True, default="")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # A deal of the past: its id in the system it comes from, and the other columns of its row.
    deal = models.CharField(max_length=200, blank=True, default="", db_default="")
    details = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lead", "deal"], condition=~models.Q(deal=""), name="outcome_deal_unique"
            )
        ]
        indexes = [
            models.Index(fields=["at"], name="outcome_at"),
        ]
