"""Doors for machines: wait for the prospect, and go on."""

import uuid
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from accounts import clock
from accounts.api_idempotency import idempotent
from accounts.models import User
from accounts.signed_in import principal
from handoff import pauses
from handoff.access import handoff_or_404
from handoff.models import Handoff, Pause


class PauseWrites(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300)
    until = serializers.DateTimeField(
        required=False, help_text="As long as the promise allows, where it is left out."
    )


class PauseSerializer(serializers.ModelSerializer[Pause]):
    class Meta:
        model = Pause
        fields = ["reason", "started_at", "until", "ended_at"]


class Resumed(serializers.Serializer[Any]):
    resumed = serializers.BooleanField(help_text="Whether the clocks rested until now.")


class HandoffPause(APIView):
    @extend_schema(
        operation_id="handoffs_pause",
        request=PauseWrites,
        responses={200: PauseSerializer, 400: OpenApiResponse(description="Why it cannot rest.")},
    )
    @idempotent
    def post(self, request: Request, public_id: uuid.UUID) -> Response:
        """The clocks of a claimed handoff rest while the prospect is waited for."""
        handoff, by = _worked(request, public_id)
        wanted = PauseWrites(data=request.data)
        wanted.is_valid(raise_exception=True)
        said = {"until": None, **wanted.validated_data}
        try:
            made = pauses.pause(handoff, by=by, at=clock.now(), **said)
        except pauses.PauseError as error:
            field = error.field or api_settings.NON_FIELD_ERRORS_KEY
            raise ValidationError({field: [str(error)]}) from None
        return Response(PauseSerializer(made).data)


class HandoffResume(APIView):
    @extend_schema(operation_id="handoffs_resume", request=None, responses=Resumed)
    @idempotent
    def post(self, request: Request, public_id: uuid.UUID) -> Response:
        """The clocks go on with the time they had left."""
        handoff, by = _worked(request, public_id)
        return Response({"resumed": pauses.resume(handoff, by=by, at=clock.now())})


def _worked(request: Request, public_id: uuid.UUID) -> tuple[Handoff, User]:
    user = principal(request)
    if not isinstance(user, User):
        raise ValidationError(_("Only a person can let a clock rest."))
    return handoff_or_404(user, public_id, "handoff.work"), user
