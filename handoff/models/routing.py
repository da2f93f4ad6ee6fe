"""To whom leads go: rules in an order, how a team shares its leads, what each person can take, and every
decision with its reason."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from handoff.models.handoffs import Handoff
from leads.models import Crossing, Lead


class Tier(models.Model):
    """How much effort a company is worth, by its size: the largest whose number it reaches."""

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60, unique=True)
    least_employees = models.PositiveIntegerField(unique=True)

    class Meta:
        ordering = ["-least_employees"]

    def __str__(self) -> str:
        return self.name


class RoutingRule(models.Model):
    """The first rule in order whose conditions all hold says where the lead goes; without conditions it holds
    for all. One that sends it to the account's owner holds only where there is one."""

    class Goes(models.TextChoices):
        TEAM = "team", _("a team")
        REP = "rep", _("one person")
        OWNER = "owner", _("the owner of the account")
        ASK = "ask", _("the questions by e-mail first")
        NURTURE = "nurture", _("nurture")

    order = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    conditions = models.JSONField(default=list, blank=True)
    goes = models.CharField(max_length=10, choices=Goes, default=Goes.TEAM, db_default=Goes.TEAM)
    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="routing_rules")
    rep = models.ForeignKey(User, models.CASCADE, null=True, related_name="routing_rules")
    seniors_only = models.BooleanField(default=False, db_default=False)

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=(~Q(goes="team") | Q(team__isnull=False))
                & (~Q(goes="rep") | Q(rep__isnull=False)),
                name="rule_goes_somewhere",
            )
        ]

    def __str__(self) -> str:
        return self.name


class TeamRouting(models.Model):
    """How a team shares its leads. A team without a row leaves them to whoever is first."""

    class Strategy(models.TextChoices):
        OPEN = "open", _("whoever is first")
        ROUND_ROBIN = "round_robin", _("each in turn")
        WEIGHTED = "weighted", _("each by their weight")
        LEAST_BUSY = "least_busy", _("who has the fewest open")

    team = models.OneToOneField(Team, models.CASCADE, primary_key=True, related_name="routing")
    strategy = models.CharField(max_length=12, choices=Strategy, default=Strategy.OPEN)
    # Working minutes for which the others hold back.
    offer_minutes = models.PositiveIntegerField(default=15)
    is_fallback = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_fallback"], condition=Q(is_fallback=True), name="one_fallback_queue"
            )
        ]


class Rep(models.Model):
    """What a person can take. The row is also the lock under which leads are given to the person."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="rep")
    weight = models.PositiveSmallIntegerField(default=1, db_default=1)
    per_day = models.PositiveIntegerField(null=True, blank=True)
    open_limit = models.PositiveIntegerField(null=True, blank=True)
    is_senior = models.BooleanField(default=False, db_default=False)


class Share(models.Model):
    """Whose turn it is in a team: `turn` counts up with each lead, `credit` is what a weight is owed."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    turn = models.BigIntegerField(default=0)
    credit = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="one_share")]


class Absence(models.Model):
    """Whole days in the person's own zone on which nothing is offered to them, the last one included."""

    user = models.ForeignKey(User, models.CASCADE, related_name="absences")
    first_day = models.DateField()
    last_day = models.DateField()

    class Meta:
        ordering = ["first_day", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="absence_not_backwards"
            )
        ]


class RoutingDecision(models.Model):
    """Where a lead went, and why. Rows are added and never changed."""

    class Outcome(models.TextChoices):
        QUEUE = "queue", _("In the queue of the team")
        OFFER = "offer", _("Offered")
        FALLBACK = "fallback", _("In the fallback queue")
        ASK = "ask", _("Asked by e-mail first")
        NURTURE = "nurture", _("To nurture")

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="routing_decisions", db_index=False)
    crossing = models.ForeignKey(Crossing, models.CASCADE, related_name="routing_decisions")
    handoff = models.ForeignKey(
        Handoff, models.CASCADE, null=True, related_name="routing_decisions"
    )
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    rule = models.ForeignKey(RoutingRule, models.SET_NULL, null=True, related_name="+")
    team = models.ForeignKey(Team, models.SET_NULL, null=True, related_name="+")
    rep = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=1000)

    class Meta:
        indexes = [models.Index(fields=["lead", "-id"], name="routing_lead")]
