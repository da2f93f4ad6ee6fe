"""Mailboxes that are read, and each message that was met in them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from leads.models.people import Lead


class Mailbox(models.Model):
    """`password` is sealed (accounts/secrets.py). `last_uid` is how far the folder was read, within the life
    of the folder that the server calls `uid_validity`."""

    class Becomes(models.TextChoices):
        LEADS = "leads", _("Leads: whoever writes to this address becomes one")
        KNOWN = "known", _("Touches: only what is exchanged with leads we have")

    name = models.CharField(max_length=120)
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField(default=993)
    user = models.CharField(max_length=254)
    password = models.TextField()
    folder = models.CharField(max_length=200, default="INBOX")
    source = models.CharField(max_length=80)
    becomes = models.CharField(max_length=10, choices=Becomes, default=Becomes.LEADS)
    is_on = models.BooleanField(default=True)
    # Messages that came before this day are left alone.
    since = models.DateField()
    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    next_at = models.DateTimeField()
    # Somebody reads it just now.
    leased_until = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=500, blank=True, default="")
    failures = models.PositiveSmallIntegerField(default=0)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class MailMessage(models.Model):
    """A message that was met, once wherever it lay: `digest` is made of its Message-ID. What it says stands
    in the lead's event; here is what became of it."""

    class Kind(models.TextChoices):
        MESSAGE = "message", _("Message")
        SENT = "sent", _("Sent by a colleague")
        AUTO_REPLY = "auto_reply", _("Automatic reply")
        BOUNCE = "bounce", _("Not delivered")
        BULK = "bulk", _("Newsletter or machine")
        UNREADABLE = "unreadable", _("Could not be read")

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="messages")
    digest = models.BinaryField(max_length=16, unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    sender = models.CharField(max_length=254, blank=True, default="")
    subject = models.CharField(max_length=200, blank=True, default="")
    lead = models.ForeignKey(Lead, models.CASCADE, null=True, related_name="mails")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["mailbox", "-id"], name="mail_of_mailbox")]
