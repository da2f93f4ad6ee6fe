"""Who they are: leads, their companies, the browsers they came with, what was known of them before."""

import uuid

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from leads.expressions import LAST_ACTIVITY, SEARCHED, SHOWN_NAME
from leads.stages import Direction, Stage


class Company(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    # "domain:acme.example", or "name:acme" where no domain is known: what makes two rows one company.
    identity = models.CharField(max_length=270)
    domain = models.CharField(max_length=253, blank=True, default="")
    industry = models.CharField(max_length=120, blank=True, default="")
    employees = models.PositiveIntegerField(null=True, blank=True)
    country = models.CharField(max_length=2, blank=True, default="")
    # What files said of it beyond these fields, under the names of their columns.
    attributes = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    # The company it belongs to, as somebody said by hand.
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["identity"], name="company_identity_unique")]

    def __str__(self) -> str:
        return self.name


class AttributeField(models.Model):
    """A declared custom field; its values live in Lead.attributes under `key`."""

    class Type(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", _("Number")
        DATE = "date", _("Date")
        BOOLEAN = "boolean", _("Yes or no")
        CHOICE = "choice", _("Choice")

    key = models.SlugField(max_length=60, unique=True)
    label = models.CharField(max_length=120)
    type = models.CharField(max_length=10, choices=Type, default=Type.TEXT)
    choices = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["label"]

    def __str__(self) -> str:
        return self.label


class Lead(models.Model):
    """One person. There is no score here: see LeadScore, which is also the lead's lock."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Case-folded, unique when present; a lead may have none.
    email = models.CharField(_("e-mail"), max_length=254, null=True, blank=True)  # noqa: DJ001
    phone = models.CharField(_("phone"), max_length=60, blank=True, default="")
    phone_e164 = models.CharField(max_length=20, blank=True, default="")
    first_name = models.CharField(_("first name"), max_length=120, blank=True, default="")
    last_name = models.CharField(_("last name"), max_length=120, blank=True, default="")
    title = models.CharField(_("job title"), max_length=160, blank=True, default="")
    company = models.ForeignKey(Company, models.PROTECT, null=True, blank=True)
    company_name = models.CharField(_("company"), max_length=200, blank=True, default="")
    country = models.CharField(_("country"), max_length=2, blank=True, default="")
    attributes = models.JSONField(default=dict, blank=True)
    # First touch, fixed at capture.
    source = models.CharField(_("source"), max_length=80)
    campaign = models.CharField(max_length=120, blank=True, default="")
    # Who came to whom first: fixed at capture as well.
    direction = models.CharField(max_length=10, choices=Direction, default=Direction.INBOUND)
    # Since when they use the product.
    product_used_at = models.DateTimeField(null=True, blank=True)
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.LEAD)
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="leads")
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="leads")
    # Every team the lead was ever handed to: they may go on seeing it.
    handed_to = models.ManyToManyField(Team, related_name="handed_leads", blank=True)
    external_id = models.CharField(max_length=200, blank=True, default="")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    last_activity_at = models.DateTimeField(null=True, blank=True)
    # Since when nothing of the person is left in this row; it still counts.
    erased_at = models.DateTimeField(null=True, blank=True)
    # Why nothing is sent: a Suppression.Reason, as long as an address of the lead is on that list.
    stopped = models.CharField(max_length=12, blank=True, default="", db_default="")
    # Since when the person does not want what they do to count.
    unfollowed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["email"], name="lead_email_unique"),
            models.CheckConstraint(condition=~Q(email=""), name="lead_email_null_not_empty"),
        ]
        indexes = [
            models.Index(fields=["source", "-id"], name="lead_source"),
            models.Index(LAST_ACTIVITY.desc(), F("id").desc(), name="lead_activity"),
            models.Index(SHOWN_NAME, F("id"), name="lead_name"),
            GinIndex(OpClass(SEARCHED, name="gin_trgm_ops"), name="lead_searched"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What to call the lead: the name, else the e-mail, else the external id."""
        if self.erased_at:
            return str(_("Erased person"))
        full = f"{self.first_name} {self.last_name}".strip()
        return full or self.email or self.external_id or self.phone or _("Lead %d") % self.pk


class ContactKey(models.Model):
    """One way to recognise a lead: an e-mail, a user id of ours, an id in another system, a phone number (E.164)
    that somebody verified to be this person's."""

    EMAIL, USER, EXTERNAL, PHONE = "email", "user", "external", "phone"

    kind = models.CharField(max_length=60)
    value = models.CharField(max_length=254)
    lead = models.ForeignKey(Lead, models.CASCADE, related_name="keys")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="contact_key_unique")]


class Visitor(models.Model):
    """A browser or device; known once it is identified, with all its earlier events."""

    anonymous_id = models.CharField(max_length=100, unique=True)
    lead = models.ForeignKey(Lead, models.CASCADE, null=True, blank=True, related_name="visitors")
    created_at = models.DateTimeField()


class VisitorAlias(models.Model):
    """A trail that a sender said is the same person's as another: both become the lead's together."""

    visitor = models.OneToOneField(Visitor, models.CASCADE, primary_key=True, related_name="alias")
    same_as = models.ForeignKey(Visitor, models.CASCADE, related_name="aliases")


class LeadChange(models.Model):
    """An undo row: what the changed fields held before. Creation writes none."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="changes", db_index=False)
    known_at = models.DateTimeField()
    source = models.CharField(max_length=80)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    old = models.JSONField()
    # The Fix that did it.
    fix_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["lead", "-known_at"], name="leadchange_lead_at"),
            models.Index(fields=["fix_id", "id"], name="leadchange_fix", condition=~Q(fix_id=None)),
        ]


class CompanyChange(models.Model):
    """An undo row of a company, as LeadChange is one of a lead: columns by their names, what files said beyond
    them under “attributes.” and a name."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="changes", db_index=False)
    known_at = models.DateTimeField()
    source = models.CharField(max_length=80)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    old = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["company", "-known_at"], name="companychange_at")]


class FormerCompany(models.Model):
    """An undo row: the company that a lead belonged to until that moment, or none."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="former_companies", db_index=False)
    # Companies that came with an import go when it is undone.
    company = models.ForeignKey(
        Company, models.SET_NULL, null=True, related_name="former_leads", db_index=False
    )
    known_at = models.DateTimeField()
    source = models.CharField(max_length=80)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["lead", "known_at"], name="formercompany_lead"),
            models.Index(fields=["company", "known_at"], name="formercompany_company"),
        ]
