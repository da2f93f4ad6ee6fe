"""A card is started when a handoff is claimed, answered element by element, and complete when all
was asked."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from handoff.models import Handoff
from leads import journal
from qualification import access
from qualification.asking import said
from qualification.definition import FrameworkDefinition, parse
from qualification.models import Answer, Framework, Scorecard

DEFAULT = "bant"


class NoSuchElement(Exception):
    """The framework of this card has no such element."""


class BadAnswer(ValueError):
    """An answer that contradicts itself; the text is for the rep."""


class Changed(Exception):
    """Somebody else answered meanwhile: `answer` is theirs."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.element)
        self.answer = answer


def start(handoff_ids: Sequence[int], *, at: datetime) -> None:
    """Starts a card for each handoff that has none; repeating it changes nothing."""
    framework = newest(DEFAULT)
    if framework is None:
        return
    handoffs = Handoff.objects.filter(pk__in=handoff_ids, scorecards=None).order_by("pk")
    Scorecard.objects.bulk_create(
        [
            Scorecard(
                lead_id=h.lead_id, handoff=h, framework=framework, created_at=at, chosen_at=at
            )
            for h in handoffs
        ],
        ignore_conflicts=True,
    )


def card_of(handoff: Handoff, *, at: datetime) -> Scorecard | None:
    """The handoff's card, started now if the pipeline has not come to it yet."""
    card = latest(handoff)
    if card is None:
        start([handoff.pk], at=at)
        card = latest(handoff)
    return card


def latest(handoff: Handoff) -> Scorecard | None:
    """The handoff's card as it stands, or None."""
    cards = handoff.scorecards.select_related("framework", "lead", "handoff")
    return cards.order_by("-chosen_at", "-id").first()


def framework_of(card: Scorecard) -> FrameworkDefinition:
    return parse(card.framework.definition)


def usual() -> FrameworkDefinition | None:
    """The framework that cards are started with."""
    framework = newest(DEFAULT)
    return parse(framework.definition) if framework else None


def newest(key: str) -> Framework | None:
    """The newest version of a framework."""
    return Framework.objects.filter(key=key).order_by("-version").first()


def answer(
    card: Scorecard,
    element: str,
    *,
    level: int,
    asked_in_vain: bool = False,
    evidence: str = "",
    seen: datetime | None = None,
    by: User,
    at: datetime,
) -> Answer:
    """Writes one answer. Raises NoSuchElement, BadAnswer, handoffs.NotOpen or access.NotYours.

    `seen` is when the answer that `by` looks at was given: if somebody else gave another one since,
    Changed is raised and theirs stays."""
    if framework_of(card).element(element) is None:
        raise NoSuchElement(element)
    if not 0 <= level <= 3:
        raise BadAnswer(_("Choose unknown, assumed, stated or proven."))
    if asked_in_vain and level:
        raise BadAnswer(_("Asked without an answer means unknown."))
    evidence = evidence.strip()[:1000]
    with transaction.atomic():
        access.hold(card.handoff, by=by)
        _refuse_if_changed(card, element, seen=seen, by=by)
        theirs = said.confirmed(card.lead_id, card.framework.key, element, evidence)
        written, _made = Answer.objects.update_or_create(
            card=card, element=element,
            defaults={
                "level": level, "asked_in_vain": asked_in_vain,
                "evidence": evidence, "said": theirs, "by": by, "at": at,
            },
        )  # fmt: skip
        data = {
            "handoff": card.handoff_id, "element": element, "level": level,
            "asked_in_vain": asked_in_vain,
        }  # fmt: skip
        journal.write("card.answered", [card.lead_id], at=at, by=by, data=data)
    return written


def _refuse_if_changed(card: Scorecard, element: str, *, seen: datetime | None, by: User) -> None:
    there = card.answers.select_related("by").filter(element=element).exclude(by=by).first()
    if there is not None and (seen is None or there.at > seen):
        raise Changed(there)


def answers_of(card: Scorecard) -> dict[str, Answer]:
    return {
        answer.element: answer
        for answer in card.answers.select_related("by", "said", "carried__card__framework")
    }
