"""How it was decided, by API: accepted, recycled, disqualified; taken back within seconds, or reopened later."""

import uuid
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import clock
from accounts.api_idempotency import idempotent
from accounts.signed_in import principal
from handoff.access import handoff_or_404
from handoff.models import Handoff
from qualification import dispositions, reopening, signals, undoing
from qualification.api.acting import person_for, refusals
from qualification.api.shapes import CardSerializer, card_now
from qualification.models import DispositionReason, FactVerdict
from qualification.no_forms import MORE_THAN_ANY_FIELD
from qualification.saying_no.facts import facts_of
from qualification.saying_no.told import Tick, Told

LATE = OpenApiResponse(
    description="Somebody else holds the lead or decided meanwhile; or nobody claimed it."
)
TOO_LATE = OpenApiResponse(description="Why it cannot be taken back any more.")
NOT_CLOSED = OpenApiResponse(description="The lead is neither disqualified nor at rest.")
ANSWERS: dict[Any, Any] = {200: CardSerializer, 409: LATE}


class AcceptWrites(serializers.Serializer[Any]):
    note = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=1000,
        help_text="Below the gate it says why the lead is an SQL all the same.",
    )  # fmt: skip


class FactWrites(serializers.Serializer[Any]):
    criterion = serializers.CharField(max_length=200, help_text="As the card names it.")
    verdict = serializers.ChoiceField(choices=FactVerdict.Verdict.choices)
    value = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=MORE_THAN_ANY_FIELD,
        help_text="What is true instead of what is wrong or outdated; the lead is corrected.",
    )  # fmt: skip


class NoWrites(serializers.Serializer[Any]):
    """What both kinds of a no have."""

    reason = serializers.SlugRelatedField(
        slug_field="key", queryset=DispositionReason.objects.filter(is_active=True),
        help_text="The key of a reason in use.",
    )  # fmt: skip
    note = serializers.CharField(required=False, default="", allow_blank=True, max_length=1000)
    competitor = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=120,
        help_text="For a reason that asks which one.",
    )  # fmt: skip
    facts = FactWrites(many=True, required=False, default=list)

    def told(self, handoff: Handoff) -> Told:
        """Raises ValidationError for what is no fact of this lead, or is named twice."""
        given, known = self.validated_data, {fact.criterion: fact for fact in facts_of(handoff)}
        named = [one["criterion"] for one in given["facts"]]
        for number, criterion in enumerate(named):
            if criterion not in known:
                text = _("“%s” is none of the facts of this card.") % criterion[:80]
                raise ValidationError({f"facts[{number}].criterion": [text]})
            if criterion in named[:number]:
                raise ValidationError({f"facts[{number}].criterion": [_("It is named twice.")]})
        ticks = [
            Tick(known[one["criterion"]], one["verdict"], one["value"]) for one in given["facts"]
        ]
        return Told(given.get("day"), given["competitor"], ticks)


class RecycleWrites(NoWrites):
    until = serializers.DateField(help_text="The first day on which it may come back.")
    signal = serializers.CharField(
        required=False, default=signals.USUAL, allow_blank=True, max_length=60,
        help_text="The key of the kind of event that ends the rest at once; empty for none.",
    )  # fmt: skip


class DisqualifyWrites(NoWrites):
    day = serializers.DateField(
        required=False,
        default=None,
        allow_null=True,
        help_text="For a reason that asks until when.",
    )


class ReopenWrites(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500)


class Accept(APIView):
    @extend_schema(operation_id="handoffs_accept", request=AcceptWrites, responses=ANSWERS)
    @idempotent
    def post(self, request: Request, public_id: uuid.UUID) -> Response:
        """Accepts the lead as SQL. Every element of the card was asked; below the gate the note says why."""
        handoff, wanted = _asked(request, public_id), AcceptWrites(data=request.data)
        wanted.is_valid(raise_exception=True)
        by = person_for(request, handoff)
        with refusals(handoff):
            dispositions.accept(handoff, by=by, at=clock.now(), **wanted.validated_data)
        return card_now(handoff)


class Recycle(APIView):
    @extend_schema(operation_id="handoffs_recycle", request=RecycleWrites, responses=ANSWERS)
    @idempotent
    def post(self, request: Request, public_id: uuid.UUID) -> Response:
        """Back to nurture for a reason, until the day, the model's cooling, or the signal."""
        handoff, wanted = _asked(request, public_id), RecycleWrites(data=request.data)
        wanted.is_valid(raise_exception=True)
        said = wanted.validated_data
        by = person_for(request, handoff)
        with refusals(handoff):
            dispositions.recycle(
                handoff, until=said["until"], reason=said["reason"], by=by, at=clock.now(),
                note=said["note"], signal=said["signal"], told=wanted.told(handoff),
            )  # fmt: skip
        return card_now(handoff)


class Disqualify(APIView):
    @extend_schema(operation_id="handoffs_disqualify", request=DisqualifyWrites, responses=ANSWERS)
    @idempotent
    def post(self, request: Request, public_id: uuid.UUID) -> Response:
        """No, and why. Facts told wrong or outdated are corrected at once, and marketing hears of them."""
        handoff, wanted = _asked(request, public_id), DisqualifyWrites(data=request.data)
        wanted.is_valid(raise_exception=True)
        said = wanted.validated_data
        by = person_for(request, handoff)
        with refusals(handoff):
            dispositions.disqualify(
                handoff, reason=said["reason"], by=by, at=clock.now(), note=said["note"],
                told=wanted.told(handoff),
            )  # fmt: skip
        return card_now(handoff)


class Undo(APIView):
    @extend_schema(
        operation_id="handoffs_undo", request=None, responses={200: CardSerializer, 409: TOO_LATE}
    )
    @idempotent
    def post(self, request: Request, public_id: uuid.UUID) -> Response:
        """Takes one's own decision back within ten seconds: everything is as it was."""
        handoff = _asked(request, public_id)
        by = person_for(request, handoff)
        with refusals(handoff):
            undoing.undo(handoff, by=by, at=clock.now())
        return card_now(handoff)


class Reopen(APIView):
    @extend_schema(
        operation_id="handoffs_reopen", request=ReopenWrites,
        responses={200: CardSerializer, 409: NOT_CLOSED},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: uuid.UUID) -> Response:
        """A lead that was closed, or rests, may be handed over again; the decision stays in the reports."""
        handoff, wanted = _asked(request, public_id), ReopenWrites(data=request.data)
        wanted.is_valid(raise_exception=True)
        by = person_for(request, handoff)
        with refusals(handoff):
            reopening.reopen(handoff, by=by, at=clock.now(), **wanted.validated_data)
        return card_now(handoff)


def _asked(request: Request, public_id: uuid.UUID) -> Handoff:
    return handoff_or_404(principal(request), public_id, "card.work")
