"""Criteria out of JSON."""

from collections import Counter
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from leads.vocabulary.lists import Frozen
from leads.vocabulary.rules import Condition, RuleError
from leads.vocabulary.rules import parse as parse_condition
from scoring.definition.parts import (
    LIMIT,
    Bonus,
    Criterion,
    Decay,
    EventMatch,
    Group,
    Idle,
    People,
    PropertyTest,
    Sequence,
)
from scoring.definition.reading import Reader, items, mapping

MOST_CRITERIA = 100
POINTS = 1000
DAYS = 730
TESTS = {"is", "contains", "starts_with", "at_least", "at_most"}
STEPS = range(2, 6)


class CriteriaReader(Reader):
    """`fields` are the rule catalogue's types, `kinds` the event kinds that exist, `frozen` the lists."""

    def __init__(self, fields: dict[str, str], kinds: set[str], frozen: Frozen) -> None:
        super().__init__()
        self.fields, self.kinds, self.frozen = fields, kinds, frozen

    def criteria(self, data: Any) -> tuple[Criterion, ...]:
        found = items(data, MOST_CRITERIA + 1)
        if not found:
            self.wrong("model", _("A model needs at least one criterion."))
        if len(found) > MOST_CRITERIA:
            self.wrong("model", _("A model holds at most %(n)d criteria.") % {"n": MOST_CRITERIA})
        criteria = [made for item in found if (made := self._criterion(item)) is not None]
        for key, times in Counter(criterion.key for criterion in criteria).items():
            if times > 1:
                self.wrong(f"{key}.key", _("Two criteria have the same key."))
        return tuple(criteria)

    def _criterion(self, item: dict[str, Any]) -> Criterion | None:
        key = self.key(item.get("key"))
        if key is None:
            self.wrong("model", _("A criterion needs a key of small letters, digits and _."))
            return None
        group = item.get("group")
        if not isinstance(group, str) or group not in set(Group):
            self.wrong(f"{key}.group", _("Choose fit, engagement, account or negative."))
            return None
        label = self.text(f"{key}.label", item.get("label"), 120)
        if not label:
            self.wrong(f"{key}.label", _("Give the criterion a name."))
        points = self.points(f"{key}.points", item.get("points"), Group(group))
        first_of = self.text(f"{key}.first_of", item.get("first_of"), 60)
        start = Criterion(key, label, Group(group), points, first_of=first_of)
        return self._asking(start, item)

    def _asking(self, start: Criterion, item: dict[str, Any]) -> Criterion | None:
        if "condition" in item:
            condition = self.condition(f"{start.key}.condition", item["condition"])
            return self._told(start, condition) if condition else None
        if start.group is Group.ACCOUNT and "people" not in item:
            self.wrong(
                f"{start.key}.group", _("Here only facts of the company and its people count.")
            )
        if "event" in item:
            return self._counting(
                replace(start, event=self.match(start.key, mapping(item["event"]))), item
            )
        if "sequence" in item:
            return self._counting(
                replace(start, sequence=self._sequence(start.key, mapping(item["sequence"]))), item
            )
        days = self.whole(f"{start.key}.within_days", item.get("within_days"), low=1, high=DAYS)
        start = replace(start, within_days=days)
        if "people" in item:
            return replace(start, people=self._people(start.key, mapping(item["people"])))
        return start

    def points(self, place: str, value: Any, group: Group) -> int:
        points = self.whole(place, value, low=-POINTS, high=POINTS) or 0
        if group is Group.NEGATIVE and points > 0:
            self.wrong(
                place, _("What counts against a lead takes points away: give a number below zero.")
            )
        if group is not Group.NEGATIVE and points < 0:
            self.wrong(place, _("Points below zero belong to the negative group."))
        return points

    # Facts -----------------------------------------------------------------------------------

    def condition(self, place: str, data: Any) -> Condition | None:
        try:
            return parse_condition(data, fields=self.fields, lists=self._lists)
        except RuleError as error:
            self.wrong(place, str(error))
            return None

    def conditions(self, place: str, data: Any) -> tuple[Condition, ...]:
        """Conditions that must all hold, with what is wrong of the n-th at `<place>.when<n>`."""
        read = [
            self.condition(f"{place}.when{n}", item)
            for n, item in enumerate(items(data, 20), start=1)
        ]
        if not read:
            self.wrong(place, _("Say for which leads."))
        return tuple(condition for condition in read if condition)

    @property
    def _lists(self) -> set[str]:
        return {named.key for named in self.frozen.lists}

    def _told(self, start: Criterion, condition: Condition) -> Criterion:
        if start.group is Group.ACCOUNT and not condition.field.startswith("company."):
            self.wrong(
                f"{start.key}.condition", _("Here only facts of the company and its people count.")
            )
        return replace(start, condition=condition)

    # Deeds -----------------------------------------------------------------------------------

    def _counting(self, c: Criterion, item: dict[str, Any]) -> Criterion:
        key, whole = c.key, self.whole
        made = replace(
            c,
            each=item.get("each") is not False,
            at_least=whole(f"{key}.at_least", item.get("at_least", 1), low=1, high=1000) or 1,
            within_days=whole(
                f"{key}.within_days", item.get("within_days"), low=1, high=DAYS, empty=True
            ),
            cap=whole(f"{key}.cap", item.get("cap"), low=1, high=LIMIT, empty=True),
            decay=self._decay(key, item.get("decay")),
            bonus=self._bonus(c, item.get("bonus")),
            idle=self.idle(f"{key}.idle", item.get("idle")),
        )
        if made.cap is not None and made.cap < abs(made.points):
            self.wrong(f"{key}.cap", _("The limit lies below the points of a single time."))
        return made

    def match(self, key: str, data: dict[str, Any]) -> EventMatch:
        kind = data.get("kind")
        if not isinstance(kind, str) or kind not in self.kinds:
            self.wrong(f"{key}.kind", _("Choose which kind of event counts."))
        return EventMatch(
            str(kind),
            self.text(f"{key}.name", data.get("name"), 200),
            self.text(f"{key}.path", data.get("path"), 400),
            self.text(f"{key}.campaign", data.get("campaign"), 120),
            tuple(
                self._test(f"{key}.property{n}", test)
                for n, test in enumerate(items(data.get("properties"), 5), start=1)
            ),
        )

    def _test(self, place: str, data: dict[str, Any]) -> PropertyTest:
        name = self.text(place, data.get("property"), 100)
        op, value = str(data.get("op")), self.text(place, data.get("value"), 400)
        if not name or not value or op not in TESTS:
            self.wrong(place, _("A property needs a name, how to compare, and with what."))
        elif op in ("at_least", "at_most"):
            self.whole(place, value, low=-(10**9), high=10**9)
        return PropertyTest(name, op, value)

    def _decay(self, key: str, data: Any) -> Decay | None:
        if not data:
            return None
        if mapping(data).get("kind") not in ("half_life", "linear"):
            self.wrong(f"{key}.decay", _("Points fade by halves or in a straight line."))
            return None
        days = self.whole(f"{key}.decay", data.get("days"), low=1, high=365)
        return Decay(data["kind"], days or 1)

    def _bonus(self, c: Criterion, data: Any) -> Bonus | None:
        if not data:
            return None
        place = f"{c.key}.bonus"
        points = self.points(place, mapping(data).get("points"), c.group)
        days = self.whole(place, mapping(data).get("days"), low=1, high=365)
        return Bonus(points, days or 1)

    def idle(self, place: str, data: Any) -> Idle | None:
        if not data:
            return None
        lose = self.whole(place, mapping(data).get("lose"), low=1, high=100)
        days = self.whole(place, mapping(data).get("days"), low=1, high=365)
        return Idle(lose or 1, days or 1)

    # Several deeds ---------------------------------------------------------------------------

    def _sequence(self, key: str, data: dict[str, Any]) -> Sequence:
        steps = self._matches(f"{key}.step", data.get("steps"), 6)
        if len(steps) not in STEPS:
            self.wrong(f"{key}.steps", _("A sequence has two to five steps."))
        span = self.whole(f"{key}.span_days", data.get("span_days"), low=1, high=DAYS)
        again = self.whole(
            f"{key}.again_days", data.get("again_days"), low=1, high=DAYS, empty=True
        )
        return Sequence(steps, span or 1, again)

    def _matches(self, place: str, data: Any, most: int) -> tuple[EventMatch, ...]:
        return tuple(
            self.match(f"{place}{n}", item) for n, item in enumerate(items(data, most), start=1)
        )

    def _people(self, key: str, data: dict[str, Any]) -> People:
        deeds = self._matches(f"{key}.deed", data.get("deeds"), 5)
        if not deeds:
            self.wrong(f"{key}.deeds", _("Say what they did."))
        people = self.whole(f"{key}.people", data.get("people"), low=1, high=1000)
        return People(deeds, people or 1)
