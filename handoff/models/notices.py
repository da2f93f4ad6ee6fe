"""What people are told: a row each, and a row for each message that leaves the house."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from leads.models import Lead


class Notification(models.Model):
    user = models.ForeignKey(User, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=30)
    # What it is about, so that the same thing is told once: "timer:12:breach:1".
    about = models.CharField(max_length=80)
    text = models.CharField(max_length=400)
    lead = models.ForeignKey(Lead, models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind", "about"], name="told_once")]
        indexes = [
            models.Index(fields=["user", "-id"], name="notification_user"),
            models.Index(fields=["user"], name="notification_unread", condition=Q(read_at=None)),
        ]


class Delivery(models.Model):
    """An e-mail on its way. At least once: it is marked sent after the server took it.

    It carries a note to a colleague, or it is a letter to a lead with its own words and a key that makes it
    be written once."""

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        WITHHELD = "withheld", _("Held back: the address is suppressed")

    notification = models.OneToOneField(
        Notification, models.CASCADE, null=True, related_name="delivery"
    )
    lead = models.ForeignKey(Lead, models.CASCADE, null=True, related_name="+")
    key = models.CharField(max_length=80, null=True, unique=True)  # noqa: DJ001
    subject = models.CharField(max_length=200, db_default="")
    body = models.TextField(db_default="")
    to = models.CharField(max_length=254)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    error = models.CharField(max_length=500, blank=True, default="")
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(notification=None, key__isnull=False)
                | Q(notification__isnull=False, key=None),
                name="delivery_note_or_letter",
            )
        ]
        indexes = [
            models.Index(fields=["next_at"], name="delivery_pending", condition=Q(state="pending"))
        ]
