"""For which leads a policy is: what it may ask of them, said, read back and held."""

from collections.abc import Sequence
from typing import Any

from handoff.routing import fields as routing
from handoff.routing.words import own_choices
from leads.vocabulary import rule_sql
from leads.vocabulary.condition_part import ConditionPart, of_conditions
from leads.vocabulary.labels import Labels
from leads.vocabulary.offered import Vocabulary
from leads.vocabulary.reading import understand
from leads.vocabulary.typed import Typed, Values, rows

MOST = 8
STEM = "when"
_CROSSED = "(SELECT x.{} FROM leads_crossing x WHERE x.lead_id = l.id ORDER BY x.at DESC, x.id DESC LIMIT 1)"
# What routing may ask of a crossing, asked of the newest one of a lead.
OWN: dict[str, tuple[Any, str, str]] = {
    "score": (*routing.OWN["score"][:2], _CROSSED.format("total")),
    "band": (*routing.OWN["band"][:2], f"coalesce({_CROSSED.format('band')}, '')"),
    "tier": routing.OWN["tier"],
}


def vocabulary() -> Vocabulary:
    return Vocabulary.read(routing.OWN_LABELS, own_choices())


def labels() -> Labels:
    return Labels.read({**routing.OWN_LABELS, **rule_sql.catalogue()}, own_choices())


class WhenForm(Typed):
    """All of these must hold when the handoff opens."""

    def __init__(self, values: Values, words: Vocabulary) -> None:
        super().__init__(values, words)
        count = min(rows(values, STEM), MOST)
        self.when = [ConditionPart(self, f"{STEM}{n}-") for n in range(1, count + 1)]

    @property
    def has_room(self) -> bool:
        return len(self.when) < MOST

    def understood(self) -> list[dict[str, Any]] | None:
        """The conditions as they are kept; None where one cannot be meant, with the reason beside it."""
        found = understand([part.shape() for part in self.when], fields=self.vocabulary.types)
        if found.problems:
            self.show(found, "rule")
            return None
        return found.conditions


def of_stored(conditions: Sequence[Any], words: Vocabulary) -> Values:
    return of_conditions(conditions, words, STEM)
