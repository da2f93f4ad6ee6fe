"""Doors for machines: opportunities, how they ended, and opening one. The rooms are those of the pages."""

import uuid
from datetime import date
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import clock
from accounts.api_errors import Conflict
from accounts.api_idempotency import idempotent
from accounts.models import User
from accounts.signed_in import principal
from handoff.api_paging import NewestFirst
from leads.access import lead_or_404
from leads.models import Lead
from qualification.closing import access, deals
from qualification.models import DealReason, DealStage, Opportunity

State = Opportunity.State
STATES = [State.OPEN.value, State.WON.value, State.LOST.value]


class OpportunitySerializer(serializers.ModelSerializer[Opportunity]):
    id = serializers.UUIDField(source="public_id")
    lead = serializers.UUIDField(source="lead.public_id")
    lead_name = serializers.CharField(source="lead.name")
    stage = serializers.CharField(source="stage.name")
    team = serializers.CharField(source="team.name", default=None, allow_null=True)
    owner = serializers.EmailField(source="owner.email", default=None, allow_null=True)
    reason = serializers.CharField(source="reason.key", default=None, allow_null=True)

    class Meta:
        model = Opportunity
        fields = [
            "id", "lead", "lead_name", "name", "deal", "amount", "currency", "expected_on", "stage",
            "state", "team", "owner", "opened_at", "closed_at", "reason", "note",
        ]  # fmt: skip


class OpportunityWrites(serializers.Serializer[Any]):
    name = serializers.CharField(required=False, max_length=200)
    deal = serializers.CharField(
        required=False, allow_blank=True, max_length=200, help_text="Its id in your own system."
    )
    amount = serializers.DecimalField(
        required=False, allow_null=True, max_digits=14, decimal_places=2, min_value=0
    )
    currency = serializers.RegexField("^[A-Z]{3}$", required=False, help_text="Such as EUR.")
    expected_on = serializers.DateField(required=False, allow_null=True)
    stage = serializers.SlugRelatedField(
        slug_field="name", queryset=DealStage.objects.filter(is_active=True), required=False
    )
    owner = serializers.SlugRelatedField(
        slug_field="email", queryset=User.objects.filter(is_active=True), required=False,
        allow_null=True,
    )  # fmt: skip


class OpportunityOpens(OpportunityWrites):
    lead = serializers.UUIDField(help_text="The lead, which is an SQL or a customer.")


class OpportunityEnds(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=["won", "lost", "open"])
    reason = serializers.SlugRelatedField(
        slug_field="key", queryset=DealReason.objects.filter(is_active=True), required=False,
        allow_null=True, help_text="The key of a reason; a lost deal needs one.",
    )  # fmt: skip
    on = serializers.DateField(required=False, allow_null=True, help_text="Today, if left out.")
    note = serializers.CharField(required=False, allow_blank=True, max_length=1000, default="")


def _whole(found: QuerySet[Opportunity]) -> QuerySet[Opportunity]:
    return found.select_related("lead", "stage", "team", "owner", "reason")


def _answer(deal: Opportunity, status_code: int = status.HTTP_200_OK) -> Response:
    now = _whole(Opportunity.objects.filter(pk=deal.pk)).get()
    return Response(OpportunitySerializer(now).data, status=status_code)


def _person(request: Request) -> User | None:
    user = principal(request)
    return user if isinstance(user, User) else None


STATE = OpenApiParameter("state", str, enum=STATES, description="Only this state.")
LEAD = OpenApiParameter("lead", uuid.UUID, description="Only deals with this lead.")
CONFLICT = OpenApiResponse(
    description="It is open, or was closed, already; or another has this id."
)


class OpportunityList(ListAPIView[Opportunity]):
    serializer_class = OpportunitySerializer
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Opportunity]:
        found, query = _whole(access.visible(principal(self.request))), self.request.query_params
        if (state := query.get("state")) is not None:
            if state not in STATES:
                raise ValidationError({"state": [f"Choose one of {', '.join(STATES)}."]})
            found = found.filter(state=state)
        if (lead := query.get("lead")) is not None:
            found = found.filter(lead=self._lead(lead))
        return found

    def _lead(self, text: str) -> Lead:
        try:
            return lead_or_404(principal(self.request), uuid.UUID(text))
        except ValueError:
            raise ValidationError({"lead": ["This is no id of a lead."]}) from None

    @extend_schema(parameters=[STATE, LEAD])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Opportunities that the caller may see, newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        request=OpportunityOpens,
        responses={200: OpportunitySerializer, 201: OpportunitySerializer, 409: CONFLICT},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Opens an opportunity with an SQL or a customer. The same `deal` sent again answers with the one that is
        there (200) and changes nothing."""
        wanted = OpportunityOpens(data=request.data)
        wanted.is_valid(raise_exception=True)
        values = dict(wanted.validated_data)
        lead = lead_or_404(principal(request), values.pop("lead"))
        there = self._there(lead, values.get("deal", ""))
        if there is not None:
            return _answer(there)
        if not access.may_open(principal(request), lead):
            raise Conflict("This lead is not yours to close, or it is no SQL.")
        try:
            made = deals.open_with(lead, by=_person(request), at=clock.now(), **values)
        except (deals.NotAnSql, deals.AlreadyOpen, deals.IdTaken) as error:
            raise Conflict(str(error)) from None
        except deals.Refused as refused:
            raise ValidationError({k: [v] for k, v in refused.problems.items()}) from None
        return _answer(made, status.HTTP_201_CREATED)

    def _there(self, lead: Lead, deal: str) -> Opportunity | None:
        mine = access.visible(principal(self.request)).filter(lead=lead, deal=deal)
        return mine.first() if deal else None


class OpportunityDetail(APIView):
    @extend_schema(operation_id="opportunities_retrieve_one", responses=OpportunitySerializer)
    def get(self, request: Request, public_id: uuid.UUID) -> Response:
        return _answer(access.deal_or_404(principal(request), public_id))

    @extend_schema(request=OpportunityWrites, responses={200: OpportunitySerializer, 409: CONFLICT})
    @idempotent
    def patch(self, request: Request, public_id: uuid.UUID) -> Response:
        """Writes what is given on an open opportunity."""
        deal = access.deal_or_404(principal(request), public_id, "deal.work")
        wanted = OpportunityWrites(data=request.data)
        wanted.is_valid(raise_exception=True)
        try:
            deals.change(deal, wanted.validated_data, by=_person(request), at=clock.now())
        except deals.NotOpen:
            raise Conflict("It was won or lost already.") from None
        except deals.IdTaken as error:
            raise Conflict(str(error)) from None
        except deals.Refused as refused:
            raise ValidationError({k: [v] for k, v in refused.problems.items()}) from None
        return _answer(deal)


class OpportunityState(APIView):
    @extend_schema(
        operation_id="opportunities_state", request=OpportunityEnds,
        responses={200: OpportunitySerializer, 409: CONFLICT},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: uuid.UUID) -> Response:
        """Wins, loses, or opens it again. A state that it is in already changes nothing."""
        deal = access.deal_or_404(principal(request), public_id, "deal.work")
        wanted = OpportunityEnds(data=request.data)
        wanted.is_valid(raise_exception=True)
        values = dict(wanted.validated_data)
        state, by, at = values.pop("state"), _person(request), clock.now()
        try:
            if state == State.OPEN:
                deals.reopen(deal, by=by, at=at, note=values["note"])
            elif deal.state != state:
                reason, on = values.get("reason"), _day(values.get("on"))
                deals.end(deal, state, reason=reason, on=on, note=values["note"], by=by, at=at)
        except deals.NotOpen:
            raise Conflict(f"It is {deal.state} already; open it again first.") from None
        except deals.AlreadyOpen as error:
            raise Conflict(str(error)) from None
        except deals.Refused as refused:
            told = {key or "state": [text] for key, text in refused.problems.items()}
            raise ValidationError(told) from None
        return _answer(deal)


def _day(value: date | None) -> date | None:
    if value is not None and value.year < 2000:
        raise ValidationError({"on": ["That is too long ago."]})
    return value
