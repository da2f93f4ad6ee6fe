"""Doors for machines: the rules of routing as a list, and absences as another system knows them."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import clock
from accounts.api_idempotency import idempotent
from accounts.models import Team, User
from accounts.signed_in import principal
from handoff.api_paging import NewestFirst
from handoff.models import Absence, RoutingRule
from handoff.routing import rules, staffing
from handoff.routing.rules import Goes, Refused

MOST_RULES = 200


class RuleSerializer(serializers.ModelSerializer[RoutingRule]):
    team = serializers.CharField(source="team.name", default=None, allow_null=True)
    rep = serializers.EmailField(source="rep.email", default=None, allow_null=True)

    class Meta:
        model = RoutingRule
        fields = ["name", "conditions", "goes", "team", "rep", "seniors_only"]


class RuleWrites(serializers.Serializer[Any]):
    """A team by its name, a person by the e-mail address; conditions as criteria of a model have them."""

    name = serializers.CharField(max_length=120)
    conditions = serializers.ListField(child=serializers.DictField(), default=list)
    goes = serializers.ChoiceField(choices=Goes.choices)
    team = serializers.CharField(required=False, allow_null=True, max_length=120)
    rep = serializers.CharField(required=False, allow_null=True, max_length=254)
    seniors_only = serializers.BooleanField(default=False)


class Rules(serializers.Serializer[Any]):
    """All rules, the first one first."""

    rules = RuleWrites(many=True)


class RulesRead(serializers.Serializer[Any]):
    rules = RuleSerializer(many=True)


class RoutingRules(APIView):
    @extend_schema(operation_id="routing_rules", responses=RulesRead)
    def get(self, request: Request) -> Response:
        """The rules in their order: the first that holds says where a lead goes."""
        return Response(_answer())

    @extend_schema(
        operation_id="routing_rules_replace",
        request=Rules,
        responses={
            200: RulesRead,
            400: OpenApiResponse(description="What cannot be meant, by the number of the rule."),
        },
    )
    @idempotent
    def put(self, request: Request) -> Response:
        """Puts these rules in place of all there are."""
        sent = Rules(data=request.data)
        sent.is_valid(raise_exception=True)
        shapes = sent.validated_data["rules"]
        if len(shapes) > MOST_RULES:
            raise ValidationError({"rules": [f"There can be at most {MOST_RULES} rules."]})
        user = principal(request)
        by = user if isinstance(user, User) else None
        try:
            rules.replace_all(_known(shapes), by=by, at=clock.now())
        except Refused as error:
            raise ValidationError(error.problems) from None
        return Response(_answer())


def _answer() -> dict[str, Any]:
    return {"rules": RuleSerializer(rules.every(), many=True).data}


def _known(shapes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The shapes with ids in place of names; a name that nobody has is left for the room to refuse."""
    teams = dict(Team.objects.values_list("name", "pk"))
    emails = {str(one.get("rep") or "").casefold() for one in shapes}
    reps = dict(User.objects.filter(email__in=emails).values_list("email", "pk"))
    return [
        {**one, "team": teams.get(one.get("team") or ""),
         "rep": reps.get(str(one.get("rep") or "").casefold())}
        for one in shapes
    ]  # fmt: skip


class AbsenceSerializer(serializers.ModelSerializer[Absence]):
    user = serializers.EmailField(source="user.email")

    class Meta:
        model = Absence
        fields = ["id", "user", "first_day", "last_day"]


class Absences(ListAPIView[Absence]):
    """Absences, the newest first."""

    serializer_class = AbsenceSerializer
    pagination_class = NewestFirst
    queryset = Absence.objects.select_related("user")

    @extend_schema(
        operation_id="routing_absences_add",
        request=AbsenceSerializer,
        responses={201: AbsenceSerializer},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """From the first day to the last nothing is offered to this person; both days are whole, in their own zone."""
        sent = AbsenceSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        told = sent.validated_data
        user = User.objects.filter(email=told["user"]["email"].casefold()).first()
        if user is None:
            raise ValidationError({"user": ["Nobody here has this address."]})
        days = {"first_day": told["first_day"], "last_day": told["last_day"]}
        try:
            made = staffing.be_away(user, at=clock.now(), **days)
        except staffing.Refused as error:
            raise ValidationError({"last_day": [str(error)]}) from None
        return Response(AbsenceSerializer(made).data, status=status.HTTP_201_CREATED)


class AbsenceDetail(APIView):
    @extend_schema(operation_id="routing_absences_remove", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Takes an absence back."""
        if not Absence.objects.filter(pk=pk).delete()[0]:
            raise NotFound
        return Response(status=status.HTTP_204_NO_CONTENT)
