"""Doors for what visitors did."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import Throttled, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import clock, rate_limit
from accounts.api_parsers import BatchJSONParser
from accounts.models import ApiKey
from accounts.safe_json import Batch as JsonBatch
from accounts.safe_json import Item as JsonItem
from accounts.signed_in import principal
from leads import fields
from leads.activity import events, signatures
from leads.activity.segment import NotUnderstood, understand
from leads.identity.joining import Policy
from leads.models import QuarantinedItem

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
