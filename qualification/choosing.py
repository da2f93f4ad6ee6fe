"""Another framework in the middle of a talk: a card of its own, and what is known is not asked twice."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from accounts.models import User
from handoff.models import Handoff
from qualification import access, scorecards
from qualification.definition import FrameworkDefinition
from qualification.models import Answer, Framework, Scorecard


class NoSuchFramework(Exception):
    """There is no framework with this key."""


def choose(handoff: Handoff, key: str, *, by: User, at: datetime) -> Scorecard:
    """The handoff's card is one of this framework from now on; what other cards of it know by meaning is carried
    over, the newest answer first. Raises NoSuchFramework, handoffs.NotOpen or access.NotYours."""
    framework = scorecards.newest(key)
    if framework is None:
        raise NoSuchFramework(key)
    with transaction.atomic():
        access.hold(handoff, by=by)
        card = _card(handoff, framework, at=at)
        _carry(card)
    return card


def _card(handoff: Handoff, framework: Framework, *, at: datetime) -> Scorecard:
    """One of an earlier version stays the card where there is one: answers keep their questions."""
    there = handoff.scorecards.filter(framework__key=framework.key).order_by("-framework__version")
    card = there.select_related("framework").first()
    if card is None:
        return Scorecard.objects.create(
            lead_id=handoff.lead_id,
            handoff=handoff,
            framework=framework,
            created_at=at,
            chosen_at=at,
        )
    Scorecard.objects.filter(pk=card.pk).update(chosen_at=at)
    return card


def _carry(card: Scorecard) -> None:
    mine, known = scorecards.framework_of(card), _known(card)
    there = scorecards.answers_of(card)
    for element in mine.elements:
        newest = known.get(element.meaning)
        here = there.get(element.key)
        if newest is None or (here is not None and here.at >= newest.at):
            continue
        Answer.objects.update_or_create(
            card=card, element=element.key,
            defaults={
                "level": newest.level, "asked_in_vain": newest.asked_in_vain,
                "evidence": newest.evidence, "said_id": newest.said_id, "carried": newest,
                "by_id": newest.by_id, "at": newest.at,
            },
        )  # fmt: skip


def _known(card: Scorecard) -> dict[str, Answer]:
    """The newest answer to each meaning on the other cards of the handoff."""
    others = Scorecard.objects.filter(handoff=card.handoff_id).exclude(pk=card.pk)
    given = Answer.objects.filter(card__in=others).select_related("card__framework").order_by("at")
    return {meaning: answer for answer in given for meaning in _meaning(answer)}


def _meaning(answer: Answer) -> Iterator[str]:
    element = scorecards.framework_of(answer.card).element(answer.element)
    if element is not None and element.meaning:
        yield element.meaning


def offered(sheet_of: FrameworkDefinition) -> list[tuple[Framework, FrameworkDefinition, bool]]:
    """Every framework with its newest definition, and whether it is the one of the card."""
    found = Framework.objects.order_by("key", "-version").distinct("key")
    return [(one, scorecards.parse(one.definition), one.key == sheet_of.key) for one in found]
