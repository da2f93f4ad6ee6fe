"""A card to look at: every element with its answer, what they amount to, what is missing."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from handoff.models import Handoff
from leads.models import Lead
from qualification import scorecards
from qualification.asking import links, said
from qualification.asking.said import Key
from qualification.definition import Element, FrameworkDefinition, parse
from qualification.models import Answer, Disposition, LeadAnswer, Scorecard

LEVELS = [_("Unknown"), _("Assumed"), _("Stated"), _("Proven")]
EARLIER = 5


@dataclass(frozen=True)
class Line:
    element: Element
    answer: Answer | None
    # What the lead itself said last, by link or in a chat.
    said: LeadAnswer | None = None

    @property
    def waits(self) -> bool:
        """Whether the lead said something that nobody confirmed or answered differently since."""
        if self.said is None or self.answer is None:
            return self.said is not None
        return self.answer.said_id != self.said.pk and self.said.at > self.answer.at

    @property
    def level(self) -> int | None:
        """0 to 3, or None as long as it was not asked."""
        return self.answer.level if self.answer else None

    @property
    def seen(self) -> str:
        """When it was answered, as a page sends it back; see scorecards.answer."""
        return self.answer.at.isoformat() if self.answer else ""

    @property
    def points(self) -> int:
        return self.level or 0

    @property
    def words(self) -> Any:
        """How well it is known, in words."""
        if self.answer is None:
            return _("Not asked")
        return _("Asked, no answer") if self.answer.asked_in_vain else LEVELS[self.answer.level]


@dataclass(frozen=True)
class Sheet:
    card: Scorecard | None
    framework: FrameworkDefinition
    lines: list[Line]

    @property
    def total(self) -> int:
        return sum(line.points for line in self.lines)

    @property
    def known(self) -> int:
        return sum(1 for line in self.lines if line.points)

    @property
    def missing(self) -> list[Element]:
        return [line.element for line in self.lines if line.answer is None]

    @property
    def below(self) -> list[str]:
        """What the gate of the framework asks for and the card does not show, in words."""
        return self.framework.below_gate({line.element.key: line.points for line in self.lines})

    @property
    def first_open(self) -> Line:
        """Where the call goes on: the first element that was not asked."""
        return next((line for line in self.lines if line.answer is None), self.lines[0])

    def line(self, element: str) -> Line:
        return next(line for line in self.lines if line.element.key == element)


def sheet(card: Scorecard | None) -> Sheet | None:
    """The sheet of a card, an empty one where none was started, or None without any framework."""
    framework = scorecards.framework_of(card) if card else scorecards.usual()
    if framework is None:
        return None
    answers = scorecards.answers_of(card) if card else {}
    return _sheet(card, framework, answers, said.latest(card.lead_id) if card else {})


def _sheet(
    card: Scorecard | None,
    framework: FrameworkDefinition,
    answers: dict[str, Answer],
    words: dict[Key, LeadAnswer],
) -> Sheet:
    lines = [
        Line(element, answers.get(element.key), words.get((framework.key, element.key)))
        for element in framework.elements
    ]
    return Sheet(card, framework, lines)


def of_lead(lead: Lead) -> list[Sheet]:
    """The sheets of all the lead's cards, newest first, in a few queries however many there are."""
    answers = Prefetch(
        "answers", Answer.objects.select_related("by", "said", "carried__card__framework")
    )
    words = said.latest(lead.pk)
    cards = (
        Scorecard.objects.filter(lead=lead)
        .select_related("framework", "handoff__owner", "handoff__disposition__reason")
        .prefetch_related(answers).order_by("-chosen_at", "-id")[: EARLIER + 1]
    )  # fmt: skip
    return [
        _sheet(
            card,
            parse(card.framework.definition),
            {a.element: a for a in card.answers.all()},
            words,
        )
        for card in cards
    ]


@dataclass(frozen=True)
class Said:
    """What a lead said to an element, with the names of both; for a lead without a card."""

    framework: str
    element: str
    answer: LeadAnswer


def said_of(lead: Lead) -> list[Said]:
    """The newest words of a lead to each element, in the order of the frameworks."""
    words = said.latest(lead.pk)
    if not words:
        return []
    frameworks = [parse(one.definition) for one in links.frameworks()]
    return [
        Said(framework.name, element.name, words[framework.key, element.key])
        for framework in frameworks
        for element in framework.elements
        if (framework.key, element.key) in words
    ]


def decision(handoff: Handoff) -> Disposition | None:
    """How this handoff ended, by whom and why."""
    return Disposition.objects.filter(handoff=handoff).select_related("by", "reason").first()


def decisions(lead: Lead) -> list[Disposition]:
    """How the lead's handoffs ended, newest first."""
    found = Disposition.objects.filter(handoff__lead=lead).select_related("by", "reason")
    return list(found.order_by("-id")[: EARLIER + 1])
