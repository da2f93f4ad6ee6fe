"""Channels are made, changed, tried and removed by those who may."""

import uuid
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404

from accounts import policy
from accounts.models import Team, User
from accounts.secrets import Unreadable, seal, unseal
from handoff.access import Principal
from handoff.channels.posting import Event, post
from handoff.channels.signing import OVERLAP, new_secret
from handoff.models import Channel, Delivery

ACTION = "channel.edit"
State = Delivery.State


class NameTaken(Exception):
    """Another channel has this name."""


def visible(user: Principal) -> QuerySet[Channel]:
    """The channels that this person or key may change: those of their teams, or all."""
    scope = policy.scope(user, ACTION)
    if scope is policy.Scope.ALL:
        return Channel.objects.all()
    if scope is policy.Scope.TEAM and isinstance(user, User):
        return Channel.objects.filter(team__in=user.teams.values("pk"))
    return Channel.objects.none()


def channel_or_404(user: Principal, public_id: uuid.UUID) -> Channel:
    found = visible(user).select_related("team").filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def listed(user: User) -> QuerySet[Channel]:
    """With how many messages wait or failed for good, and when the last one arrived."""
    last = Delivery.objects.filter(channel=OuterRef("pk"), state=State.SENT).order_by("-pk")
    return visible(user).select_related("team").annotate(
        waiting=_count(State.PENDING), failed=_count(State.FAILED), last_at=Subquery(last.values("sent_at")[:1])
    )  # fmt: skip


def _count(state: str) -> Coalesce:
    theirs = Delivery.objects.filter(channel=OuterRef("pk"), state=state).order_by()
    return Coalesce(Subquery(theirs.values("channel").annotate(n=Count("pk")).values("n")), 0)


def teams_for(user: Principal) -> QuerySet[Team]:
    """The teams whose events this person may send somewhere; who has all may also choose every team."""
    if may_choose_all(user):
        return Team.objects.all()
    return user.teams.all() if isinstance(user, User) else Team.objects.none()


def may_choose_all(user: Principal) -> bool:
    return policy.scope(user, ACTION) is policy.Scope.ALL


def save(
    channel: Channel | None, values: dict[str, Any], *, by: User | None, at: datetime
) -> Channel:
    """Makes or changes a channel. An empty `url` leaves the one there is; a new webhook gets a secret. The address
    was judged by the form, and is judged again at every call. Raises NameTaken."""
    kept = channel or Channel(created_by=by, created_at=at)
    for name in ("name", "kind", "kinds", "team", "tells_who"):
        if name in values:
            setattr(kept, name, values[name])
    if values.get("url"):
        kept.url, kept.host = seal(values["url"]), urlsplit(values["url"]).netloc[:260]
    if kept.kind == Channel.Kind.WEBHOOK and not kept.secret:
        kept.secret = seal(new_secret())
    try:
        with transaction.atomic():
            kept.save(update_fields=SETTINGS if channel else None)
    except IntegrityError as error:
        raise NameTaken from error
    return kept


# Not how it fares: that is the deliverer's to write.
SETTINGS = ["name", "kinds", "team", "tells_who", "url", "host", "secret"]


def secret_of(channel: Channel) -> str:
    """What receivers check signatures with; empty where it can no longer be read."""
    try:
        return unseal(channel.secret)
    except Unreadable:
        return ""


def rotate(channel: Channel, *, at: datetime) -> None:
    """Gives it a new secret; for a day the old one signs as well."""
    Channel.objects.filter(pk=channel.pk).update(
        secret=seal(new_secret()), old_secret=channel.secret, old_secret_until=at + OVERLAP
    )


def test(channel: Channel, *, at: datetime) -> None:
    """Sends a message that tells of nothing, to this channel alone."""
    with transaction.atomic():
        post([Event("test", f"test:{uuid.uuid4()}", channels=[channel.pk])], at=at)


def remove(channel: Channel) -> None:
    channel.delete()
