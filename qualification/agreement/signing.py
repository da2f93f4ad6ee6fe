"""Both sides sign the words that they read; what changed since is no longer what they signed."""

from datetime import datetime

from django.db import transaction

from accounts.models import Role, User
from qualification.agreement import content
from qualification.agreement.content import Content
from qualification.models import Agreement, Signature

Side = Signature.Side
SIDES: dict[str, Side] = {Role.MARKETER: Side.MARKETING, Role.MANAGER: Side.SALES}


class Moved(Exception):
    """The agreement says something else by now than what was read."""


class NoSide(Exception):
    """Only marketers and managers sign."""


def newest() -> Agreement | None:
    """The version with the highest number, signed by one side or both."""
    return Agreement.objects.prefetch_related("signatures__by").first()


def words(agreement: Agreement) -> Content:
    return content.from_json(agreement.sections)


def sign(digest: str, *, by: User, at: datetime) -> Agreement:
    """Signs what is in force for the side of `by`. Raises Moved unless it still has this digest, or NoSide.

    The first to sign makes the version; signing twice changes nothing."""
    side = SIDES.get(by.role)
    if side is None:
        raise NoSide
    now = content.in_force()
    if now.digest != digest:
        raise Moved
    with transaction.atomic():
        agreement = _version(now, at=at)
        Signature.objects.get_or_create(
            agreement=agreement, side=side, defaults={"by": by, "at": at}
        )
    return agreement


def _version(now: Content, *, at: datetime) -> Agreement:
    """The newest version if it says this, else a new one; two that sign at once share it."""
    # A stronger lock would wait for the key of a signature under way, and that for this lock.
    last = Agreement.objects.select_for_update(no_key=True).order_by("-number").first()
    if last is not None and last.digest == now.digest:
        return last
    # Not by asking for the highest again: whoever signed in between would be followed, not shared.
    number = 1 if last is None else last.number + 1
    values = {"sections": now.to_json(), "digest": now.digest, "created_at": at}
    made = Agreement.objects.get_or_create(number=number, defaults=values)[0]
    if made.digest != now.digest:
        # Somebody signed other words in the same moment.
        raise Moved
    return made
