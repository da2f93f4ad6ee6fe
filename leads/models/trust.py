"""Who an event is taken to come from: rules that people made about events past and to come."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from leads.models.activity import Event


class TrustRule(models.Model):
    """Events for which every filled-in field holds are of class `trust`, unless a newer rule says otherwise.

    It covers the events that had been received by `created_at`, and later ones if `future` is set. Rows are
    never deleted: a rule is taken back, and its events are what they would be without it."""

    class State(models.TextChoices):
        APPLYING = "applying", _("Under way")
        APPLIED = "applied", _("In force")
        UNDOING = "undoing", _("Being taken back")
        UNDONE = "undone", _("Taken back")

    kind = models.SlugField(max_length=60, blank=True, default="")
    name = models.CharField(max_length=200, blank=True, default="")
    path = models.CharField(max_length=400, blank=True, default="")
    campaign = models.CharField(max_length=120, blank=True, default="")
    # The anonymous id of a browser.
    visitor = models.CharField(max_length=100, blank=True, default="")
    # Behind the @ of the lead's e-mail.
    domain = models.CharField(max_length=253, blank=True, default="")
    since = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    trust = models.SmallIntegerField(choices=Event.Trust)
    future = models.BooleanField(default=False)
    note = models.CharField(max_length=200, blank=True, default="")
    state = models.CharField(max_length=10, choices=State, default=State.APPLYING)
    # The events up to this id are looked through; beyond `last_event` there is nothing to look for.
    next_event = models.BigIntegerField(default=0)
    last_event = models.BigIntegerField(default=0)
    events = models.BigIntegerField(default=0)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["id"],
                name="trustrule_busy",
                condition=models.Q(state__in=["applying", "undoing"]),
            )
        ]
