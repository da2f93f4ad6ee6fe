"""Doors for machines: the queue, a claim, touches. The rooms are those of the pages."""

import uuid
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, PermissionDenied, ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import clock
from accounts.api_idempotency import idempotent
from accounts.models import User
from accounts.signed_in import principal
from handoff import claims, touches
from handoff.access import bare_or_404, visible
from handoff.api_paging import NewestFirst
from handoff.models import Handoff, SlaTimer, Touch
from leads.access import lead_or_404


class AlreadyTaken(APIException):
    status_code = 409
    default_code = "taken"


class ClockSerializer(serializers.ModelSerializer[SlaTimer]):
    class Meta:
        model = SlaTimer
        fields = ["milestone", "cycle", "state", "started_at", "due_at", "closed_at"]


class HandoffSerializer(serializers.ModelSerializer[Handoff]):
    id = serializers.UUIDField(source="public_id")
    lead = serializers.UUIDField(source="lead.public_id")
    lead_name = serializers.CharField(source="lead.name")
    score = serializers.IntegerField(source="lead.score.total")
    team = serializers.CharField(source="team.name", default=None, allow_null=True)
    owner = serializers.EmailField(source="owner.email", default=None, allow_null=True)
    offered_to = serializers.EmailField(source="offered_to.email", default=None, allow_null=True)
    clocks = ClockSerializer(source="timers", many=True)

    class Meta:
        model = Handoff
        fields = [
            "id", "lead", "lead_name", "score", "band", "team", "owner", "state", "routed_by",
            "tier", "is_fallback", "offered_to", "offered_until", "opened_at", "claimed_at",
            "first_touch_at", "disposed_at", "next_due_at", "snoozed_until", "clocks",
        ]  # fmt: skip


def _whole(handoffs: QuerySet[Handoff]) -> QuerySet[Handoff]:
    timers = Prefetch("timers", queryset=SlaTimer.objects.order_by("milestone", "cycle"))
    return handoffs.select_related("lead__score", "team", "owner", "offered_to").prefetch_related(
        timers
    )


def shown(handoff: Handoff) -> Any:
    """How the handoff stands now, as every door that changes one answers."""
    return HandoffSerializer(_whole(Handoff.objects.filter(pk=handoff.pk)).get()).data


STATE = OpenApiParameter("state", str, enum=Handoff.State.values, description="Only this state.")


@extend_schema(parameters=[STATE])
class HandoffList(ListAPIView[Handoff]):
    """Handoffs of the teams that the caller may see, newest first."""

    serializer_class = HandoffSerializer
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Handoff]:
        handoffs = _whole(visible(principal(self.request)))
        state = self.request.query_params.get("state")
        if state is None:
            return handoffs
        if state not in Handoff.State.values:
            raise ValidationError({"state": [f"Choose one of {', '.join(Handoff.State.values)}."]})
        return handoffs.filter(state=state)


class HandoffClaim(APIView):
    @extend_schema(
        operation_id="handoffs_claim",
        request=None,
        responses={
            200: HandoffSerializer,
            409: OpenApiResponse(description="Somebody was faster."),
        },
    )
    @idempotent
    def post(self, request: Request, public_id: uuid.UUID) -> Response:
        """Makes the caller the owner; 409 with the name of the owner where somebody was faster."""
        user = principal(request)
        if not isinstance(user, User):
            raise PermissionDenied("Only a person can claim.")
        handoff = bare_or_404(user, public_id, "handoff.work")
        try:
            claims.take(handoff, by=user, at=clock.now())
        except claims.Taken as taken:
            raise AlreadyTaken(_who(taken)) from None
        return Response(shown(handoff))


class HandoffNext(APIView):
    @extend_schema(
        operation_id="handoffs_next",
        request=None,
        responses={
            200: HandoffSerializer,
            204: OpenApiResponse(description="Nothing in the queue waits for the caller."),
        },
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Claims the unclaimed lead that is worth most now; no two callers get the same one."""
        user = principal(request)
        if not isinstance(user, User):
            raise PermissionDenied("Only a person can claim.")
        handoff = claims.take_next(user, at=clock.now())
        if handoff is None:
            return Response(status=status.HTTP_204_NO_CONTENT)
        return Response(shown(handoff))


def _who(taken: claims.Taken) -> str:
    if isinstance(taken, claims.Offered) and taken.owner and taken.until:
        return f"It is offered to {taken.owner.name} until {taken.until.isoformat()}."
    return f"{taken.owner.name} was faster." if taken.owner else "This handoff has ended."


class TouchSerializer(serializers.ModelSerializer[Touch]):
    by = serializers.EmailField(source="by.email", default=None, read_only=True, allow_null=True)

    class Meta:
        model = Touch
        fields = ["id", "kind", "answer", "note", "automatic", "by", "occurred_at", "recorded_at"]


class TouchWrites(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=Touch.Kind.choices)
    answer = serializers.ChoiceField(choices=Touch.Answer.choices, required=False, default="")
    note = serializers.CharField(required=False, allow_blank=True, max_length=4000, default="")
    occurred_at = serializers.DateTimeField(required=False, help_text="Now, where it is left out.")
    automatic = serializers.BooleanField(
        required=False, default=False, help_text="Sent by a machine: never a first touch."
    )

    def validate_occurred_at(self, value: datetime) -> datetime:
        if value.year < 2000:
            raise ValidationError("That is too long ago.")
        return value


class LeadTouches(ListAPIView[Touch]):
    serializer_class = TouchSerializer
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Touch]:
        lead = lead_or_404(principal(self.request), self.kwargs["public_id"])
        return Touch.objects.filter(lead=lead).select_related("by")

    @extend_schema(request=TouchWrites, responses={201: TouchSerializer})
    @idempotent
    def post(self, request: Request, public_id: uuid.UUID) -> Response:
        """Writes a touch or a note down; a touch keeps its promise from its own time on."""
        user = principal(request)
        lead = lead_or_404(user, public_id, "handoff.touch")
        wanted = TouchWrites(data=request.data)
        wanted.is_valid(raise_exception=True)
        by = user if isinstance(user, User) else None
        try:
            touch = touches.log(lead, by=by, at=clock.now(), **wanted.validated_data)
        except touches.InTheFuture:
            raise ValidationError({"occurred_at": ["That is still to come."]}) from None
        return Response(TouchSerializer(touch).data, status=status.HTTP_201_CREATED)
