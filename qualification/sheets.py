"""A card to look at: every element with its answer, what they amount to, what is missing."""

from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from handoff.models import Handoff
from leads.models import EventKind, Lead
from qualification import catalogue, known, scorecards
from qualification.asking import said
from qualification.definition import ASSUMED, Element, FrameworkDefinition, parse
from qualification.known import Known, Sources
from qualification.models import Answer, Disposition, Framework, LeadAnswer, Scorecard

LEVELS = [_("Unknown"), _("Assumed"), _("Stated"), _("Proven")]
EARLIER = 5


@dataclass(frozen=True)
class Line:
    element: Element
    answer: Answer | None
    # What is known without this card, and what the lead itself said of it.
    known: Known | None = None
    weight: int = 1
    # The step that the gate asks for.
    least: int = 0

    @property
    def said(self) -> LeadAnswer | None:
        return self.known.said if self.known else None

    @property
    def waits(self) -> bool:
        """Whether something is known that nobody confirmed, or that the lead said after it was answered."""
        if self.known is None or self.answer is None:
            return self.known is not None
        if self.said is None:
            return False
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
        """How much of the sum it is."""
        return self.weight * (self.level or 0)

    @property
    def known_words(self) -> Any:
        """How well it would be known once what is known is confirmed."""
        return LEVELS[self.known.level] if self.known else ""

    @property
    def ready_words(self) -> str:
        """What stands in the evidence before a rep types: somebody's words, not a fact."""
        return self.known.words if self.known and self.known.level > ASSUMED else ""

    @property
    def is_short(self) -> bool:
        """Whether the gate asks for more."""
        return (self.level or 0) < self.least

    @property
    def is_gap(self) -> bool:
        """Whether nobody knows it, or the gate asks for more."""
        return not self.level or self.is_short

    @property
    def words(self) -> Any:
        """How well it is known, in words."""
        if self.answer is None:
            return _("Not asked")
        return _("Asked, no answer") if self.answer.asked_in_vain else LEVELS[self.answer.level]


@dataclass(frozen=True)
class GatePart:
    """One thing that the gate asks for; `of` of a sum."""

    name: str
    value: int
    met: bool
    of: int = 0


@dataclass(frozen=True)
class Sheet:
    """`then` is the framework that decides after this one; None where this one does."""

    card: Scorecard | None
    framework: FrameworkDefinition
    lines: list[Line]
    then: Framework | None = None

    @property
    def later(self) -> str:
        """Which framework decides after this one, in words."""
        return scorecards.decides_later(self.then)

    @property
    def gate_parts(self) -> list[GatePart]:
        parts = [
            GatePart(line.element.name, line.level or 0, not line.is_short)
            for line in self.lines
            if line.least
        ]
        if least := self.framework.gate.sum:
            parts.append(GatePart(str(_("Sum")), self.total, self.total >= least, least))
        return parts

    @property
    def total(self) -> int:
        return sum(line.points for line in self.lines)

    @property
    def known(self) -> int:
        return sum(1 for line in self.lines if line.points)

    @property
    def asked(self) -> int:
        return sum(1 for line in self.lines if line.answer)

    @property
    def missing(self) -> list[Element]:
        return [line.element for line in self.lines if line.answer is None]

    @property
    def below(self) -> list[str]:
        """What the gate of the framework asks for and the card does not show, in words."""
        below = self.framework.below_gate(self.levels)
        return [*below, self.later] if self.later else below

    @property
    def gaps(self) -> list[Line]:
        return [line for line in self.lines if line.is_gap]

    @property
    def filled(self) -> list[Line]:
        """What is no gap."""
        return [line for line in self.lines if not line.is_gap]

    @property
    def levels(self) -> dict[str, int]:
        return {line.element.key: line.level or 0 for line in self.lines}

    @property
    def passes(self) -> bool:
        """Whether all was asked and the gate of this framework is reached."""
        return not self.missing and not self.framework.below_gate(self.levels)

    @property
    def first_open(self) -> Line:
        """Where the call goes on: the first element that was not asked."""
        return next((line for line in self.lines if line.answer is None), self.lines[0])

    def line(self, element: str) -> Line:
        return next(line for line in self.lines if line.element.key == element)


def sheet(card: Scorecard | None, *, with_sources: bool = True) -> Sheet | None:
    """The sheet of a card, an empty one where none was started, or None without any framework. What is known
    elsewhere costs some queries, which an answer that is saved does not need."""
    framework = scorecards.framework_of(card) if card else catalogue.usual()
    if framework is None:
        return None
    answers = scorecards.answers_of(card) if card else {}
    sources = known.NOTHING
    if card and with_sources:
        sources = known.read(card.lead, card=card, elements=framework.elements)
    then = scorecards.follows(card) if card else None
    return _sheet(card, framework, answers, sources, then)


def _sheet(
    card: Scorecard | None,
    framework: FrameworkDefinition,
    answers: dict[str, Answer],
    sources: Sources,
    then: Framework | None = None,
) -> Sheet:
    lines = [
        Line(
            element, answers.get(element.key), sources.of(framework.key, element), element.weight,
            framework.least(element.key),
        )
        for element in framework.elements
    ]  # fmt: skip
    return Sheet(card, framework, lines, then)


def of_lead(lead: Lead) -> list[Sheet]:
    """The sheets of all the lead's cards, newest first, in a few queries however many there are."""
    answers = Prefetch(
        "answers", Answer.objects.select_related("by", "said", "carried__card__framework")
    )
    words = known.words_of(lead.pk)
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
    frameworks = [parse(one.definition) for one in catalogue.frameworks()]
    return [
        Said(framework.name, element.name, words[framework.key, element.key])
        for framework in frameworks
        for element in framework.elements
        if (framework.key, element.key) in words
    ]


def decision(handoff: Handoff) -> Disposition | None:
    """How this handoff ended, by whom and why."""
    return _with_signal(Disposition.objects.filter(handoff=handoff)).first()


def _with_signal(found: QuerySet[Disposition]) -> QuerySet[Disposition]:
    """With what people call the event that ends the rest, as `signal_label`."""
    kinds = EventKind.objects.filter(key=OuterRef("signal")).values("label")
    return found.select_related("by", "reason").annotate(signal_label=Subquery(kinds))


def decisions(lead: Lead) -> list[Disposition]:
    """How the lead's handoffs ended, newest first."""
    found = _with_signal(Disposition.objects.filter(handoff__lead=lead))
    return list(found.order_by("-id")[: EARLIER + 1])
