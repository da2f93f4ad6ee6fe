"""A criterion in words: what it asks of a lead, and how its points behave."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leads.vocabulary import choices, lists
from leads.vocabulary import wording as conditions
from leads.vocabulary.rules import Condition
from scoring import catalogue
from scoring.definition import Bonus, Criterion, EventMatch, Idle, PropertyTest


@dataclass(frozen=True)
class Words:
    """Labels of fields, event kinds, lists and, by field, values, by key; read once for a page."""

    fields: dict[str, str]
    kinds: dict[str, str]
    lists: dict[str, str] = field(default_factory=dict)
    choices: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def read(cls) -> "Words":
        frozen = lists.current()
        return cls(
            catalogue.field_labels(),
            choices.kind_labels(),
            conditions.list_names(frozen),
            catalogue.value_labels(frozen),
        )

    def asks(self, criterion: Criterion) -> str:
        """What must hold for the points, as one sentence without a full stop."""
        if criterion.condition is not None:
            return self.condition(criterion.condition)
        days = criterion.within_days
        if criterion.people is not None:
            return self._people(criterion)
        if criterion.is_absence:
            return _days("No activity for %(n)d day", "No activity for %(n)d days", days)
        parts = [self.event(criterion.event) if criterion.event else self._sequence(criterion)]
        if criterion.at_least > 1:
            parts.append(_("%(n)d or more times") % {"n": criterion.at_least})
        if days:
            parts.append(_days("in the last %(n)d day", "in the last %(n)d days", days))
        return ", ".join(parts)

    def everybody_who(self, conditions: Iterable[Condition]) -> str:
        """Whom conditions mean, all of which must hold."""
        return self.conditions(conditions) or _("Everybody else")

    def event(self, event: EventMatch) -> str:
        """Which events count: “Page viewed at /pricing…”."""
        said = self.kinds.get(event.kind, event.kind)
        if event.name:
            said += _(" “%(name)s”") % {"name": event.name}
        if event.path:
            said += _(" at %(path)s…") % {"path": event.path}
        if event.campaign:
            said += _(" of the campaign “%(campaign)s”") % {"campaign": event.campaign}
        tests = _(" and ").join(_test(test) for test in event.properties)
        return _("%(event)s where %(tests)s") % {"event": said, "tests": tests} if tests else said

    def condition(self, condition: Condition) -> str:
        return conditions.said(condition, self.fields, self.choices, self.lists)

    def conditions(self, conditions: Iterable[Condition]) -> str:
        return _(" and ").join(self.condition(one) for one in conditions)

    def _sequence(self, criterion: Criterion) -> str:
        assert criterion.sequence is not None
        steps = _(", then ").join(self.event(step) for step in criterion.sequence.steps)
        span = criterion.sequence.span_days
        return _days("%(what)s within %(n)d day", "%(what)s within %(n)d days", span, what=steps)

    def _people(self, criterion: Criterion) -> str:
        assert criterion.people is not None
        deeds = _(" and ").join(self.event(deed) for deed in criterion.people.deeds)
        who = ngettext(
            "%(n)d person of the company", "%(n)d people of the company", criterion.people.people
        ) % {"n": criterion.people.people}
        return _days(
            "%(who)s: %(what)s, in the last %(n)d day",
            "%(who)s: %(what)s, in the last %(n)d days",
            criterion.within_days, who=who, what=deeds,
        )  # fmt: skip


def behaves(criterion: Criterion) -> list[str]:
    """How the points of a criterion behave, in a few short phrases."""
    return [phrase for _field, phrase in behaviours(criterion)]


def behaviours(c: Criterion) -> list[tuple[str, str]]:
    """The same phrases, each with the field of the criterion's form that it tells of."""
    said = list(_counting(c)) if c.counts else []
    if c.first_of:
        said.append(("first_of", _("only the first of “%(name)s”") % {"name": c.first_of}))
    return said


def _counting(c: Criterion) -> Iterable[tuple[str, str]]:
    if not c.each:
        yield "each", _("counts once")
    if c.sequence and c.sequence.again_days:
        days = c.sequence.again_days
        yield "again_days", _days("at most once in %(n)d day", "at most once in %(n)d days", days)
    if c.decay and c.decay.kind == "linear":
        days = c.decay.days
        yield "decay_days", _days("gone after %(n)d day", "gone after %(n)d days", days)
    elif c.decay:
        days = c.decay.days
        yield "decay_days", _days("halves every %(n)d day", "halves every %(n)d days", days)
    if c.bonus:
        yield "bonus_points", _bonus(c.bonus)
    if c.idle:
        yield "idle_lose", loses(c.idle)
    if c.cap is not None:
        yield "cap", _("at most %(n)d") % {"n": c.cap}


def _bonus(bonus: Bonus) -> str:
    return _days(
        "%(points)s more for each in the last %(n)d day",
        "%(points)s more for each in the last %(n)d days",
        bonus.days, points=f"{bonus.points:+,}".replace("-", "−"),
    )  # fmt: skip


def loses(idle: Idle) -> str:
    """“loses 10 % for every full 7 days without activity”."""
    return _days(
        "loses %(lose)d %% for every full day without activity",
        "loses %(lose)d %% for every full %(n)d days without activity",
        idle.days, lose=idle.lose,
    )  # fmt: skip


def _test(test: PropertyTest) -> str:
    sentence = {
        "is": _("%(property)s is %(value)s"),
        "contains": _("%(property)s contains %(value)s"),
        "starts_with": _("%(property)s starts with %(value)s"),
        "at_least": _("%(property)s is at least %(value)s"),
        "at_most": _("%(property)s is at most %(value)s"),
    }[test.op]
    return sentence % {"property": test.property, "value": test.value}


def _days(one: str, many: str, days: int | None, **said: object) -> str:
    return ngettext(one, many, days or 0) % {"n": days or 0, **said}
