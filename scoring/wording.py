"""A criterion in words: what it asks of a lead, and how its points behave."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from leads.rules import Condition
from scoring import catalogue
from scoring.definition import Criterion, EventMatch
from scoring.definition.parts import People, Sequence

SHOWN_OF_A_LIST = 4


@dataclass(frozen=True)
class Words:
    """Labels of fields and event kinds by key; read once for a page."""

    fields: dict[str, str]
    kinds: dict[str, str]

    @classmethod
    def read(cls) -> "Words":
        return cls(catalogue.field_labels(), catalogue.kind_labels())

    def asks(self, criterion: Criterion) -> str:
        """What must hold for the points, as one sentence without a full stop."""
        if criterion.condition is not None:
            return self._condition(criterion.condition)
        if criterion.sequence is not None:
            return self._sequence(criterion.sequence)
        if criterion.people is not None:
            return self._people(criterion.people, criterion.within_days)
        if criterion.event is None:
            return _days(
                "No activity for %(n)d day", "No activity for %(n)d days", criterion.within_days
            )
        parts = [self._event(criterion.event)]
        if criterion.at_least > 1:
            parts.append(_("%(n)d or more times") % {"n": criterion.at_least})
        if criterion.within_days:
            parts.append(
                _days("in the last %(n)d day", "in the last %(n)d days", criterion.within_days)
            )
        return ", ".join(parts)

    def everybody_who(self, conditions: Iterable[Condition]) -> str:
        """Whom conditions mean, all of which must hold."""
        said = [self._condition(condition) for condition in conditions]
        return _(" and ").join(said) if said else _("Everybody else")

    def _sequence(self, sequence: Sequence) -> str:
        steps = _(", then ").join(self._event(step) for step in sequence.steps)
        within = _days("within %(n)d day", "within %(n)d days", sequence.span_days)
        return f"{steps}, {within}"

    def _people(self, people: People, days: int | None) -> str:
        deeds = _(" and ").join(self._event(deed) for deed in people.deeds)
        who = ngettext("%(n)d person", "%(n)d people", people.people) % {"n": people.people}
        return _("%(who)s of one company: %(deeds)s, %(within)s") % {
            "who": who, "deeds": deeds,
            "within": _days("in the last %(n)d day", "in the last %(n)d days", days),
        }  # fmt: skip

    def _event(self, event: EventMatch) -> str:
        said = self.kinds.get(event.kind, event.kind)
        if event.name:
            said += _(" “%(name)s”") % {"name": event.name}
        if event.path:
            said += _(" at %(path)s…") % {"path": event.path}
        if event.campaign:
            said += _(" of campaign %(campaign)s") % {"campaign": event.campaign}
        for test in event.properties:
            asked = _TESTS[test.op] % {"value": test.value}
            said += _(", %(property)s %(asked)s") % {"property": test.property, "asked": asked}
        return said

    def _condition(self, condition: Condition) -> str:
        field = self.fields.get(condition.field, condition.field)
        return f"{field} {_CONDITIONS[condition.op](condition.value)}"


def behaves(criterion: Criterion) -> list[str]:
    """How the points of a criterion that counts behave, in a few short phrases."""
    if not criterion.counts:
        return []
    said = [] if criterion.each else [_("counts once")]
    if criterion.sequence and criterion.sequence.again_days:
        again = criterion.sequence.again_days
        said.append(_days("once in %(n)d day", "once in %(n)d days", again))
    if criterion.decay and criterion.decay.kind == "linear":
        said.append(_days("gone after %(n)d day", "gone after %(n)d days", criterion.decay.days))
    elif criterion.decay:
        said.append(
            _days("halves every %(n)d day", "halves every %(n)d days", criterion.decay.days)
        )
    if criterion.bonus:
        days = _days("in the last %(n)d day", "in the last %(n)d days", criterion.bonus.days)
        points = f"{criterion.bonus.points:+d}".replace("-", "−")
        said.append(_("%(points)s for each %(days)s") % {"points": points, "days": days})
    if criterion.idle:
        said.append(
            _("%(lose)d %% less for every %(days)d days of silence")
            % {"lose": criterion.idle.lose, "days": criterion.idle.days}
        )
    if criterion.cap is not None:
        said.append(_("at most %(n)d") % {"n": criterion.cap})
    return said


def _days(one: str, many: str, days: int | None) -> str:
    return ngettext(one, many, days or 0) % {"n": days or 0}


def _listed(texts: Any) -> str:
    shown = ", ".join(texts[:SHOWN_OF_A_LIST])
    more = len(texts) - SHOWN_OF_A_LIST
    return _("%(shown)s and %(more)d more") % {"shown": shown, "more": more} if more > 0 else shown


def _called(key: str) -> str:
    """A list by its key, as people read it."""
    return f"“{key.replace('_', ' ')}”"


def _range(bounds: Any) -> str:
    low, high = bounds
    if high is None:
        return _("is %(low)s or more") % {"low": _bound(low)}
    if low is None:
        return _("is %(high)s or less") % {"high": _bound(high)}
    return _("is between %(low)s and %(high)s") % {"low": _bound(low), "high": _bound(high)}


def _bound(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _is(value: Any) -> str:
    if isinstance(value, bool):
        return _("is yes") if value else _("is no")
    return _("is %(value)s") % {"value": _bound(value)}


_TESTS = {
    "is": gettext_lazy("is %(value)s"),
    "contains": gettext_lazy("contains %(value)s"),
    "starts_with": gettext_lazy("starts with %(value)s"),
    "at_least": gettext_lazy("is %(value)s or more"),
    "at_most": gettext_lazy("is %(value)s or less"),
}
_CONDITIONS: dict[str, Any] = {
    "is": _is,
    "one_of": lambda value: _("is one of %(list)s") % {"list": _listed(value)},
    "not_one_of": lambda value: _("is none of %(list)s") % {"list": _listed(value)},
    "in_list": lambda value: _("is in the list %(list)s") % {"list": _called(value)},
    "not_in_list": lambda value: _("is not in the list %(list)s") % {"list": _called(value)},
    "has_word": lambda value: _("has the word %(list)s") % {"list": _listed(value)},
    "contains_any": lambda value: _("contains %(list)s") % {"list": _listed(value)},
    "starts_with": lambda value: _("starts with %(value)s") % {"value": value},
    "between": _range,
    "known": lambda value: _("is known"),
    "unknown": lambda value: _("is unknown"),
}
