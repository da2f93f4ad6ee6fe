"""Facts that the tests of qualification share."""

from typing import Any

from accounts.models import Team, User
from handoff import claims
from handoff.models import Handoff
from qualification import scorecards
from qualification.models import DispositionReason
from tests import factories

ELEMENTS = ("budget", "authority", "need", "timeline")


def claimed(by: User, **values: Any) -> Handoff:
    """An MQL that this person holds. Needs a live model and a team."""
    handoff = factories.make_mql(**values)
    claims.take(handoff, by=by, at=factories.now())
    return Handoff.objects.select_related("lead__score", "team", "owner").get(pk=handoff.pk)


def answer(handoff: Handoff, element: str, *, by: User, level: int = 2, **more: object) -> None:
    card = scorecards.card_of(handoff, at=factories.now())
    assert card is not None
    scorecards.answer(card, element, level=level, by=by, at=factories.now(), **more)  # type: ignore[arg-type]


def any_reason(key: str = "no_need") -> DispositionReason:
    return DispositionReason.objects.get(key=key)


def answer_all(handoff: Handoff, *, by: User) -> None:
    for element in ELEMENTS:
        answer(handoff, element, by=by)


def colleague(team: Team) -> User:
    return factories.make_user("sdr", teams=[team], name="Carla Colleague")
