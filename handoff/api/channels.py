"""Doors for machines: channels that other systems hear of things by. Addresses and secrets go in and never come out."""

import uuid
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import clock, confirming, outbound
from accounts.api_idempotency import idempotent
from accounts.models import Team, User
from accounts.signed_in import principal
from handoff.access import Principal
from handoff.api_paging import NewestFirst
from handoff.channels import editing, kinds
from handoff.models import Channel

KINDS = [key for key, _label in kinds.CHOSEN]
REFUSED = OpenApiResponse(description="What cannot be, by field: such as an address of our own.")
CONFIRM = OpenApiResponse(description="A person has to type the password first: log in again.")


class PasswordNeeded(APIException):
    status_code = 403
    default_code = "password_needed"


class ChannelSerializer(serializers.ModelSerializer[Channel]):
    """`host` is all that is told of the address."""

    id = serializers.UUIDField(source="public_id")
    team = serializers.CharField(source="team.name", default=None, allow_null=True)

    class Meta:
        model = Channel
        fields = [
            "id", "name", "kind", "host", "kinds", "team", "tells_who", "is_on", "off_reason",
            "failing_since", "created_at",
        ]  # fmt: skip


class ChannelChanges(serializers.Serializer[Any]):
    """`team` by its name; null is every team, for who may see all. `url` is sealed and not told again."""

    name = serializers.CharField(max_length=120)
    url = serializers.CharField(max_length=2000)
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=KINDS), allow_empty=False, max_length=len(KINDS)
    )
    team = serializers.CharField(max_length=120, allow_null=True, default=None)
    tells_who = serializers.BooleanField(default=False)

    def validate_url(self, value: str) -> str:
        try:
            outbound.check(value)
        except outbound.OutboundError as error:
            raise ValidationError(str(error)) from error
        return value

    def validate_team(self, value: str | None) -> Team | None:
        by: Principal = self.context["by"]
        if value is None and editing.may_choose_all(by):
            return None
        found = editing.teams_for(by).filter(name=value or "").first()
        if found is None:
            raise ValidationError(_("Choose a team of yours."))
        return found


class ChannelWrites(ChannelChanges):
    kind = serializers.ChoiceField(choices=Channel.Kind.choices)


class ChannelList(ListAPIView[Channel]):
    """The channels that the caller may change, newest first."""

    serializer_class = ChannelSerializer
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Channel]:
        return editing.visible(principal(self.request)).select_related("team")

    @extend_schema(
        operation_id="channels_add",
        request=ChannelWrites,
        responses={201: ChannelSerializer, 400: REFUSED, 403: CONFIRM},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Makes a channel. What a webhook signs with is shown on its page."""
        sent = ChannelWrites(data=request.data, context={"by": principal(request)})
        made = _save(request, None, sent)
        return Response(ChannelSerializer(made).data, status=status.HTTP_201_CREATED)


class ChannelDetail(APIView):
    @extend_schema(operation_id="channels_one", responses=ChannelSerializer)
    def get(self, request: Request, channel_id: uuid.UUID) -> Response:
        channel = editing.channel_or_404(principal(request), channel_id)
        return Response(ChannelSerializer(channel).data)

    @extend_schema(
        operation_id="channels_change",
        request=ChannelChanges,
        responses={200: ChannelSerializer, 400: REFUSED, 403: CONFIRM},
    )
    @idempotent
    def patch(self, request: Request, channel_id: uuid.UUID) -> Response:
        """Changes what is sent; the kind of a channel stays."""
        channel = editing.channel_or_404(principal(request), channel_id)
        context = {"by": principal(request)}
        sent = ChannelChanges(data=request.data, context=context, partial=True)
        return Response(ChannelSerializer(_save(request, channel, sent)).data)

    @extend_schema(operation_id="channels_remove", responses={204: None})
    def delete(self, request: Request, channel_id: uuid.UUID) -> Response:
        """Removes it, and what was sent there is forgotten with it."""
        editing.remove(editing.channel_or_404(principal(request), channel_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _save(request: Request, channel: Channel | None, sent: ChannelChanges) -> Channel:
    sent.is_valid(raise_exception=True)
    by, at, values = principal(request), clock.now(), sent.validated_data
    if "url" in values and isinstance(by, User):
        _ask_for_password(request, at)
    try:
        return editing.save(channel, values, by=by if isinstance(by, User) else None, at=at)
    except editing.NameTaken:
        raise ValidationError({"name": [_("Another channel has this name.")]}) from None


def _ask_for_password(request: Request, at: datetime) -> None:
    """Of a person; whoever made a key typed it then."""
    if not confirming.is_fresh(request._request, at=at):
        raise PasswordNeeded(_("Log in again: a new address needs the password of a moment ago."))
