"""What they did: events with two times, their dictionary, and the keys that make a repeat harmless."""

from django.db import models
from django.db.models import JSONField, Value
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from leads.models.people import Lead, Visitor


class EventKind(models.Model):
    """The catalogue of kinds. `is_engagement` says whether it is something the person did, `is_product`
    whether it is use of the product, which makes a product lead. `names` are further names under which
    senders tell of it."""

    id = models.SmallAutoField(primary_key=True)
    key = models.SlugField(max_length=60, unique=True)
    label = models.CharField(max_length=120)
    is_engagement = models.BooleanField(default=True)
    is_product = models.BooleanField(default=False)
    names = models.JSONField(default=list, db_default=Value([], JSONField()), blank=True)

    class Meta:
        ordering = ["label"]

    def __str__(self) -> str:
        return self.label


class Signature(models.Model):
    """Dictionary of what events look like, so that a rule is matched once per look and not per event."""

    kind = models.ForeignKey(EventKind, models.PROTECT, related_name="signatures")
    name = models.CharField(max_length=200, blank=True, default="")
    path = models.CharField(max_length=400, blank=True, default="")
    campaign = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "name", "path", "campaign"], name="signature_unique"
            )
        ]


class Event(models.Model):
    class Trust(models.IntegerChoices):
        HUMAN = 0, _("Human")
        PROBABLE = 1, _("Probably human")
        PREFETCH = 2, _("Prefetch")
        BOT = 3, _("Bot")
        INTERNAL = 4, _("Internal")
        TEST = 5, _("Test")
        WITHDRAWN = 6, _("Consent withdrawn")
        STRANGER = 7, _("Somebody else")

    visitor = models.ForeignKey(
        Visitor, models.PROTECT, null=True, db_constraint=False, db_index=False
    )
    lead = models.ForeignKey(Lead, models.CASCADE, null=True, db_index=False, related_name="events")
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    kind = models.SmallIntegerField()
    signature = models.ForeignKey(Signature, models.PROTECT, db_index=False)
    trust = models.SmallIntegerField(choices=Trust, default=Trust.HUMAN)
    # The TrustRule that decides the class, and the class that the event came with before it.
    ruled_by = models.BigIntegerField(null=True)
    arrived_as = models.SmallIntegerField(choices=Trust, null=True)
    properties = models.JSONField(default=dict)
    # Came as a message, so that one EventKey names it; forms have ids of their own.
    keyed = models.BooleanField(db_default=False)

    class Meta:
        indexes = [
            # Everything a score needs, without touching the table.
            models.Index(
                fields=["lead", "occurred_at"],
                include=["kind", "signature", "trust"],
                name="event_lead_time",
            ),
            models.Index(fields=["visitor"], name="event_unclaimed", condition=models.Q(lead=None)),
            models.Index(
                fields=["ruled_by"], name="event_ruled", condition=~models.Q(ruled_by=None)
            ),
        ]


# What rules may call an event; only the person withdraws consent, and only who spoke to them knows a stranger.
CLASSES = [
    choice
    for choice in Event.Trust.choices
    if choice[0] not in (Event.Trust.WITHDRAWN, Event.Trust.STRANGER)
]
# Classes of events that are something a person did.
HUMANS = (Event.Trust.HUMAN, Event.Trust.PROBABLE)


class EventKey(models.Model):
    """A message that was accepted once. Apart from Event, so that months of events can be partitioned.
    `event_id` is None for a message that only says who somebody is; what was refused has no key."""

    digest = models.BinaryField(primary_key=True, max_length=16)
    received_at = models.DateTimeField()
    event_id = models.BigIntegerField(null=True)
    # Of what was said, so that something else under the same id is noticed; None for keys from before.
    fingerprint = models.BigIntegerField(null=True)


class EventRelabel(models.Model):
    """A dated row for each stitching, merge or reclassification that touched events; replay and undo read it."""

    at = models.DateTimeField()
    cause = models.CharField(max_length=40)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    lead = models.ForeignKey(Lead, models.CASCADE, null=True, related_name="+")
    before = models.JSONField()
    event_ids = models.JSONField()
