"""Doors for machines: batches of events, and leads."""

import json
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.exceptions import Throttled, ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import clock, rate_limit
from accounts.api_parsers import BatchJSONParser
from accounts.models import ApiKey, User
from accounts.safe_json import Batch as JsonBatch
from accounts.safe_json import Item as JsonItem
from accounts.signed_in import principal
from leads import access, adding, editing, fields
from leads.activity import events, signatures
from leads.activity.segment import NotUnderstood, understand
from leads.identity.joining import Policy, Result
from leads.models import Lead, QuarantinedItem

MOST_ITEMS = 1000
RATE_PER_MINUTE, BURST = 600, 300

Refusal = dict[str, Any]


class RefusalSerializer(serializers.Serializer[Any]):
    index = serializers.IntegerField(help_text="Position in the batch, from 0.")
    reason = serializers.CharField()


class RecordedSerializer(serializers.Serializer[Any]):
    accepted = serializers.IntegerField(help_text="Events stored now.")
    duplicates = serializers.IntegerField(help_text="Events whose messageId was stored before.")
    refused = RefusalSerializer(many=True)


class EventBatch(APIView):
    """Takes events in the Segment shape. The same messageId from the same key counts once."""

    parser_classes = [BatchJSONParser]

    @extend_schema(
        operation_id="events_batch",
        request=inline_serializer(
            "Batch", {"batch": serializers.ListField(child=serializers.DictField())}
        ),
        responses={
            200: RecordedSerializer,
            400: OpenApiResponse(description="No item was understood."),
        },
    )
    def post(self, request: Request) -> Response:
        if not isinstance(request.data, JsonBatch):
            raise ValidationError("Send a list of items named “batch”.")
        items = request.data.items
        if len(items) > MOST_ITEMS:
            raise ValidationError(f"Send at most {MOST_ITEMS} events at a time.")
        _throttle(request)
        return _recorded(_key(request), items, at=clock.now())


class OneEvent(APIView):
    """Takes one event; its type stands in the path, as Segment-shaped clients send it."""

    @extend_schema(
        operation_id="events_one",
        request=inline_serializer("Event", {"messageId": serializers.CharField()}),
        responses={200: RecordedSerializer},
    )
    def post(self, request: Request, kind: str) -> Response:
        if not isinstance(request.data, dict):
            raise ValidationError("Send one event as an object.")
        _throttle(request)
        item = JsonItem({**request.data, "type": kind})
        return _recorded(_key(request), [item], at=clock.now())


def _key(request: Request) -> ApiKey:
    key = principal(request)
    assert isinstance(key, ApiKey)
    return key


def _throttle(request: Request) -> None:
    """Public keys are everybody's: each sender has a bucket of its own."""
    key = _key(request)
    if key.kind == ApiKey.Kind.PUBLIC:
        who = f"events:{key.pk}:{rate_limit.client_key(request._request)}"
        verdict = rate_limit.take(who, rate_per_minute=RATE_PER_MINUTE, burst=BURST)
        if not verdict.allowed:
            raise Throttled(wait=verdict.retry_after_s)


def _recorded(key: ApiKey, items: Sequence[JsonItem], *, at: datetime) -> Response:
    understood, refused = _understood(items, at)
    public = key.kind == ApiKey.Kind.PUBLIC
    done = events.record(
        understood,
        sender=f"key:{key.pk}",
        policy=Policy.FILL if public else Policy.OVERWRITE,
        source=key.name,
        at=at,
    )
    _quarantine(key, items, refused, at)
    if refused and not understood:
        raise ValidationError({f"batch[{r['index']}]": [r["reason"]] for r in refused})
    return Response({"accepted": done.accepted, "duplicates": done.duplicates, "refused": refused})


def _understood(items: Sequence[JsonItem], at: datetime) -> tuple[list[events.Item], list[Refusal]]:
    kinds, catalogue = set(signatures.kinds()), fields.catalogue()
    kept: list[events.Item] = []
    refused: list[Refusal] = []
    for index, item in enumerate(items):
        if item.error is not None:
            refused.append({"index": index, "reason": str(item.error)})
            continue
        try:
            kept.append(understand(item.value, kinds=kinds, fields=catalogue, at=at))
        except NotUnderstood as error:
            refused.append({"index": index, "reason": str(error)})
    return kept, refused


def _quarantine(
    key: ApiKey, items: Sequence[JsonItem], refused: Sequence[Refusal], at: datetime
) -> None:
    """What was refused is kept, so that a person can see what a sender does wrong."""
    QuarantinedItem.objects.bulk_create(
        QuarantinedItem(
            key=key,
            reason=refusal["reason"][:300],
            payload=json.dumps(items[refusal["index"]].value)[:20_000],
            received_at=at,
        )
        for refusal in refused
    )


class LeadSerializer(serializers.ModelSerializer[Lead]):
    id = serializers.UUIDField(source="public_id")
    score = serializers.IntegerField(source="score.total")
    band = serializers.CharField(source="score.band")
    owner = serializers.EmailField(source="owner.email", default=None)

    class Meta:
        model = Lead
        fields = [
            "id", "email", "first_name", "last_name", "title", "company_name", "phone", "country",
            "attributes", "external_id", "source", "campaign", "stage", "score", "band", "owner",
            "created_at", "last_activity_at",
        ]  # fmt: skip


class NewestFirst(CursorPagination):
    ordering = "-id"
    page_size = 100
    max_page_size = 1000
    page_size_query_param = "limit"


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


def _cleaned(data: Any, *, also: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Cleaned values by field key. Raises ValidationError with the reason of each field."""
    if not isinstance(data, dict):
        raise ValidationError("Send the lead as an object.")
    attributes = data.get("attributes", {})
    if not isinstance(attributes, dict):
        raise ValidationError({"attributes": ["Send custom fields as an object."]})
    named = {key: value for key, value in data.items() if key not in {"attributes", *also}}
    named |= {f"custom.{key}": value for key, value in attributes.items()}
    values, errors = fields.clean(named, fields=fields.catalogue())
    if errors:
        raise ValidationError({key: [reason] for key, reason in errors.items()})
    return values


class LeadList(ListAPIView[Lead]):
    serializer_class = LeadSerializer
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Lead]:
        return access.visible(principal(self.request)).select_related("score", "owner")

    @extend_schema(
        request=inline_serializer(
            "NewLead",
            {
                "source": serializers.CharField(required=False),
                "external_id": serializers.CharField(required=False),
                **dict(LeadWrites().fields),
            },
        ),
        responses={201: LeadSerializer, 200: LeadSerializer},
    )
    def post(self, request: Request) -> Response:
        """Adds a lead, or updates the one with the same e-mail or external id."""
        values = _cleaned(request.data, also=frozenset({"source", "external_id"}))
        external = _short(request.data, "external_id")
        if not values and not external:
            raise ValidationError("Send at least one field.")
        lead, result = adding.add(
            values,
            source=_short(request.data, "source") or "API",
            external=("api", external) if external else None,
            by=principal(request),
            at=clock.now(),
        )
        made = status.HTTP_201_CREATED if result is Result.CREATED else status.HTTP_200_OK
        return Response(LeadSerializer(_whole(lead.public_id)).data, status=made)


def _short(data: Any, name: str) -> str:
    value = data.get(name, "")
    if not isinstance(value, str) or len(value) > 80:
        raise ValidationError({name: ["Give a text of at most 80 characters."]})
    return value.strip()


def _whole(public_id: uuid.UUID) -> Lead:
    return Lead.objects.select_related("score", "owner").get(public_id=public_id)


class LeadDetail(APIView):
    @extend_schema(operation_id="leads_retrieve", responses=LeadSerializer)
    def get(self, request: Request, public_id: uuid.UUID) -> Response:
        return Response(LeadSerializer(access.lead_or_404(principal(request), public_id)).data)

    @extend_schema(operation_id="leads_update", request=LeadWrites, responses=LeadSerializer)
    def patch(self, request: Request, public_id: uuid.UUID) -> Response:
        """Writes the given fields; null or an empty text empties a field."""
        lead = access.lead_or_404(principal(request), public_id, "lead.edit")
        values = _cleaned(request.data) | _emptied(request.data)
        by = request.user if isinstance(request.user, User) else None
        try:
            editing.edit(lead, values, by=by, at=clock.now(), source="API")
        except editing.AddressTaken as error:
            raise ValidationError({"email": [str(error)]}) from None
        return Response(LeadSerializer(_whole(public_id)).data)


def _emptied(data: Any) -> dict[str, Any]:
    return {key: None for key in fields.BUILT_IN if key in data and data[key] in (None, "")}
