"""What somebody has typed into the editor of a framework and not yet published: kept as it is typed, for them alone,
until they publish or discard it."""

from collections.abc import Mapping
from datetime import datetime

from accounts.models import User
from qualification.models import FrameworkDraft

Typed = Mapping[str, list[str]]
# Letters; twelve elements with everything written out have a tenth of it.
MOST = 300_000


class TooLong(Exception):
    """Nobody types as much."""


def place_of(key: str, *, is_copy: bool) -> str:
    """Where a draft belongs: to the next version of a framework, or to a copy of it."""
    return f"+{key}" if is_copy else key


def of(place: str, by: User) -> FrameworkDraft | None:
    return FrameworkDraft.objects.filter(place=place, by=by).first()


def keep(place: str, values: Typed, *, version: int | None, by: User, at: datetime) -> None:
    """In the place of what was kept before; `version` is the one that is being changed. Raises TooLong."""
    if sum(len(one) for some in values.values() for one in some) > MOST:
        raise TooLong
    FrameworkDraft.objects.update_or_create(
        place=place, by=by, defaults={"values": dict(values), "version": version, "at": at}
    )


def discard(place: str, by: User) -> None:
    FrameworkDraft.objects.filter(place=place, by=by).delete()
