"""How a person wants to be told: by kind, and in which hours not."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from django.core import signing
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from handoff.models import NoticeChoice, QuietHours
from handoff.notifications import kinds
from handoff.notifications.quiet import Quiet

SALT = "handoff.unsubscribe"
# E-mails a minute to one person; what is more comes together.
AT_MOST = 5


@dataclass(frozen=True)
class Choice:
    in_app: bool
    by_mail: bool
    passes: bool


@dataclass(frozen=True)
class Wishes:
    """How one person wants to be told."""

    quiet: Quiet
    at_most: int
    chosen: Mapping[str, Choice]

    @property
    def hours(self) -> dict[str, Any]:
        """The quiet hours as they are asked for and kept."""
        quiet = self.quiet
        return {
            "starts": quiet.starts, "ends": quiet.ends, "days": sorted(quiet.days),
            "at_most": self.at_most,
        }  # fmt: skip

    def of(self, kind: str, *, by_mail: bool = False) -> Choice:
        """What holds for a kind; `by_mail` is the default of one that the person chose nothing for."""
        usual = kinds.of(kind)
        return self.chosen.get(
            kind, Choice(usual.in_app, usual.by_mail or by_mail, passes=usual.passes)
        )


def wishes_of(users: Iterable[User]) -> dict[int, Wishes]:
    """The wishes of these people by id, in two statements."""
    people = {user.pk: user for user in users}
    hours = {row.user_id: row for row in QuietHours.objects.filter(user__in=people)}
    chosen: dict[int, dict[str, Choice]] = {pk: {} for pk in people}
    for row in NoticeChoice.objects.filter(user__in=people):
        chosen[row.user_id][row.kind] = Choice(row.in_app, row.by_mail, row.passes)
    return {
        pk: Wishes(
            _quiet(user, hours.get(pk)), hours[pk].at_most if pk in hours else AT_MOST, chosen[pk]
        )
        for pk, user in people.items()
    }  # fmt: skip


def _quiet(user: User, row: QuietHours | None) -> Quiet:
    if row is None:
        return Quiet(user.time_zone)
    return Quiet(user.time_zone, row.starts, row.ends, frozenset(row.days))


def choose(user: User, chosen: Mapping[str, Choice]) -> None:
    """Keeps what the person wants of these kinds."""
    rows = [
        NoticeChoice(
            user=user, kind=kind, in_app=one.in_app, by_mail=one.by_mail, passes=one.passes
        )
        for kind, one in sorted(chosen.items())
    ]
    NoticeChoice.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["user", "kind"],
        update_fields=["in_app", "by_mail", "passes"],
    )


def keep_hours(
    user: User, *, starts: time | None, ends: time | None, days: Collection[int], at_most: int
) -> None:
    kept = {"starts": starts, "ends": ends, "days": sorted(days), "at_most": at_most}
    QuietHours.objects.update_or_create(user=user, defaults=kept)


def token(user: User, told: Collection[str]) -> str:
    """Says who wants no more e-mails of which kinds; nobody else can make it."""
    text = f"{user.public_id.hex}:{','.join(sorted(told))}"
    return signing.Signer(salt=SALT).sign(text)


def unsubscribe_path(user: User, told: Collection[str]) -> str:
    """Where the person says that no more e-mails of these kinds shall come; it needs no login."""
    return reverse("unsubscribe", args=[token(user, told)])


def read_token(token: str) -> tuple[User, list[str]] | None:
    """Whose link it is and which kinds it ends; None for one that we did not make."""
    try:
        who, _colon, told = signing.Signer(salt=SALT).unsign(token).partition(":")
    except signing.BadSignature:
        return None
    user = User.objects.filter(public_id=who).first()
    return (user, told.split(",")) if user else None


def no_more_mail(user: User, told: Collection[str]) -> None:
    """No e-mails of these kinds; behind the bell they stay as they were."""
    with transaction.atomic():
        wishes = wishes_of([user])[user.pk]
        changed = {
            kind: Choice(was.in_app, by_mail=False, passes=was.passes)
            for kind in told
            for was in [wishes.of(kind)]
        }
        choose(user, changed)
