"""What a lead looks like to machines, and what they may write."""

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from leads import fields
from leads.capturing.capture import New
from leads.fields import LeadField
from leads.identity import phones
from leads.models import Lead

SOURCE = "API"
OWN = frozenset({"source", "external_id", "phone_verified"})


class LeadSerializer(serializers.ModelSerializer[Lead]):
    id = serializers.UUIDField(source="public_id")
    score = serializers.IntegerField(source="score.total")
    band = serializers.CharField(source="score.band")
    owner = serializers.EmailField(source="owner.email", default=None, allow_null=True)

    class Meta:
        model = Lead
        fields = [
            "id", "email", "first_name", "last_name", "title", "company_name", "phone", "country",
            "attributes", "external_id", "source", "campaign", "stage", "score", "band", "owner",
            "created_at", "last_activity_at",
        ]  # fmt: skip


class LeadPage(serializers.Serializer[Any]):
    """`next` and `previous` are addresses; null where there is no such page."""

    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = LeadSerializer(many=True)


class LeadWrites(serializers.Serializer[Any]):
    """What may be written; any other name is refused."""

    email = serializers.CharField(required=False, allow_null=True)
    first_name = serializers.CharField(required=False, allow_blank=True)
    last_name = serializers.CharField(required=False, allow_blank=True)
    title = serializers.CharField(required=False, allow_blank=True)
    company_name = serializers.CharField(required=False, allow_blank=True)
    phone = serializers.CharField(required=False, allow_blank=True)
    country = serializers.CharField(required=False, allow_blank=True)
    attributes = serializers.DictField(required=False, help_text="Declared custom fields by key.")


NewLead = inline_serializer(
    "NewLead",
    {
        "source": serializers.CharField(required=False),
        "external_id": serializers.CharField(required=False),
        "phone_verified": serializers.BooleanField(
            required=False,
            help_text="You made sure that the phone is this person's: it recognises them.",
        ),
        **dict(LeadWrites().fields),
    },
)


class BulkResult(serializers.Serializer[Any]):
    index = serializers.IntegerField(help_text="Position in what was sent, from 0.")
    result = serializers.ChoiceField(choices=["created", "updated", "unchanged", "refused"])
    id = serializers.UUIDField(allow_null=True)
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()),
        help_text="Why it was refused, by field.",
    )


class BulkAnswer(serializers.Serializer[Any]):
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = BulkResult(many=True)


def cleaned(
    data: Any, catalogue: dict[str, LeadField], *, also: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """Cleaned values by field key; names in `also` are somebody else's. Raises ValidationError with the reason
    of each field."""
    if not isinstance(data, dict):
        raise ValidationError("Send the lead as an object.")
    attributes = data.get("attributes", {})
    if not isinstance(attributes, dict):
        raise ValidationError({"attributes": ["Send custom fields as an object."]})
    named = {key: value for key, value in data.items() if key not in {"attributes", *also}}
    named |= {f"custom.{key}": value for key, value in attributes.items()}
    values, errors = fields.clean(named, fields=catalogue)
    if errors:
        raise ValidationError({key: [reason] for key, reason in errors.items()})
    return values


def new_lead(data: Any, catalogue: dict[str, LeadField]) -> New:
    """A lead to be added. Raises ValidationError."""
    values = cleaned(data, catalogue, also=OWN)
    external = _short(data, "external_id")
    if not values and not external:
        raise ValidationError("Send at least one field.")
    source = _short(data, "source") or SOURCE
    verified = data.get("phone_verified", False)
    if not isinstance(verified, bool) or (verified and not phones.keys(values)):
        raise ValidationError(
            {"phone_verified": ["Give true with a phone number that has its country code."]}
        )
    return New(values, source, ("api", external) if external else None, verified)


def _short(data: Any, name: str) -> str:
    value = data.get(name, "")
    if not isinstance(value, str) or len(value) > 80:
        raise ValidationError({name: ["Give a text of at most 80 characters."]})
    return value.strip()


def emptied(data: Any) -> dict[str, Any]:
    return {key: None for key in fields.BUILT_IN if key in data and data[key] in (None, "")}
