"""Companies that visited, told by the network address of visitors who said yes and whom nobody knows."""

from django.db import models
from django.db.models import Q

from leads.models.people import Visitor


class VisitingCompany(models.Model):
    """A company on a day (UTC), with what its visitors did that day. It is no Company of ours and makes none."""

    day = models.DateField()
    # As a Company's: "domain:acme.example", or "name:acme" where no domain is known.
    identity = models.CharField(max_length=270)
    name = models.CharField(max_length=200)
    domain = models.CharField(max_length=253, blank=True, default="")
    industry = models.CharField(max_length=120, blank=True, default="")
    employees = models.PositiveIntegerField(null=True)
    country = models.CharField(max_length=2, blank=True, default="")
    visitors = models.PositiveIntegerField(default=0)
    visits = models.PositiveIntegerField(default=0)
    pages = models.PositiveIntegerField(default=0)
    last_seen = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "identity"], name="visiting_company_a_day")
        ]
        indexes = [models.Index(fields=["last_seen", "id"], name="visiting_newest")]


class Visit(models.Model):
    """What a visitor looked at on a day (UTC). It has its network address until that was looked up, and is then of a
    company or of nobody."""

    visitor = models.ForeignKey(Visitor, models.CASCADE, related_name="+")
    day = models.DateField()
    visits = models.PositiveIntegerField(default=1)
    pages = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    company = models.ForeignKey(VisitingCompany, models.CASCADE, null=True, related_name="seen")
    address = models.GenericIPAddressField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    available_at = models.DateTimeField()
    token = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "visitor"], name="visit_a_day")]
        indexes = [
            models.Index(
                fields=["available_at", "id"], name="visit_waiting", condition=~Q(address=None)
            )
        ]
