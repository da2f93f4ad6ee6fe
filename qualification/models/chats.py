"""Chats that ask visitors a framework's questions one by one, and what those said who left an address."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from leads.models import Lead


class Chat(models.Model):
    """`steps` are read by qualification/chatting/steps.py. `pages` are the beginnings of the paths where it
    shows up by itself, `after_s` seconds after such a page was opened."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    greeting = models.CharField(max_length=400)
    steps = models.JSONField(default=list)
    closing = models.CharField(max_length=400)
    source = models.CharField(max_length=80)
    # Key of the ConsentPurpose whose text stands where the address is asked for; empty for none.
    purpose = models.CharField(max_length=60, blank=True, default="")
    pages = models.JSONField(default=list)
    after_s = models.PositiveSmallIntegerField(default=5)
    embed_hosts = models.JSONField(default=list)
    # Whoever is through faster than this is suspected to be a program.
    least_seconds = models.PositiveSmallIntegerField(default=3)
    is_live = models.BooleanField(default=True)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Conversation(models.Model):
    """What a visitor said who left an address; the others are not stored. `lines` are [question, answer],
    `values` by field of the lead, `answers` are [framework, element, words]."""

    class State(models.TextChoices):
        TAKEN = "taken", _("Taken")
        SUSPECTED = "suspected", _("Waiting")
        LEFT = "left", _("Left out")

    # Made with the first page, so that every later one adds to the same row.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    chat = models.ForeignKey(Chat, models.PROTECT, related_name="conversations", db_index=False)
    # None while it is suspected.
    lead = models.ForeignKey(Lead, models.CASCADE, null=True, related_name="conversations")
    state = models.CharField(max_length=10, choices=State, default=State.TAKEN)
    lines = models.JSONField(default=list)
    values = models.JSONField(default=dict)
    answers = models.JSONField(default=list)
    # Where it came from, beside what was said: see talking.Visit.
    came = models.JSONField(default=dict)
    # Keys of leads.capturing.spam.MARKS.
    marks = models.JSONField(default=list)
    is_done = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["chat", "-at"], name="conversation_of_chat")]
