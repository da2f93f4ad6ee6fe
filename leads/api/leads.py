"""Doors for machines: the leads."""

import uuid
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import clock
from accounts.models import User
from accounts.signed_in import principal
from leads import access, adding, editing, fields
from leads.identity.joining import Result
from leads.models import Lead


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
