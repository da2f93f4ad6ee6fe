"""Doors for machines: values that wait for a decision."""

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import clock
from accounts.models import User
from accounts.signed_in import principal
from leads import access, fields
from leads.capturing import proposals
from leads.editing import AddressTaken

MOST = 200


class ProposalSerializer(serializers.Serializer[proposals.Waiting]):
    id = serializers.IntegerField()
    field = serializers.CharField(source="key")
    value = serializers.JSONField(source="raw")
    source = serializers.CharField()  # type: ignore[assignment]
    at = serializers.DateTimeField()


class Decision(serializers.Serializer[Any]):
    """Which to take over and which to drop, by id."""

    take = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        default=list,
        max_length=MOST,
    )
    drop = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        default=list,
        max_length=MOST,
    )


class LeadProposals(APIView):
    @extend_schema(operation_id="lead_proposals", responses=ProposalSerializer(many=True))
    def get(self, request: Request, public_id: uuid.UUID) -> Response:
        """What waits, newest first."""
        lead = access.lead_or_404(principal(request), public_id)
        waiting: Any = proposals.waiting(lead, fields.catalogue())
        return Response(ProposalSerializer(waiting, many=True).data)

    @extend_schema(
        operation_id="lead_proposals_decide",
        request=Decision,
        responses=ProposalSerializer(many=True),
    )
    def post(self, request: Request, public_id: uuid.UUID) -> Response:
        """Takes over and drops; answers with what still waits. An id that waits no longer is passed over."""
        lead = access.lead_or_404(principal(request), public_id, "lead.edit")
        decision = Decision(data=request.data)
        decision.is_valid(raise_exception=True)
        by = request.user if isinstance(request.user, User) else None
        at = clock.now()
        try:
            proposals.take(lead, decision.validated_data["take"], by=by, at=at)
        except AddressTaken as error:
            raise ValidationError({"take": [str(error)]}) from None
        proposals.drop(lead, decision.validated_data["drop"], by=by, at=at)
        return self.get(request, public_id)
