"""A card is started when a handoff is claimed, answered element by element, and complete when all
was asked."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from handoff.models import Handoff
from leads import journal
from qualification import access, by_rule, catalogue, known
from qualification.asking import said
from qualification.definition import FrameworkDefinition, parse
from qualification.models import Answer, Framework, LeadAnswer, Scorecard


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
    """Starts a card for each handoff that has none, with the framework that the rules choose; repeating it changes
    nothing."""
    found = Handoff.objects.filter(pk__in=handoff_ids, scorecards=None).order_by("pk")
    handoffs = list(found)
    if not handoffs:
        return
    made = by_rule.chosen(handoffs)
    Scorecard.objects.bulk_create(
        [
            Scorecard(
                lead_id=h.lead_id, handoff=h, framework=choice.framework, chosen_by=choice.why[:400],
                then=choice.then, created_at=at, chosen_at=at,
            )
            for h in handoffs
            if (choice := made.get(h.pk))
        ],
        ignore_conflicts=True,
    )  # fmt: skip


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


def follows(card: Scorecard) -> Framework | None:
    """The framework that decides after this card's, where there is one."""
    return catalogue.newest(card.then) if card.then else None


def decides_later(then: Framework | None) -> str:
    """“BANT decides, and was not asked”; empty where nothing follows."""
    return _("%(name)s decides, and was not asked") % {"name": then.name} if then else ""


def framework_of(card: Scorecard) -> FrameworkDefinition:
    return parse(card.framework.definition)


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
        there = card.answers.select_related("by").filter(element=element).first()
        _refuse_if_changed(there, seen=seen, by=by)
        written = there or Answer(card=card, element=element)
        written.level, written.asked_in_vain, written.evidence = level, asked_in_vain, evidence
        written.said, written.by, written.at = _confirmed(card, element, evidence), by, at
        # The lead is held: nobody else writes here.
        written.save()
        data = {
            "handoff": card.handoff_id, "element": element, "level": level,
            "asked_in_vain": asked_in_vain,
        }  # fmt: skip
        journal.write("card.answered", [card.lead_id], at=at, by=by, data=data)
    return written


def _confirmed(card: Scorecard, element: str, evidence: str) -> LeadAnswer | None:
    """The lead's own answer that a rep takes over by writing the very words down."""
    words = said.confirmed(card.lead_id, evidence)
    if not words:
        return None
    places = known.same_meaning(framework_of(card), element)
    return next((one for one in words if (one.framework, one.element) in places), None)


def _refuse_if_changed(there: Answer | None, *, seen: datetime | None, by: User) -> None:
    if there is not None and there.by_id != by.pk and (seen is None or there.at > seen):
        raise Changed(there)


def answers_of(card: Scorecard) -> dict[str, Answer]:
    return {
        answer.element: answer
        for answer in card.answers.select_related("by", "said", "carried__card__framework")
    }
