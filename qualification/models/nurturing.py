"""Sequences of e-mails: their steps, who is in them, and what each lead was sent."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from leads.models import ConsentPurpose, Lead


class Sequence(models.Model):
    """E-mails with days between them. `audience` says who is enrolled by itself; of several for the same audience the
    first that is on takes them."""

    class Audience(models.TextChoices):
        ROUTED = "routed", _("Leads that routing sends to nurture")
        RECYCLED = "recycled", _("Recycled leads, and SQLs that are sent back")
        NEW = "new", _("New leads below MQL")
        STALE = "stale", _("Leads below MQL that went quiet")
        NOBODY = "nobody", _("Only whom somebody adds")

    name = models.CharField(max_length=80, unique=True)
    audience = models.CharField(max_length=10, choices=Audience)
    # Of new and of quiet leads: so many days after they came, or were active last.
    after_days = models.PositiveSmallIntegerField(default=14)
    is_on = models.BooleanField(default=False)
    # Whether a click ends it, as an answer does.
    ends_on_click = models.BooleanField(default=False)
    # Only who agreed to it is written to.
    purpose = models.ForeignKey(ConsentPurpose, models.PROTECT, null=True, related_name="+")
    order = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.name


class SequenceStep(models.Model):
    """An e-mail, so many days after the one before or after the enrolment. With `asks` it carries the link to the
    questions of that framework."""

    sequence = models.ForeignKey(Sequence, models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField()
    wait_days = models.PositiveSmallIntegerField(default=3)
    subject = models.CharField(max_length=150)
    body = models.TextField(max_length=8000)
    asks = models.SlugField(max_length=40, blank=True, default="")
    # Steps are not deleted, since mails point at them.
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number", "id"]


class Enrolment(models.Model):
    """A lead in a sequence. `next_at` is when its next step is due; who is out has an end."""

    class End(models.TextChoices):
        DONE = "done", _("Got everything")
        REPLIED = "replied", _("Replied")
        CLICKED = "clicked", _("Clicked")
        CROSSED = "crossed", _("Went to sales")
        UNSUBSCRIBED = "unsubscribed", _("Wants no e-mails")
        UNREACHABLE = "unreachable", _("No address")
        STOPPED = "stopped", _("Taken out")
        MERGED = "merged", _("Merged")

    sequence = models.ForeignKey(Sequence, models.PROTECT, related_name="enrolments")
    lead = models.ForeignKey(Lead, models.CASCADE, related_name="enrolments", db_index=False)
    entered_at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # The number of the last step it was sent.
    reached = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=12, choices=End, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lead"], condition=Q(ended_at=None), name="one_sequence_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, end="", next_at__isnull=False)
                | Q(ended_at__isnull=False, next_at=None) & ~Q(end=""),
                name="enrolment_goes_on_or_ended",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at", "id"], name="enrolment_due", condition=Q(ended_at=None)
            ),
            models.Index(fields=["sequence", "end", "-id"], name="enrolment_of_sequence"),
            models.Index(fields=["lead", "-id"], name="enrolment_of_lead"),
        ]


class SequenceMail(models.Model):
    """A step that was sent to a lead: once. `links` are the addresses behind the links of the mail, in their order;
    strangers hold `public_id`, signed."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="mails")
    step = models.ForeignKey(SequenceStep, models.PROTECT, related_name="mails")
    links = models.JSONField(default=list)
    posted_at = models.DateTimeField()
    clicked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "step"], name="a_step_once_a_lead")
        ]
        indexes = [models.Index(fields=["posted_at"], name="sequence_mail_posted")]
