"""JSON to Definition, with a reason for the marketer at every place that cannot be meant."""

import re
from typing import Any

from leads.rules import RuleError
from leads.rules import parse as parse_condition
from scoring.definition import Band, Criterion, Decay, Definition, Effect, EventMatch, Group

MOST_CRITERIA = 100
POINTS = 1000
DAYS = 730
KEY = re.compile(r"^[a-z0-9_]{1,60}$")


class DefinitionError(ValueError):
    """`problems` maps a place (criterion key or "bands", "caps", "model") to sentences."""

    def __init__(self, problems: dict[str, list[str]]) -> None:
        super().__init__("; ".join(text for texts in problems.values() for text in texts))
        self.problems = problems


def parse(data: Any, *, fields: dict[str, str], kinds: set[str]) -> Definition:
    """A definition out of JSON. `fields` are the rule catalogue's types, `kinds` the event kinds that exist.

    Raises DefinitionError with every problem at once."""
    return _Parser(fields, kinds).definition(data)


class _Parser:
    def __init__(self, fields: dict[str, str], kinds: set[str]) -> None:
        self.fields, self.kinds = fields, kinds
        self.problems: dict[str, list[str]] = {}

    def wrong(self, place: str, sentence: str) -> None:
        self.problems.setdefault(place, []).append(sentence)

    def definition(self, data: Any) -> Definition:
        data = data if isinstance(data, dict) else {}
        criteria = self._criteria(data.get("criteria"))
        bands = self._bands(data.get("bands"))
        caps = self._caps(data.get("caps"))
        cap = self._whole("model", data.get("total_cap"), "The cap of the total", empty=True)
        floor = self._whole("model", data.get("total_floor"), "The floor of the total", empty=True)
        if cap is not None and floor is not None and floor >= cap:
            self.wrong("model", "The floor of the total must lie below its cap.")
        if self.problems:
            raise DefinitionError(self.problems)
        trust = tuple(int(number) for number in data.get("trust") or (0, 1))
        return Definition(criteria, bands, caps, cap, floor, trust)

    def _criteria(self, data: Any) -> tuple[Criterion, ...]:
        items = data if isinstance(data, list) else []
        if not items:
            self.wrong("model", "A model needs at least one criterion.")
        if len(items) > MOST_CRITERIA:
            self.wrong("model", f"A model holds at most {MOST_CRITERIA} criteria.")
            items = items[:MOST_CRITERIA]
        criteria = [made for item in items if (made := self._criterion(item)) is not None]
        keys = [criterion.key for criterion in criteria]
        for key in {key for key in keys if keys.count(key) > 1}:
            self.wrong(key, "Two criteria have the same key.")
        return tuple(criteria)

    def _criterion(self, item: Any) -> Criterion | None:
        if not isinstance(item, dict) or not KEY.match(str(item.get("key"))):
            self.wrong("model", "A criterion needs a key of small letters, digits and _.")
            return None
        key, label = item["key"], str(item.get("label") or "").strip()[:120]
        if not label:
            self.wrong(key, "Give the criterion a name.")
        if item.get("group") not in set(Group):
            self.wrong(key, "Choose fit, engagement or negative.")
            return None
        group = Group(item["group"])
        points = self._points(key, item.get("points"), group)
        if "condition" in item:
            return self._attribute(key, label, group, points, item["condition"])
        return self._event_or_absence(key, label, group, points, item)

    def _points(self, key: str, value: Any, group: Group) -> int:
        points = self._whole(key, value, "The points", low=-POINTS, high=POINTS) or 0
        if group is Group.NEGATIVE and points > 0:
            self.wrong(key, "A negative criterion takes points away: give a number below zero.")
        if group is not Group.NEGATIVE and points < 0:
            self.wrong(key, "Points below zero belong to the negative group.")
        return points

    def _attribute(
        self, key: str, label: str, group: Group, points: int, data: Any
    ) -> Criterion | None:
        try:
            condition = parse_condition(data, fields=self.fields)
        except RuleError as error:
            self.wrong(key, str(error))
            return None
        return Criterion(key, label, group, points, condition=condition)

    def _event_or_absence(
        self, key: str, label: str, group: Group, points: int, item: dict[str, Any]
    ) -> Criterion:
        absence = "event" not in item
        days = self._whole(
            key, item.get("within_days"), "The number of days", low=1, high=DAYS, empty=not absence
        )
        if absence:
            return Criterion(key, label, group, points, within_days=days)
        return Criterion(
            key, label, group, points,
            event=self._event(key, item["event"]),
            each=item.get("each") is not False,
            at_least=self._whole(key, item.get("at_least", 1), "The least number", low=1, high=1000) or 1,
            within_days=days,
            cap=self._whole(key, item.get("cap"), "The cap", low=1, high=10_000, empty=True),
            decay=self._decay(key, item.get("decay")),
        )  # fmt: skip

    def _event(self, key: str, data: Any) -> EventMatch:
        data = data if isinstance(data, dict) else {}
        if data.get("kind") not in self.kinds:
            self.wrong(key, "Choose which kind of event counts.")
        return EventMatch(
            str(data.get("kind")),
            str(data.get("name") or "").strip()[:200],
            str(data.get("path") or "").strip()[:400],
        )

    def _decay(self, key: str, data: Any) -> Decay | None:
        if not data:
            return None
        if not isinstance(data, dict) or data.get("kind") not in ("half_life", "linear"):
            self.wrong(key, "Points fade by halves or in a straight line.")
            return None
        days = self._whole(key, data.get("days"), "The days of the fading", low=1, high=365)
        return Decay(data["kind"], days or 1)

    def _bands(self, data: Any) -> tuple[Band, ...]:
        items = [item for item in data if isinstance(item, dict)] if isinstance(data, list) else []
        if len(items) < 2 or items[0].get("start") is not None:
            self.wrong("bands", "A model needs a lowest band without a start, and one above it.")
            return ()
        bands = []
        for number, item in enumerate(items):
            start = self._whole("bands", item.get("start"), "Where a band starts", empty=number == 0)
            effect = item.get("effect") if item.get("effect") in set(Effect) else Effect.NONE
            name = str(item.get("name") or "").strip()[:40]
            if not name or not KEY.match(str(item.get("key"))):
                self.wrong("bands", "Every band needs a name.")
            bands.append(Band(str(item.get("key")), name, start, Effect(str(effect))))
        starts = [band.start for band in bands[1:] if band.start is not None]
        if starts != sorted(set(starts)):
            self.wrong("bands", "Each band must start above the one before it.")
        if not any(band.effect is Effect.MQL for band in bands):
            self.wrong("bands", "One band must make an MQL.")
        return tuple(bands)

    def _caps(self, data: Any) -> dict[Group, int | None]:
        data = data if isinstance(data, dict) else {}
        return {
            group: self._whole(
                "caps", data.get(str(group)), f"The cap of {group}", low=1, high=10_000, empty=True
            )
            for group in Group
        }

    def _whole(
        self,
        place: str,
        value: Any,
        what: str,
        *,
        low: int = -10_000,
        high: int = 10_000,
        empty: bool = False,
    ) -> int | None:
        if value in (None, ""):
            if not empty:
                self.wrong(place, f"{what} is missing.")
            return None
        try:
            number = int(str(value).replace("−", "-").strip())
        except ValueError:
            self.wrong(place, f"{what} must be a whole number.")
            return None
        if not low <= number <= high:
            self.wrong(place, f"{what} must lie between {low} and {high}.")
            return None
        return number
