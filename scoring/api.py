"""A door for machines: the model that scores today."""

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from scoring.live import live_model
from scoring.models import ModelVersion


class ModelSerializer(serializers.ModelSerializer[ModelVersion]):
    model = serializers.CharField(source="model.name")
    version = serializers.IntegerField(source="number")
    published_by = serializers.EmailField(source="published_by.email", default=None)

    class Meta:
        model = ModelVersion
        fields = ["model", "version", "reason", "published_by", "published_at", "definition"]


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
