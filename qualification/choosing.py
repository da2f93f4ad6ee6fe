"""Another framework in the middle of a talk: a card of its own, and what is known is not asked twice."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from handoff.models import Handoff
from qualification import access, catalogue, scorecards
from qualification.definition import Element, FrameworkDefinition
from qualification.models import Answer, Framework, Scorecard


class NoSuchFramework(Exception):
    """There is no framework with this key."""


def choose(handoff: Handoff, key: str, *, by: User, at: datetime) -> Scorecard:
    """The handoff's card is one of this framework from now on; what other cards of it know by meaning is carried
    over, the newest answer first. Raises NoSuchFramework, handoffs.NotOpen or access.NotYours."""
    framework = catalogue.newest(key)
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
        before = scorecards.latest(handoff)
        follows = before is not None and before.then == framework.key
        why = _("Decides after %(name)s") % {"name": before.framework.name} if follows else ""  # type: ignore[union-attr]
        return Scorecard.objects.create(
            lead_id=handoff.lead_id, handoff=handoff, framework=framework, chosen_by=why,
            created_at=at, chosen_at=at,
        )  # fmt: skip
    Scorecard.objects.filter(pk=card.pk).update(chosen_at=at)
    return card


def _carry(card: Scorecard) -> None:
    """One statement, however many elements mean the same."""
    there = scorecards.answers_of(card)
    rows = [
        Answer(
            card=card, element=element.key, level=newest.level, asked_in_vain=newest.asked_in_vain,
            evidence=newest.evidence, said_id=newest.said_id, carried=newest, by_id=newest.by_id,
            at=newest.at,
        )
        for element, newest in _newer(card)
        if element.key not in there or there[element.key].at < newest.at
    ]  # fmt: skip
    Answer.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["card", "element"],
        update_fields=["level", "asked_in_vain", "evidence", "said", "carried", "by", "at"],
    )  # fmt: skip


def _newer(card: Scorecard) -> Iterator[tuple[Element, Answer]]:
    """Each element with the newest answer to what it means on the other cards of the handoff."""
    others = Scorecard.objects.filter(handoff=card.handoff_id).exclude(pk=card.pk)
    given = Answer.objects.filter(card__in=others).select_related("card__framework").order_by("at")
    known = {meaning: answer for answer in given for meaning in _meaning(answer)}
    for element in scorecards.framework_of(card).elements:
        if element.meaning in known:
            yield element, known[element.meaning]


def _meaning(answer: Answer) -> Iterator[str]:
    element = scorecards.framework_of(answer.card).element(answer.element)
    if element is not None and element.meaning:
        yield element.meaning


def offered(current: FrameworkDefinition) -> list[tuple[Framework, FrameworkDefinition, bool]]:
    """Every framework with its newest definition, and whether it is the one of the card."""
    return [
        (one, scorecards.parse(one.definition), one.key == current.key)
        for one in catalogue.frameworks()
    ]
