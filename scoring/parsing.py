"""JSON to Definition, with a reason for the marketer at every place that cannot be meant."""

import re
from collections import Counter
from typing import Any

from django.utils.translation import gettext as _

from accounts.text import TextError, clean_text
from leads.rules import RuleError
from leads.rules import parse as parse_condition
from scoring.definition import Band, Criterion, Decay, Definition, Effect, EventMatch, Group

MOST_CRITERIA = 100
MOST_BANDS = 10
POINTS = 1000
LIMIT = 10_000
DAYS = 730
KEY = re.compile(r"[a-z0-9_]{1,60}")
WHOLE = re.compile(r"[+-]?[0-9]{1,9}")
# What a band does, weakest first: a higher band never does less than a lower one.
EFFECTS = [Effect.NONE, Effect.NURTURE, Effect.MQL, Effect.SALES_READY]


class DefinitionError(ValueError):
    """`problems` maps a place to sentences. A place is "model", "bands", "total_cap", "total_floor",
    "caps.<group>", "bands.<key>.<name>" or "<criterion key>.<name>", where <name> says what is wrong."""

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
        data = _mapping(data)
        criteria = self._criteria(data.get("criteria"))
        bands = self._bands(data.get("bands"))
        caps = self._caps(_mapping(data.get("caps")))
        cap = self._whole("total_cap", data.get("total_cap"), low=-LIMIT, high=LIMIT, empty=True)
        floor = self._whole(
            "total_floor", data.get("total_floor"), low=-LIMIT, high=LIMIT, empty=True
        )
        if cap is not None and floor is not None and floor >= cap:
            self.wrong("total_floor", _("The lower limit must lie below the upper one."))
        trust = self._trust(data.get("trust"))
        if self.problems:
            raise DefinitionError(self.problems)
        return Definition(criteria, bands, caps, cap, floor, trust)

    # Criteria --------------------------------------------------------------------------------

    def _criteria(self, data: Any) -> tuple[Criterion, ...]:
        items = data if isinstance(data, list) else []
        if not items:
            self.wrong("model", _("A model needs at least one criterion."))
        if len(items) > MOST_CRITERIA:
            self.wrong("model", _("A model holds at most %(n)d criteria.") % {"n": MOST_CRITERIA})
        criteria = [
            made for item in items[:MOST_CRITERIA] if (made := self._criterion(item)) is not None
        ]
        for key, times in Counter(criterion.key for criterion in criteria).items():
            if times > 1:
                self.wrong(f"{key}.key", _("Two criteria have the same key."))
        return tuple(criteria)

    def _criterion(self, item: Any) -> Criterion | None:
        item = _mapping(item)
        key = self._key(item.get("key"))
        if key is None:
            self.wrong("model", _("A criterion needs a key of small letters, digits and _."))
            return None
        group = item.get("group")
        if not isinstance(group, str) or group not in set(Group):
            self.wrong(f"{key}.group", _("Choose fit, engagement or negative."))
            return None
        label = self._text(f"{key}.label", item.get("label"), 120)
        if not label:
            self.wrong(f"{key}.label", _("Give the criterion a name."))
        points = self._points(key, item.get("points"), Group(group))
        start = Criterion(key, label, Group(group), points)
        if "condition" in item:
            return self._attribute(start, item["condition"])
        return self._event(start, item) if "event" in item else self._absence(start, item)

    def _points(self, key: str, value: Any, group: Group) -> int:
        place = f"{key}.points"
        points = self._whole(place, value, low=-POINTS, high=POINTS) or 0
        if group is Group.NEGATIVE and points > 0:
            self.wrong(
                place, _("What counts against a lead takes points away: give a number below zero.")
            )
        if group is not Group.NEGATIVE and points < 0:
            self.wrong(place, _("Points below zero belong to the negative group."))
        return points

    def _attribute(self, start: Criterion, data: Any) -> Criterion | None:
        try:
            condition = parse_condition(data, fields=self.fields)
        except RuleError as error:
            self.wrong(f"{start.key}.condition", str(error))
            return None
        return Criterion(start.key, start.label, start.group, start.points, condition=condition)

    def _absence(self, start: Criterion, item: dict[str, Any]) -> Criterion:
        days = self._whole(f"{start.key}.within_days", item.get("within_days"), low=1, high=DAYS)
        return Criterion(start.key, start.label, start.group, start.points, within_days=days)

    def _event(self, start: Criterion, item: dict[str, Any]) -> Criterion:
        key = start.key
        return Criterion(
            key, start.label, start.group, start.points,
            event=self._match(key, _mapping(item["event"])),
            each=item.get("each") is not False,
            at_least=self._whole(f"{key}.at_least", item.get("at_least", 1), low=1, high=1000) or 1,
            within_days=self._whole(f"{key}.within_days", item.get("within_days"), low=1, high=DAYS, empty=True),
            cap=self._whole(f"{key}.cap", item.get("cap"), low=1, high=LIMIT, empty=True),
            decay=self._decay(key, item.get("decay")),
        )  # fmt: skip

    def _match(self, key: str, data: dict[str, Any]) -> EventMatch:
        kind = data.get("kind")
        if not isinstance(kind, str) or kind not in self.kinds:
            self.wrong(f"{key}.kind", _("Choose which kind of event counts."))
        return EventMatch(
            str(kind),
            self._text(f"{key}.name", data.get("name"), 200),
            self._text(f"{key}.path", data.get("path"), 400),
        )

    def _decay(self, key: str, data: Any) -> Decay | None:
        if not data:
            return None
        if _mapping(data).get("kind") not in ("half_life", "linear"):
            self.wrong(f"{key}.decay", _("Points fade by halves or in a straight line."))
            return None
        days = self._whole(f"{key}.decay", data.get("days"), low=1, high=365)
        return Decay(data["kind"], days or 1)

    # Bands and limits ------------------------------------------------------------------------

    def _bands(self, data: Any) -> tuple[Band, ...]:
        items = [_mapping(item) for item in data] if isinstance(data, list) else []
        if not 2 <= len(items) <= MOST_BANDS or items[0].get("start") is not None:
            self.wrong(
                "bands", _("A model needs a lowest band without a start, and one to nine above it.")
            )
            return ()
        bands = tuple(self._band(item, lowest=n == 0) for n, item in enumerate(items))
        starts = [band.start for band in bands[1:] if band.start is not None]
        if starts != sorted(set(starts)):
            self.wrong("bands", _("Each band must start above the one before it."))
        if len({band.key for band in bands}) < len(bands):
            self.wrong("bands", _("Two bands have the same key."))
        effects = [EFFECTS.index(band.effect) for band in bands]
        if Effect.MQL not in {band.effect for band in bands} or effects != sorted(effects):
            self.wrong("bands", _("One band must make an MQL, and none above it may do less."))
        return bands

    def _band(self, item: dict[str, Any], *, lowest: bool) -> Band:
        key = self._key(item.get("key"))
        if key is None:
            self.wrong("bands", _("A band needs a key of small letters, digits and _."))
        name = self._text(f"bands.{key}.name", item.get("name"), 40)
        if not name:
            self.wrong(f"bands.{key}.name", _("Every band needs a name."))
        start = self._whole(
            f"bands.{key}.start", item.get("start"), low=-LIMIT, high=LIMIT, empty=lowest
        )
        effect = item.get("effect")
        if not isinstance(effect, str) or effect not in set(Effect):
            self.wrong("bands", _("A band does nothing, nurtures, makes an MQL or is sales-ready."))
            effect = Effect.NONE
        return Band(str(key), name, start, Effect(effect))

    def _caps(self, data: dict[str, Any]) -> dict[Group, int | None]:
        return {
            group: self._whole(f"caps.{group}", data.get(str(group)), low=1, high=LIMIT, empty=True)
            for group in Group
        }

    def _trust(self, data: Any) -> tuple[int, ...]:
        levels = [0, 1] if data is None else data
        if (
            not isinstance(levels, list)
            or not levels
            or any(level not in range(6) for level in levels)
        ):
            self.wrong("model", _("Trust is a list of levels from 0 to 5."))
            return (0, 1)
        return tuple(sorted({int(level) for level in levels}))

    # Small things ----------------------------------------------------------------------------

    def _key(self, value: Any) -> str | None:
        return value if isinstance(value, str) and KEY.fullmatch(value) else None

    def _text(self, place: str, value: Any, most: int) -> str:
        try:
            return clean_text(str(value or "").strip(), limit=most)
        except TextError as error:
            self.wrong(place, str(error))
            return ""

    def _whole(
        self, place: str, value: Any, *, low: int, high: int, empty: bool = False
    ) -> int | None:
        if value is None or value == "":
            if not empty:
                self.wrong(place, _("Give a whole number."))
            return None
        written = str(value).replace("−", "-").strip()
        if isinstance(value, bool) or not WHOLE.fullmatch(written):
            self.wrong(place, _("This must be a whole number."))
            return None
        if not low <= int(written) <= high:
            bounds = {"low": str(low).replace("-", "−"), "high": high}
            self.wrong(place, _("This must lie between %(low)s and %(high)s.") % bounds)
            return None
        return int(written)


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
