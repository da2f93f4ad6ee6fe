"""What people are told: a row each, how they want to be told, and a row for each message that leaves the house."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from handoff.models.channels import Channel, OutgoingEvent
from leads.models import Lead


class Notification(models.Model):
    user = models.ForeignKey(User, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=30)
    # What it is about, so that the same thing is told once: "timer:12:breach:1".
    about = models.CharField(max_length=80)
    text = models.CharField(max_length=400)
    lead = models.ForeignKey(Lead, models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField()
    # Who wants a kind by e-mail only has it read from the beginning.
    read_at = models.DateTimeField(null=True)
    in_app = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind", "about"], name="told_once")]
        indexes = [
            models.Index(fields=["user", "-id"], name="notification_user"),
            models.Index(fields=["user"], name="notification_unread", condition=Q(read_at=None)),
        ]


class NoticeChoice(models.Model):
    """How one person wants to hear of one kind; who chose nothing has the defaults of notifications/kinds.py."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notice_choices")
    kind = models.CharField(max_length=30)
    in_app = models.BooleanField()
    by_mail = models.BooleanField()
    # Whether its e-mail comes in quiet hours too.
    passes = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="notice_choice_once")]


class QuietHours(models.Model):
    """When a person is not written to, in their own time zone, and from how many e-mails a minute on the rest comes
    as one. `days` are whole quiet days, 0 for Monday."""

    user = models.OneToOneField(User, models.CASCADE, related_name="quiet_hours")
    starts = models.TimeField(null=True)
    ends = models.TimeField(null=True)
    days = ArrayField(models.PositiveSmallIntegerField(), default=list)
    at_most = models.PositiveSmallIntegerField(default=5)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(starts=None, ends=None) | Q(starts__isnull=False, ends__isnull=False),
                name="quiet_from_until",
            )
        ]


class Delivery(models.Model):
    """A message on its way. At least once: it is marked sent after the other side took it.

    It carries a note to a colleague, or it is a letter to a lead with its own words and a key that makes it
    be written once, or it tells a channel of an event. It ends sent, failed or held back; until then `next_at` says
    when it is tried, which is the end of the lease while somebody tries."""

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        WITHHELD = "withheld", _("Held back")

    notification = models.OneToOneField(
        Notification, models.CASCADE, null=True, related_name="delivery"
    )
    # Whom the note is for.
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+", db_index=False)
    lead = models.ForeignKey(Lead, models.CASCADE, null=True, related_name="+")
    key = models.CharField(max_length=80, null=True, unique=True)  # noqa: DJ001
    event = models.ForeignKey(
        OutgoingEvent, models.CASCADE, null=True, related_name="deliveries", db_index=False
    )
    channel = models.ForeignKey(
        Channel, models.CASCADE, null=True, related_name="deliveries", db_index=False
    )
    subject = models.CharField(max_length=200, db_default="")
    body = models.TextField(db_default="")
    to = models.CharField(max_length=254, db_default="")
    # Rows of one digest leave as one e-mail: "7:2026-11-28T18:05:00+00:00".
    digest = models.CharField(max_length=60, db_default="", default="", blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    # Whose lease it is.
    token = models.UUIDField(null=True)
    # What the receiver answered last, as HTTP status.
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=500, blank=True, default="")
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(notification__isnull=False, key=None, event=None)
                | Q(notification=None, key__isnull=False, event=None)
                | Q(notification=None, key=None, event__isnull=False, channel__isnull=False),
                name="delivery_is_one_thing",
            ),
            models.UniqueConstraint(fields=["event", "channel"], name="delivery_once_a_channel"),
        ]
        indexes = [
            # By lane: one for all e-mails, one a channel.
            models.Index(
                Coalesce("channel_id", Value(0), output_field=models.BigIntegerField()),
                "next_at", "id", name="delivery_due", condition=Q(state="pending"),
            ),
            models.Index(fields=["state", "-id"], name="delivery_by_state"),
            models.Index(fields=["channel", "-id"], name="delivery_of_channel"),
            models.Index(
                fields=["user", "created_at"], name="delivery_lately", condition=Q(user__isnull=False)
            ),
            models.Index(fields=["digest"], name="delivery_digest", condition=~Q(digest="")),
        ]  # fmt: skip
