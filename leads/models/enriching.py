"""Drawers that fill in what is not known of a lead, what they asked of others, and where each value is from."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from leads.models.people import Lead


class Drawer(models.Model):
    """One source of values. `kind` is a key of offline.KINDS, or HTTP for a provider. `fills` says which of its
    answers becomes which field: [[path, field], ...] where a provider answers, [[[name], field], ...] else."""

    HTTP = "http"
    # The one that says which company a network address belongs to; it fills no lead.
    VISITS = "visits"

    class Asks(models.TextChoices):
        DOMAIN = "domain", _("Domain of the company")
        EMAIL = "email", _("E-mail")

    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=80, unique=True)
    position = models.PositiveIntegerField(default=0)
    is_on = models.BooleanField(default=False)
    overwrites = models.BooleanField(default=False)
    fills = models.JSONField(default=list)
    # How far its values are to be believed, in percent.
    confidence = models.PositiveSmallIntegerField(default=70)
    # Of a provider only, as all that follows.
    asks = models.CharField(max_length=10, choices=Asks, default=Asks.DOMAIN)
    url = models.CharField(max_length=400, blank=True, default="")
    header = models.CharField(max_length=80, blank=True, default="")
    key = models.TextField(blank=True, default="")
    sample = models.TextField(blank=True, default="")
    calls_a_day = models.PositiveIntegerField(default=500)
    days_kept = models.PositiveIntegerField(default=30)
    # How many calls in a row brought no answer, and until when nobody is asked because of it.
    failures = models.PositiveIntegerField(default=0)
    rests_until = models.DateTimeField(null=True)
    problem = models.TextField(blank=True, default="")
    # The walk through the leads there are: the next lead and the last one; no walk is under way at null.
    walk_next = models.BigIntegerField(null=True)
    walk_last = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Lookup(models.Model):
    """A question to a provider about one lead. It waits, is claimed under a lease, and ends."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    drawer = models.ForeignKey(Drawer, models.CASCADE, related_name="lookups", db_index=False)
    lead = models.ForeignKey(Lead, models.CASCADE, related_name="+")
    # What is asked for: the address, or the domain.
    asked = models.CharField(max_length=254)
    # Whether those who cross by the answer are handed over; a walk through all leads calls nobody.
    calls = models.BooleanField(db_default=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=300, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    available_at = models.DateTimeField()
    token = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["drawer", "lead"], name="lookup_unique")]
        indexes = [
            models.Index(
                fields=["drawer", "available_at"], name="lookup_waiting",
                condition=Q(state="waiting"),
            ),
        ]  # fmt: skip


class LookupAnswer(models.Model):
    """What a provider said of an address or a domain, kept so that it is asked once. Null: it knows nothing."""

    drawer = models.ForeignKey(Drawer, models.CASCADE, related_name="answers", db_index=False)
    asked = models.CharField(max_length=254)
    answer = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["drawer", "asked"], name="answer_unique")]


class LookupDay(models.Model):
    """How often a provider was called on a day, UTC."""

    drawer = models.ForeignKey(Drawer, models.CASCADE, related_name="days", db_index=False)
    day = models.DateField()
    calls = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["drawer", "day"], name="lookup_day_unique")]


class FieldOrigin(models.Model):
    """Who said a value of a lead that no person entered, and how far it is to be believed, in percent. It counts
    as long as the lead holds that value."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="origins", db_index=False)
    field = models.CharField(max_length=80)
    value = models.JSONField()
    source = models.CharField(max_length=80)
    confidence = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lead", "field"], name="origin_unique")]
