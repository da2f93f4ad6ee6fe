"""Doors for machines: the model that scores today, and a draft of the next."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import clock
from scoring import versions
from scoring.definition.reading import DefinitionError
from scoring.live import live_model
from scoring.models import ModelVersion, ScoringModel


class ModelSerializer(serializers.ModelSerializer[ModelVersion]):
    model = serializers.CharField(source="model.name")
    version = serializers.IntegerField(source="number")
    published_by = serializers.EmailField(source="published_by.email", default=None)

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
    def put(self, request: Request, name: str) -> Response:
        """Keeps a definition as the draft of a model; a person publishes it."""
        model = ScoringModel.objects.filter(name=name).first()
        if model is None:
            raise NotFound("There is no model of this name.")
        sent = DraftSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        definition = sent.validated_data["definition"]
        try:
            draft = versions.save_draft(model, definition, by=None, at=clock.now())
        except DefinitionError as error:
            raise ValidationError(error.problems) from None
        return Response(ModelSerializer(draft).data)
