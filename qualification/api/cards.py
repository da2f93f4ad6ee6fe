"""A card by API: read it, and write down what was heard."""

import uuid
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import clock
from accounts.api_errors import Conflict
from accounts.api_idempotency import idempotent
from accounts.signed_in import principal
from handoff.access import handoff_or_404
from qualification import scorecards
from qualification.api.acting import person_for, refusals
from qualification.api.shapes import CardSerializer, ElementSerializer, card_now
from qualification.sheets import sheet

LATE = OpenApiResponse(
    description="Somebody else holds the lead, decided, or answered this meanwhile; or nobody claimed it."
)


class AnswerWrites(serializers.Serializer[Any]):
    level = serializers.IntegerField(
        min_value=0, max_value=3, help_text="0 unknown, 1 assumed, 2 stated, 3 proven."
    )
    asked_in_vain = serializers.BooleanField(
        required=False, default=False, help_text="It was asked, and there was no answer: level 0."
    )
    evidence = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=1000,
        help_text="What was said, in their words.",
    )  # fmt: skip
    seen = serializers.DateTimeField(
        required=False, default=None, allow_null=True,
        help_text="The `at` of the answer that you looked at; a newer one of somebody else is kept.",
    )  # fmt: skip


class Card(APIView):
    @extend_schema(operation_id="cards_retrieve", responses=CardSerializer)
    def get(self, request: Request, public_id: uuid.UUID) -> Response:
        """The card of a handoff: questions, answers, what is known, what the gate asks, and how it was decided."""
        return card_now(handoff_or_404(principal(request), public_id, "card.view"))


class CardAnswer(APIView):
    @extend_schema(
        operation_id="cards_answer", request=AnswerWrites,
        responses={200: ElementSerializer, 409: LATE},
    )  # fmt: skip
    @idempotent
    def put(self, request: Request, public_id: uuid.UUID, element: str) -> Response:
        """Writes down what was heard to one element of a claimed lead."""
        handoff = handoff_or_404(principal(request), public_id, "card.work")
        wanted = AnswerWrites(data=request.data)
        wanted.is_valid(raise_exception=True)
        by, at = person_for(request, handoff), clock.now()
        card = scorecards.card_of(handoff, at=at)
        if card is None:
            raise Http404
        try:
            with refusals(handoff):
                scorecards.answer(card, element, by=by, at=at, **wanted.validated_data)
        except scorecards.NoSuchElement:
            raise Http404 from None
        except scorecards.BadAnswer as error:
            raise ValidationError({"level": [str(error)]}) from None
        except scorecards.Changed as changed:
            raise Conflict(_theirs(changed)) from None
        written = sheet(card)
        assert written is not None
        return Response(ElementSerializer(written.line(element)).data)


def _theirs(changed: scorecards.Changed) -> str:
    who = changed.answer.by.name if changed.answer.by else _("Somebody")
    said = {"name": who, "at": changed.answer.at.isoformat()}
    return _("%(name)s answered this meanwhile, at %(at)s.") % said
