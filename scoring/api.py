"""Doors for machines: the model that scores today, a draft of the next, the receipt of a score, and a score
set by hand."""

import uuid
from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import clock
from accounts.api_idempotency import idempotent
from accounts.signed_in import principal
from leads.access import lead_or_404
from scoring import overrides
from scoring.definition.reading import DefinitionError
from scoring.explaining import receipt
from scoring.live import live_model
from scoring.models import ModelVersion, Override, ScoringModel
from scoring.overrides import OverrideError
from scoring.publishing import drafts


class ModelSerializer(serializers.ModelSerializer[ModelVersion]):
    model = serializers.CharField(source="model.name")
    version = serializers.IntegerField(source="number")
    published_by = serializers.EmailField(
        source="published_by.email", default=None, allow_null=True
    )

    class Meta:
        model = ModelVersion
        fields = ["model", "version", "reason", "published_by", "published_at", "definition"]


class DraftSerializer(serializers.Serializer[Any]):
    """A definition as GET model gives it."""

    definition = serializers.DictField()


class LiveModel(APIView):
    @extend_schema(
        operation_id="model",
        responses={200: ModelSerializer, 404: OpenApiResponse(description="No model is live.")},
    )
    def get(self, request: Request) -> Response:
        """The live version: who published it, when and why, and its whole definition."""
        live = live_model()
        if live is None:
            raise NotFound("No scoring model is live.")
        return Response(ModelSerializer(live.version).data)


class ModelDraft(APIView):
    @extend_schema(
        operation_id="model_draft",
        request=DraftSerializer,
        responses={
            200: ModelSerializer,
            400: OpenApiResponse(description="What cannot be meant, by its place in the model."),
            404: OpenApiResponse(description="There is no model of this name."),
        },
    )
    @idempotent
    def put(self, request: Request, name: str) -> Response:
        """Keeps a definition as the draft of a model; a person publishes it."""
        model = ScoringModel.objects.filter(name=name).first()
        if model is None:
            raise NotFound("There is no model of this name.")
        sent = DraftSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        definition = sent.validated_data["definition"]
        try:
            draft = drafts.put(model, definition, by=None, at=clock.now())
        except DefinitionError as error:
            raise ValidationError(error.problems) from None
        return Response(ModelSerializer(draft).data)


class LeadReceipt(APIView):
    @extend_schema(
        operation_id="leads_receipt",
        responses={200: dict, 404: OpenApiResponse(description="No model scores this lead.")},
    )
    def get(self, request: Request, public_id: uuid.UUID) -> Response:
        """What the score is made of now: facts used, contributions, model, version, hash and band."""
        lead = lead_or_404(principal(request), public_id)
        made = receipt.receipt(lead, at=clock.now())
        if made is None:
            raise NotFound("No model scores this lead.")
        return Response(receipt.to_json(made))


class OverrideSerializer(serializers.ModelSerializer[Override]):
    by = serializers.EmailField(source="by.email", default=None, read_only=True, allow_null=True)
    key = serializers.CharField(source="key.name", default=None, read_only=True, allow_null=True)

    class Meta:
        model = Override
        fields = ["total", "reason", "until", "by", "key", "at", "ended_at"]
        read_only_fields = ["at", "ended_at"]


class LeadOverride(APIView):
    @extend_schema(
        operation_id="leads_override",
        responses={
            200: OverrideSerializer,
            404: OpenApiResponse(description="Nobody has set the score of this lead."),
        },
    )
    def get(self, request: Request, public_id: uuid.UUID) -> Response:
        """The score that a person or a key set for this lead, why and until when."""
        lead = lead_or_404(principal(request), public_id)
        holds = overrides.current(lead, at=clock.now())
        if holds is None:
            raise NotFound("Nobody has set the score of this lead.")
        return Response(OverrideSerializer(holds).data)

    @extend_schema(
        operation_id="leads_override_set",
        request=OverrideSerializer,
        responses={201: OverrideSerializer},
    )
    @idempotent
    def post(self, request: Request, public_id: uuid.UUID) -> Response:
        """Sets the score of this lead until a day; a score set before ends."""
        by = principal(request)
        lead = lead_or_404(by, public_id, "lead.override")
        wanted = OverrideSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        asked: dict[str, Any] = wanted.validated_data
        try:
            made = overrides.put(lead, by=by, at=clock.now(), **asked)
        except OverrideError as error:
            raise ValidationError(error.problems) from None
        return Response(OverrideSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(operation_id="leads_override_end", responses={204: None})
    def delete(self, request: Request, public_id: uuid.UUID) -> Response:
        """Lets the model score this lead again; ending twice does no harm."""
        by = principal(request)
        lead = lead_or_404(by, public_id, "lead.override")
        overrides.end(lead, by=by, at=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
