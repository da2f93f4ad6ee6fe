"""Doors for machines: how the caller wants to be told."""

from dataclasses import asdict, replace
from typing import Any

from django.db import transaction
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_idempotency import idempotent
from accounts.models import User
from accounts.signed_in import principal
from handoff.notifications import choices, kinds
from handoff.notifications.choices import Choice, Wishes
from handoff.notifications.forms import WAYS, HoursForm

WALL = ["%H:%M", "%H:%M:%S"]


class KindChoice(serializers.Serializer[Any]):
    """`in_app`: behind the bell; `passes`: its e-mails come in quiet hours as well. What is left out stays."""

    kind = serializers.ChoiceField(choices=list(kinds.KINDS))
    in_app = serializers.BooleanField(required=False)
    by_mail = serializers.BooleanField(required=False)
    passes = serializers.BooleanField(required=False)


class Preferences(serializers.Serializer[Any]):
    """Quiet from `starts` until `ends` and all day on `days` (0 is Monday), in the time zone of the person; at most
    `at_most` e-mails a minute. What is left out stays."""

    starts = serializers.TimeField(
        required=False, allow_null=True, format="%H:%M", input_formats=WALL
    )
    ends = serializers.TimeField(
        required=False, allow_null=True, format="%H:%M", input_formats=WALL
    )
    days = serializers.ListField(
        child=serializers.ChoiceField(choices=list(WEEKDAYS)), max_length=7, required=False
    )
    at_most = serializers.IntegerField(required=False, min_value=1, max_value=60)
    kinds = KindChoice(many=True, required=False)


class NoticePreferences(APIView):
    @extend_schema(operation_id="notifications_preferences", responses=Preferences)
    def get(self, request: Request) -> Response:
        """How the caller is told of what: quiet hours, and each kind with its ways."""
        return Response(_answer(_person(request)))

    @extend_schema(
        operation_id="notifications_preferences_change",
        request=Preferences,
        responses=Preferences,
    )
    @idempotent
    def patch(self, request: Request) -> Response:
        """Changes what is sent; a mistake anywhere changes nothing."""
        user = _person(request)
        sent = Preferences(data=request.data)
        sent.is_valid(raise_exception=True)
        wishes = choices.wishes_of([user])[user.pk]
        told = sent.validated_data.pop("kinds", [])
        hours = HoursForm({**wishes.hours, **sent.validated_data}, wishes=wishes)
        if not hours.is_valid():
            raise ValidationError(
                {name: [str(text) for text in texts] for name, texts in hours.errors.items()}
            )
        with transaction.atomic():
            choices.choose(user, _chosen(wishes, told))
            choices.keep_hours(user, **hours.kept)
        return Response(_answer(user))


def _person(request: Request) -> User:
    user = principal(request)
    if not isinstance(user, User):
        raise PermissionDenied(_("Only a person is told."))
    return user


def _chosen(wishes: Wishes, told: list[dict[str, Any]]) -> dict[str, Choice]:
    """What holds for these kinds from now on; the last word counts where one is named twice."""
    return {
        one["kind"]: replace(
            wishes.of(one["kind"]), **{way: one[way] for way in WAYS if way in one}
        )
        for one in told
    }


def _answer(user: User) -> Any:
    wishes = choices.wishes_of([user])[user.pk]
    told = [{"kind": kind, **asdict(wishes.of(kind))} for kind in kinds.KINDS]
    return Preferences({**wishes.hours, "kinds": told}).data
