"""Doors for what visitors did: in leadhub's own address space, and at the addresses where libraries of Segment,
RudderStack and PostHog look for them."""

import base64
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from drf_spectacular.utils import OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import APIException, PermissionDenied, Throttled, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import clock, cross_origin, rate_limit
from accounts.models import ApiKey
from accounts.safe_json import Batch as JsonBatch
from accounts.safe_json import Item as JsonItem
from accounts.signed_in import principal
from leads.activity import detection, ingest
from leads.activity.ingest import Taken
from leads.api.events_reading import EventKeyAuthentication, EventParser, told

MOST_ITEMS = 1000
DOT = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
RATE_PER_MINUTE, BURST = 600, 300
# Paths of one event, and the short forms of browser libraries.
KINDS = {
    "identify": "identify", "i": "identify", "track": "track", "t": "track", "page": "page",
    "p": "page", "screen": "screen", "s": "screen", "group": "group", "g": "group",
    "alias": "alias", "a": "alias",
}  # fmt: skip


class RefusalSerializer(serializers.Serializer[Any]):
    index = serializers.IntegerField(help_text="Position in the batch, from 0.")
    reason = serializers.CharField()


class RecordedSerializer(serializers.Serializer[Any]):
    accepted = serializers.IntegerField(help_text="Events stored now.")
    duplicates = serializers.IntegerField(help_text="Events whose messageId was stored before.")
    refused = RefusalSerializer(many=True)


class SameIdOtherEvent(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


class EventDoor(APIView):
    """What all doors for events share: keys anywhere, answers to browsers of other sites, one room behind."""

    # A person who is logged in is told that this is not for people.
    authentication_classes = [EventKeyAuthentication, SessionAuthentication]
    parser_classes = [EventParser]
    # What a library wants to read beside the counts.
    greeting: dict[str, Any] = {}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A browser asks first whether it may send from another site; it has no key yet, so it may."""
        origin = request.headers.get("Origin", "")
        if request.method == "OPTIONS" and origin:
            return cross_origin.preflight(origin)
        return cross_origin.readable(super().dispatch(request, *args, **kwargs), origin)

    def take(self, request: Request, items: list[JsonItem], sent: Any) -> Response:
        if len(items) > MOST_ITEMS:
            raise ValidationError(f"Send at most {MOST_ITEMS} events at a time.")
        key = _key(request)
        if not cross_origin.allowed(key, request.headers.get("Origin", "")):
            raise PermissionDenied("This key does not take events from this website.")
        _throttle(request, key)
        address = rate_limit.client_address(request._request)
        sending = detection.sending_of(request.META, str(address or ""))
        taken = ingest.take(items, key, at=clock.now(), sending=sending, sent=sent)
        return _answer(taken, single=len(items) == 1, greeting=self.greeting)


class EventBatch(EventDoor):
    """Takes events in the Segment shape. The same messageId from the same key counts once."""

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
        batch = _read(request)
        return self.take(request, batch.items, _sent(request, batch))


class OneEvent(EventDoor):
    """Takes one event; its type stands in the path, as Segment-shaped clients send it."""

    @extend_schema(
        operation_id="events_one",
        request=inline_serializer("Event", {"messageId": serializers.CharField()}),
        responses={
            200: RecordedSerializer,
            400: OpenApiResponse(description="The event was not understood."),
            409: OpenApiResponse(description="The messageId belongs to another event."),
        },
    )
    def post(self, request: Request, kind: str) -> Response:
        batch = _read(request)
        items = [_typed(item, KINDS[kind]) for item in batch.items]
        return self.take(request, items, _sent(request, batch))


@extend_schema(exclude=True)
class SegmentBatch(EventBatch):
    """Where libraries of Segment and RudderStack send batches."""

    greeting = {"success": True}


@extend_schema(exclude=True)
class SegmentEvent(OneEvent):
    greeting = {"success": True}


@extend_schema(exclude=True)
class PostHogEvents(EventBatch):
    """Where libraries of PostHog send: one event, a list, or a batch."""

    greeting = {"status": 1}

    def get(self, request: Request) -> Response:
        """As pages do that have no other way: what a body would hold stands in the address."""
        return self.post(request)


@extend_schema(exclude=True)
class Pixel(OneEvent):
    """A picture of one dot that tells of one event, for mails and pages without scripts."""

    http_method_names = ["get", "options"]

    def get(self, request: Request, kind: str) -> HttpResponseBase:
        self.post(request, kind)
        return HttpResponse(DOT, content_type="image/gif", headers={"Cache-Control": "no-store"})


@extend_schema(exclude=True)
class PostHogFlags(APIView):
    """PostHog's libraries ask for feature flags before they begin; there are none."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        origin = request.headers.get("Origin", "")
        if request.method == "OPTIONS":
            return cross_origin.preflight(origin)
        return cross_origin.readable(super().dispatch(request, *args, **kwargs), origin)

    def post(self, request: Request) -> Response:
        flags: dict[str, Any] = {"featureFlags": {}, "flags": {}, "featureFlagPayloads": {}}
        return Response({**flags, "sessionRecording": False, "supportedCompression": ["gzip-js"]})


def _read(request: Request) -> JsonBatch:
    batch: Any = told(request)
    # The framework reads no empty body.
    if not isinstance(batch, JsonBatch):
        raise ValidationError("Send one event, or a list of items named “batch”.")
    return batch


def _typed(item: JsonItem, kind: str) -> JsonItem:
    if item.error is None and not isinstance(item.value, dict):
        raise ValidationError("Send one event as an object.")
    return item if item.error else JsonItem({**item.value, "type": kind})


def _sent(request: Request, batch: JsonBatch) -> Any:
    """When the batch says it was sent: in its body, or in the address as PostHog's libraries write it."""
    told = batch.rest.get("sentAt") or batch.rest.get("sent_at")
    number = request.query_params.get("_", "")
    return told or (int(number) if number.isdecimal() and len(number) < 16 else None)


def _key(request: Request) -> ApiKey:
    key = principal(request)
    assert isinstance(key, ApiKey)
    return key


def _throttle(request: Request, key: ApiKey) -> None:
    """Public keys are everybody's: each sender has a bucket of its own."""
    if key.kind == ApiKey.Kind.PUBLIC:
        who = f"events:{key.pk}:{rate_limit.client_key(request._request)}"
        verdict = rate_limit.take(who, rate_per_minute=RATE_PER_MINUTE, burst=BURST)
        if not verdict.allowed:
            raise Throttled(wait=verdict.retry_after_s)


def _answer(taken: Taken, *, single: bool, greeting: dict[str, Any]) -> Response:
    if taken.refused and not taken.accepted and not taken.duplicates:
        if single and taken.refused[0].taken:
            raise SameIdOtherEvent(taken.refused[0].reason)
        raise ValidationError({f"batch[{r.index}]": [r.reason] for r in taken.refused})
    refused = [{"index": refusal.index, "reason": refusal.reason} for refusal in taken.refused]
    counts = {"accepted": taken.accepted, "duplicates": taken.duplicates, "refused": refused}
    return Response({**greeting, **counts})
