"""Doors for machines: pass a lead by, put it aside, and back in sight."""

import uuid
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import clock
from accounts.api_idempotency import idempotent
from accounts.models import User
from accounts.signed_in import principal
from handoff import skips, snoozing
from handoff.access import handoff_or_404
from handoff.api.handoffs import AlreadyTaken, HandoffSerializer, shown
from handoff.models import Handoff, Skip

ENDED = OpenApiResponse(description="It has ended meanwhile.")


def worked(request: Request, public_id: uuid.UUID) -> tuple[Handoff, User]:
    """The handoff that the caller may work, and the caller: a person, since a machine has nobody's leads."""
    user = principal(request)
    if not isinstance(user, User):
        raise PermissionDenied(_("Only a person can do this."))
    return handoff_or_404(user, public_id, "handoff.work"), user


class SkipWrites(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(choices=Skip.Reason.choices)


class HandoffSkip(APIView):
    @extend_schema(
        operation_id="handoffs_skip",
        request=SkipWrites,
        responses={200: HandoffSerializer, 409: ENDED},
    )
    @idempotent
    def post(self, request: Request, public_id: uuid.UUID) -> Response:
        """Passes the lead by: the caller is not offered it again, and gives it back untouched."""
        handoff, by = worked(request, public_id)
        wanted = SkipWrites(data=request.data)
        wanted.is_valid(raise_exception=True)
        try:
            skips.skip(handoff, by=by, at=clock.now(), **wanted.validated_data)
        except skips.Ended:
            raise AlreadyTaken(_("This handoff has ended meanwhile."), code="ended") from None
        return Response(shown(handoff))


class SnoozeWrites(serializers.Serializer[Any]):
    until = serializers.DateTimeField(help_text="At most three months from now.")


class HandoffSnooze(APIView):
    @extend_schema(
        operation_id="handoffs_snooze",
        request=SnoozeWrites,
        responses={
            200: HandoffSerializer,
            400: OpenApiResponse(description="Its time runs out before that, or it is no time."),
            409: OpenApiResponse(description="It has ended, or a colleague holds it."),
        },
    )
    @idempotent
    def post(self, request: Request, public_id: uuid.UUID) -> Response:
        """Hides it from the queue until a time; its clocks run on."""
        handoff, by = worked(request, public_id)
        wanted = SnoozeWrites(data=request.data)
        wanted.is_valid(raise_exception=True)
        try:
            asleep = snoozing.snooze([handoff.pk], by=by, at=clock.now(), **wanted.validated_data)
        except snoozing.NoTime:
            raise ValidationError({"until": [_("Give a time within three months.")]}) from None
        if asleep.due_sooner:
            raise ValidationError({"until": [snoozing.why_not(handoff, asleep)]})
        if not asleep.ids:
            code = None if asleep.held else "ended"
            raise AlreadyTaken(snoozing.why_not(handoff, asleep), code=code)
        return Response(shown(handoff))


class HandoffWake(APIView):
    @extend_schema(
        operation_id="handoffs_wake",
        request=None,
        responses={
            200: HandoffSerializer,
            409: OpenApiResponse(description="A colleague holds it, or it has ended."),
        },
    )
    @idempotent
    def post(self, request: Request, public_id: uuid.UUID) -> Response:
        """Back in sight at once."""
        handoff, by = worked(request, public_id)
        if not snoozing.wake([handoff.pk], by=by):
            raise AlreadyTaken(snoozing.why_not_woken(handoff))
        return Response(shown(handoff))
