"""What befell them: one append-only table that is the timeline, the outbox of the pipeline and the facts
that reports count. An Event is what the visitor did; an entry here is what we did."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from leads.models.people import Lead

WAITING = Q(done_at=None, parked_at=None)


class JournalEntry(models.Model):
    lead = models.ForeignKey(
        Lead, models.CASCADE, null=True, related_name="journal", db_index=False
    )
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    data = models.JSONField(default=dict)
    # Coalescing kinds keep one unclaimed entry a lead.
    wakes = models.BooleanField(default=False)
    # When a worker may take it: at once, after a lease that ran out, or after a failure.
    available_at = models.DateTimeField()
    claim_token = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True, default="")
    parked_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lead", "kind"],
                name="journal_one_wake",
                condition=Q(wakes=True, claim_token=None, done_at=None),
            )
        ]
        indexes = [
            models.Index(fields=["available_at", "id"], name="journal_waiting", condition=WAITING),
            models.Index(fields=["lead", "-at"], name="journal_lead_at"),
            models.Index(fields=["kind", "-at"], name="journal_kind_at"),
            models.Index(fields=["parked_at"], name="journal_parked", condition=~Q(parked_at=None)),
        ]
