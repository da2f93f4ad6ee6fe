"""Who may do what: people, their teams, the keys of machines, the organisation."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    MARKETER = "marketer", _("Marketer")
    SDR = "sdr", _("SDR")
    MANAGER = "manager", _("Manager")
    ADMINISTRATOR = "administrator", _("Administrator")


class Organisation(models.Model):
    """The one organisation of this installation; reports use its time zone."""

    singleton = models.BooleanField(default=True, unique=True, editable=False)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=64, default="UTC")
    # Hosts of the organisation's own web sites: where its forms may send a visitor.
    sites = models.JSONField(default=list, db_default=[])

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(singleton=True), name="one_organisation")
        ]

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    name = models.CharField(max_length=120, unique=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    # Whether its people open opportunities and close them; and who closes what this team accepts.
    closes = models.BooleanField(default=False, db_default=False)
    closed_by = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").casefold())

    def create_user(self, *, email: str, name: str, role: str, **fields: Any) -> "User":
        """A person who can log in once a password is set. The e-mail is stored case-folded."""
        password = fields.pop("password", None)
        user = self.model(email=email.strip().casefold(), name=name, role=role, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Stored case-folded, so that the plain constraint is the one we mean.
    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=20, choices=Role)
    teams = models.ManyToManyField(Team, related_name="members", blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name", "role"]

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="user_email_folded"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ApiKey(models.Model):
    """A machine's key. Only the prefix and a hash are kept; the key itself is shown once."""

    class Kind(models.TextChoices):
        PUBLIC = "public", _("Public write key")
        SECRET = "secret", _("Secret server key")

    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=16, unique=True)
    digest = models.BinaryField(max_length=32)
    # A public key stands in web pages for everybody to read, so it may be shown again; a secret one never.
    public_text = models.CharField(max_length=80, blank=True, default="", db_default="")
    # Where browsers may send from, such as "https://www.firm.example"; from everywhere while it is empty.
    origins = models.JSONField(default=list, db_default=Value([], models.JSONField()), blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class TokenBucket(models.Model):
    """One rate limit; counted by a single statement in accounts/rate_limit.py."""

    key = models.CharField(primary_key=True, max_length=200)
    micro_tokens = models.BigIntegerField()
    refreshed_at = models.DateTimeField()


class IdempotentAnswer(models.Model):
    """What a write was answered under an Idempotency-Key; written in the transaction of its effect."""

    # "key:7" or "user:3": who asked.
    asker = models.CharField(max_length=40)
    method = models.CharField(max_length=10)
    path = models.CharField(max_length=500)
    key = models.CharField(max_length=255)
    request_hash = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["asker", "method", "path", "key"], name="idempotent_once"
            )
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotent_age")]
