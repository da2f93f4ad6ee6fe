"""What is known of an element before it is asked: the lead said it, an earlier card has it, or a fact tells of it.

It is shown with its source and counts once a rep confirms it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from leads import facts, fields
from leads.identity.joining import get
from leads.models import Lead
from leads.vocabulary import rule_sql
from qualification import catalogue
from qualification.asking import said
from qualification.definition import ASSUMED, STATED, Element, FrameworkDefinition, parse
from qualification.models import Answer, LeadAnswer, Scorecard

# Of a lead that was worked for years the latest is enough.
MOST_EARLIER = 100


@dataclass(frozen=True)
class Known:
    """`level` is the step it amounts to once it is confirmed."""

    level: int
    words: str
    source: str
    at: datetime | None
    said: LeadAnswer | None = None


@dataclass(frozen=True)
class Fact:
    label: str
    value: str
    source: str
    at: datetime | None


@dataclass(frozen=True)
class Sources:
    """`said` is by framework and element, the rest by what they mean; `facts` by field."""

    said: Mapping[said.Key, LeadAnswer]
    heard: Mapping[str, LeadAnswer]
    earlier: Mapping[str, Answer]
    facts: Mapping[str, Fact]

    def of(self, framework: str, element: Element) -> Known | None:
        """What is newest of the lead's words and earlier cards; a fact where there is neither."""
        words = self.said.get((framework, element.key)) or self.heard.get(element.meaning)
        answer = self.earlier.get(element.meaning)
        if words is not None and (answer is None or words.at >= answer.at):
            return Known(STATED, words.words, str(words.get_via_display()), words.at, words)
        if answer is not None:
            source = _("%(framework)s card") % {"framework": answer.card.framework.name}
            return Known(answer.level, answer.evidence, source, answer.at)
        fact = next((self.facts[key] for key in element.facts if key in self.facts), None)
        if fact is None:
            return None
        return Known(ASSUMED, f"{fact.label}: {fact.value}", fact.source, fact.at)


NOTHING = Sources({}, {}, {}, {})


def read(lead: Lead, *, card: Scorecard | None, elements: Iterable[Element] = ()) -> Sources:
    """All that is known to these elements, beside the cards of this card's handoff."""
    words = said.latest(lead.pk)
    earlier = _earlier(lead, card.handoff_id) if card else {}
    wanted = [key for element in elements for key in element.facts]
    return Sources(words, _by_meaning(words), earlier, _facts(lead, wanted))


def words_of(lead_id: int) -> Sources:
    """What the lead itself said, and no more."""
    words = said.latest(lead_id)
    return Sources(words, _by_meaning(words), {}, {})


def _by_meaning(words: Mapping[said.Key, LeadAnswer]) -> dict[str, LeadAnswer]:
    if not words:
        return {}
    meanings, found = catalogue.meanings(), dict[str, LeadAnswer]()
    for key, one in sorted(words.items(), key=lambda item: item[1].at):
        if key in meanings:
            found[meanings[key]] = one
    return found


def same_meaning(framework: FrameworkDefinition, element: str) -> list[said.Key]:
    """This element and those of other frameworks that mean the same."""
    mine = framework.element(element)
    meaning = mine.meaning if mine else ""
    others = [key for key, one in catalogue.meanings().items() if meaning and one == meaning]
    return [(framework.key, element), *others]


def _earlier(lead: Lead, handoff_id: int) -> dict[str, Answer]:
    """The newest step above unknown by what it means, on cards of the lead's other handoffs."""
    given = (
        Answer.objects.filter(card__lead=lead, level__gt=0).exclude(card__handoff=handoff_id)
        .select_related("card__framework").order_by("-at")[:MOST_EARLIER]
    )  # fmt: skip
    read: dict[int, FrameworkDefinition] = {}
    found: dict[str, Answer] = {}
    for answer in given:
        framework = answer.card.framework
        if framework.pk not in read:
            read[framework.pk] = parse(framework.definition)
        element = read[framework.pk].element(answer.element)
        if element is not None and element.meaning:
            found.setdefault(element.meaning, answer)
    return found


def _facts(lead: Lead, wanted: Iterable[str]) -> dict[str, Fact]:
    values = {key: value for key in wanted if (value := _value(lead, key))}
    if not values:
        return {}
    labels = {key: str(label) for key, (label, _type) in rule_sql.catalogue().items()}
    known = fields.catalogue()
    mine = {key: known[key] for key in values if key in known}
    told = {one.key: one for one in _told(lead, mine)}
    return {
        key: Fact(
            labels.get(key, key), value, told[key].source if key in told else _("Enrichment"),
            told[key].at if key in told else None,
        )
        for key, value in values.items()
    }  # fmt: skip


def _told(lead: Lead, mine: Mapping[str, Any]) -> list[facts.Fact]:
    return facts.facts(lead, mine, facts.latest_changes(lead)) if mine else []


def _value(lead: Lead, key: str) -> str:
    if key.startswith("company."):
        value = getattr(lead.company, key.removeprefix("company."), None) if lead.company else None
    else:
        value = get(lead, key)
    return "" if value in (None, "") else str(value)
