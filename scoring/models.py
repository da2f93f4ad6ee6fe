"""Scoring models, their immutable versions, and the runs that bring every lead up to date."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiKey, User
from leads.models import Lead


class ScoringModel(models.Model):
    """A line of versions. The first in order whose segment holds applies to a lead; {} holds for all, and
    {"all": [...]} where every condition does. `capacity` is how many MQLs sales can take a day."""

    class Kind(models.TextChoices):
        MARKETING = "marketing", _("Marketing")
        PRODUCT = "product", _("Product")
        SERVICE = "service", _("Service")

    name = models.CharField(max_length=120, unique=True)
    order = models.PositiveIntegerField(default=1)
    segment = models.JSONField(default=dict, blank=True)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.MARKETING)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    needs_approval = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.name


class ModelVersion(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PROPOSED = "proposed", _("Proposed")
        APPROVED = "approved", _("Approved")
        SCHEDULED = "scheduled", _("Scheduled")
        LIVE = "live", _("Live")
        RETIRED = "retired", _("Retired")

    class SliceOrder(models.TextChoices):
        HIGHEST = "highest", _("highest score first")
        OLDEST = "oldest", _("oldest lead first")

    model = models.ForeignKey(ScoringModel, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    # The whole definition with the lists it uses; `digest` covers all of it.
    definition = models.JSONField()
    digest = models.CharField(max_length=64)
    reason = models.TextField(blank=True, default="")
    # What the publisher expects of it, and what the base looked like before and should after.
    expectation = models.TextField(blank=True, default="")
    expected = models.JSONField(default=dict, blank=True)
    # What the publisher answered: do leads that cross because the rules changed open handoffs?
    opens_handoffs = models.BooleanField(default=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    goes_live_at = models.DateTimeField(null=True)
    # Whether sales is told of the handoffs it opens; and if they are opened in slices, how many a day, whose
    # first, and the last day on which a slice was opened.
    notifies = models.BooleanField(default=True)
    slice_size = models.PositiveIntegerField(null=True, blank=True)
    slice_order = models.CharField(max_length=8, choices=SliceOrder, default=SliceOrder.HIGHEST)
    sliced_on = models.DateField(null=True)
    # Why it was sent back to be changed.
    comment = models.TextField(blank=True, default="")
    reverts_to = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    # What the base looked like after 30 days.
    actual = models.JSONField(default=dict, blank=True)
    # Which edit of the draft this is: an editor that saves says which one it saw.
    edit = models.PositiveIntegerField(default=0)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["model", "number"], name="version_number_unique"),
            models.UniqueConstraint(
                fields=["model"], condition=Q(state="live"), name="one_live_version"
            ),
            models.UniqueConstraint(fields=["model"], condition=Q(state="draft"), name="one_draft"),
            models.UniqueConstraint(
                fields=["model"],
                condition=Q(state__in=["proposed", "approved", "scheduled"]),
                name="one_proposal",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model} v{self.number}"


class RescoreRun(models.Model):
    """Everything is rescored: after a publication, at the turn of the day."""

    version = models.ForeignKey(ModelVersion, models.CASCADE, related_name="runs")
    cause = models.CharField(max_length=20)
    opens_handoffs = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]


class RescoreChunk(models.Model):
    """A range of lead ids; claimed under a lease, so that a killed worker costs a chunk its lease."""

    run = models.ForeignKey(RescoreRun, models.CASCADE, related_name="chunks")
    first_lead = models.BigIntegerField()
    last_lead = models.BigIntegerField()
    leased_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["run"], name="chunk_waiting", condition=Q(done_at=None))]


class Override(models.Model):
    """A score that somebody set for one lead, until the end of the day before `until` in UTC."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="overrides")
    total = models.IntegerField()
    reason = models.TextField()
    # A person, or a machine by its key.
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    key = models.ForeignKey(ApiKey, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    until = models.DateField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lead"], condition=Q(ended_at=None), name="one_override"
            ),
            models.CheckConstraint(
                condition=Q(by=None, key__isnull=False) | Q(by__isnull=False, key=None),
                name="override_by_somebody",
            ),
        ]

    @property
    def who(self) -> str:
        """The name of the person or the key that set it."""
        found = self.by or self.key
        return found.name if found else ""


class BaseSnapshot(models.Model):
    """The base at one moment, for the impact of drafts: all leads in the order of their ids. `bands` and
    `flags` name the numbers in its vectors. Unlogged like its vectors: a crash of the database empties both."""

    made_at = models.DateTimeField()
    leads = models.PositiveIntegerField()
    bands = models.JSONField()
    flags = models.JSONField()


class BaseVector(models.Model):
    """What every lead of a snapshot is known for: the answer to one question, packed (scoring/vectors)."""

    snapshot = models.ForeignKey(BaseSnapshot, models.CASCADE, related_name="vectors")
    name = models.CharField(max_length=40)
    data = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "name"], name="one_vector_a_question")
        ]


class Alert(models.Model):
    """A lead warmed up: its score rose, or a page was viewed. One a lead and UTC day, whatever storm comes."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="+")
    day = models.DateField()
    at = models.DateTimeField()
    rise = models.IntegerField(null=True)
    page = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lead", "day"], name="one_alert_a_day")]


class DraftEdit(models.Model):
    """One save in the editor. Numbers rise over all drafts of a model; `places` are what it changed, such as
    criteria.title.points, `said` the same in sentences."""

    model = models.ForeignKey(ScoringModel, models.CASCADE, related_name="edits")
    number = models.PositiveIntegerField()
    places = models.JSONField()
    said = models.JSONField(default=list)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["model", "number"], name="draft_edit_number")
        ]


class Editing(models.Model):
    """When somebody last had the editor of a model open."""

    model = models.ForeignKey(ScoringModel, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["model", "user"], name="one_editing_row")]
