"""JSON to Definition, with every problem at once."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from leads.stages import GIVEN
from leads.vocabulary import lists
from leads.vocabulary.lists import Frozen
from leads.vocabulary.rules import Condition
from scoring.definition.parts import (
    LIMIT,
    Alerts,
    Band,
    Criterion,
    Disqualifier,
    Effect,
    Group,
    Matrix,
    Variant,
)
from scoring.definition.reading import DefinitionError, items, mapping
from scoring.definition.reading_criteria import CriteriaReader
from scoring.definition.whole import Definition

MOST_BANDS = 10
MOST_VARIANTS = 20
SCOPES = ("engagement", "total")
# What a band does, weakest first: a higher band never does less than a lower one.
EFFECTS = [Effect.DISQUALIFY, Effect.NONE, Effect.NURTURE, Effect.MQL, Effect.SALES_READY]


def parse(
    data: Any,
    *,
    fields: dict[str, str],
    kinds: set[str],
    frozen: Frozen | None = None,
    trusted: bool = False,
) -> Definition:
    """A definition out of JSON. `fields` are the rule catalogue's types, `kinds` the event kinds that exist,
    `frozen` the lists that are kept with it: those in `data` where it is None.

    Raises DefinitionError with every problem at once. What was stored is `trusted`: it was valid by the
    rules of its day."""
    data = mapping(data)
    if frozen is None:
        frozen = lists.from_json(mapping(data.get("frozen")))
    reader = _Reader(fields, kinds, frozen)
    found = reader.definition(data)
    if reader.problems and not trusted:
        raise DefinitionError(reader.problems)
    return replace(found, frozen=_used(found, frozen))


def _used(d: Definition, frozen: Frozen) -> Frozen:
    asked = [c.condition for c in d.criteria if c.condition]
    asked += [q.condition for q in d.disqualifiers]
    asked += [condition for v in d.variants for condition in v.when]
    fields = {condition.field for condition in asked}
    return lists.only(
        frozen,
        lists={c.value for c in asked if c.op in ("in_list", "not_in_list")},
        seniority="title.seniority" in fields,
        department="title.department" in fields,
    )


class _Reader(CriteriaReader):
    def definition(self, data: dict[str, Any]) -> Definition:
        criteria = self.criteria(data.get("criteria"))
        caps, floors = self._limits("caps", data), self._limits("floors", data)
        idle = mapping(data.get("idle"))
        cap = self.whole("total_cap", data.get("total_cap"), low=-LIMIT, high=LIMIT, empty=True)
        floor = self.whole(
            "total_floor", data.get("total_floor"), low=-LIMIT, high=LIMIT, empty=True
        )
        if cap is not None and floor is not None and floor >= cap:
            self.wrong("total_floor", _("The lower limit must lie below the upper one."))
        disqualifiers = self._disqualifiers(data.get("disqualifiers"))
        made = Definition(
            criteria, self._bands(data.get("bands"), criteria), caps, floors, cap, floor,
            trust=self._trust(data.get("trust")),
            idle=self.idle("idle", idle),
            idle_scope=idle["scope"] if idle.get("scope") in SCOPES else "total",
            disqualifiers=disqualifiers,
            variants=self._variants(data.get("variants"), criteria),
            matrix=self._matrix(data.get("matrix")),
            alerts=self._alerts(mapping(data.get("alerts"))),
            cooling_days=self.whole("cooling_days", data.get("cooling_days") or 0, low=0, high=730) or 0,
            sql_by_score=data.get("sql_by_score") is True,
        )  # fmt: skip
        self._refuse_cycles(made)
        self._refuse_shared_flags(made)
        return made

    def _limits(self, name: str, data: dict[str, Any]) -> dict[Group, int | None]:
        """Caps and floors of groups in points. Versions of the first days limit the negative group by a
        number without sign among the caps."""
        said = dict(mapping(data.get(name)))
        if "floors" not in data:
            first = mapping(data.get("caps")).get("negative")
            said = (
                {"negative": f"-{first}" if first else None}
                if name == "floors"
                else {**said, "negative": None}
            )
        made = {}
        for group in Group:
            down = group is Group.NEGATIVE
            low = 1 if name == "caps" and not down else -LIMIT
            high = -1 if name == "floors" and down else LIMIT
            made[group] = self.whole(
                f"{name}.{group}", said.get(str(group)), low=low, high=high, empty=True
            )
        return made

    def _trust(self, data: Any) -> tuple[int, ...]:
        levels = [0, 1] if data is None else data
        known = isinstance(levels, list) and all(
            isinstance(level, int) and level in range(6) for level in levels
        )
        if not known or not levels:
            self.wrong("model", _("Trust is a list of levels from 0 to 5."))
            return (0, 1)
        return tuple(sorted({int(level) for level in levels}))

    def _matrix(self, data: Any) -> Matrix | None:
        if not data:
            return None
        fit = self.falling("matrix", mapping(data).get("fit"))
        engagement = self.falling("matrix", mapping(data).get("engagement"))
        return Matrix(fit, engagement) if fit and engagement else None

    def _alerts(self, data: dict[str, Any]) -> Alerts:
        pages = data.get("pages") if isinstance(data.get("pages"), list) else []
        return Alerts(
            self.whole("alerts", data.get("rise"), low=1, high=LIMIT, empty=True),
            tuple(text for page in (pages or [])[:20] if (text := self.text("alerts", page, 400))),
        )

    # Bands -----------------------------------------------------------------------------------

    def _bands(self, data: Any, criteria: tuple[Criterion, ...]) -> tuple[Band, ...]:
        found = items(data, MOST_BANDS + 1)
        bands = tuple(self._band(item, criteria) for item in found)
        if not 2 <= len(bands) <= MOST_BANDS or not bands[0].is_lowest:
            self.wrong(
                "bands", _("A model needs a lowest band without a start, and one to nine above it.")
            )
            return bands or (Band("none", "-", None, Effect.NONE),)
        for band in bands[1:]:
            if band.is_lowest:
                self.wrong(
                    f"bands.{band.key}.start", _("Say from which score on, or what must be met.")
                )
        starts = [band.start for band in bands[1:] if band.start is not None]
        if starts != sorted(set(starts)):
            self.wrong("bands", _("Each band must start above the one before it."))
        if len({band.key for band in bands}) < len(bands):
            self.wrong("bands", _("Two bands have the same key."))
        effects = [EFFECTS.index(band.effect) for band in bands]
        if Effect.MQL not in {band.effect for band in bands} or effects != sorted(effects):
            self.wrong("bands", _("One band must make an MQL, and none above it may do less."))
        return bands

    def _band(self, item: dict[str, Any], criteria: tuple[Criterion, ...]) -> Band:
        key = self.key(item.get("key"))
        if key is None:
            self.wrong("bands", _("A band needs a key of small letters, digits and _."))
        place = f"bands.{key}"
        name = self.text(f"{place}.name", item.get("name"), 40)
        if not name:
            self.wrong(f"{place}.name", _("Every band needs a name."))
        effect = item.get("effect")
        if not isinstance(effect, str) or effect not in set(Effect):
            self.wrong(f"{place}.effect", _("Choose what the band does."))
            effect = Effect.NONE
        numbers = {
            name: self.whole(f"{place}.{name}", item.get(name), low=-LIMIT, high=LIMIT, empty=True)
            for name in ("start", "min_fit", "min_engagement", "leave")
        }
        made = Band(
            str(key), name, effect=Effect(effect), needs=self._needs(place, item.get("needs"), criteria),
            reason=self.text(f"{place}.reason", item.get("reason"), 200), **numbers,
        )  # fmt: skip
        self._judge(place, made)
        return made

    def _judge(self, place: str, band: Band) -> None:
        if band.leave is not None and (band.start is None or band.leave > band.start):
            self.wrong(f"{place}.leave", _("A band is left at or below the score that enters it."))
        if band.effect is Effect.DISQUALIFY and not band.reason:
            self.wrong(f"{place}.reason", _("Say why such leads are out of the race."))

    def _needs(self, place: str, data: Any, criteria: tuple[Criterion, ...]) -> tuple[str, ...]:
        asked = [str(key) for key in data[:10]] if isinstance(data, list) else []
        known = {c.key for c in criteria}
        for key in asked:
            if key not in known:
                self.wrong(f"{place}.needs", _("There is no criterion “%(key)s”.") % {"key": key})
        return tuple(dict.fromkeys(key for key in asked if key in known))

    # Who is out of the race, and for whom other points count -----------------------------------

    def _disqualifiers(self, data: Any) -> tuple[Disqualifier, ...]:
        made = []
        for item in items(data, 50):
            key = self.key(item.get("key"))
            place = f"disqualifiers.{key}"
            condition = self.condition(f"{place}.condition", item.get("condition"))
            label = self.text(f"{place}.label", item.get("label"), 120)
            if key is None or not label:
                self.wrong(f"{place}.label", _("Give the reason a name."))
            elif condition:
                made.append(Disqualifier(key, label, condition))
        return tuple(made)

    def _variants(self, data: Any, criteria: tuple[Criterion, ...]) -> tuple[Variant, ...]:
        made = []
        by_key = {c.key: c for c in criteria}
        for item in items(data, MOST_VARIANTS):
            key = self.key(item.get("key"))
            place = f"variants.{key}"
            label = self.text(f"{place}.label", item.get("label"), 120)
            when = self.conditions(place, item.get("when"))
            points = {
                name: self.points(f"{place}.points.{name}", value, by_key[name].group)
                for name, value in mapping(item.get("points")).items()
                if name in by_key
            }
            if key is None or not label:
                self.wrong(f"{place}.label", _("Give the variant a name."))
            elif when:
                made.append(Variant(key, label, when, tuple(sorted(points.items()))))
        return tuple(made)

    def _refuse_cycles(self, d: Definition) -> None:
        places = [(f"{c.key}.condition", c.condition) for c in d.criteria if c.condition]
        places += [(f"disqualifiers.{q.key}.condition", q.condition) for q in d.disqualifiers]
        places += [
            (f"variants.{v.key}.when{n}", condition)
            for v in d.variants
            for n, condition in enumerate(v.when, start=1)
        ]
        for place, condition in places:
            if turns_round(condition):
                self.wrong(
                    place,
                    _(
                        "A score cannot ask for a stage that it brings about; opportunity, customer and lost it may."
                    ),
                )

    def _refuse_shared_flags(self, d: Definition) -> None:
        keys = [q.key for q in d.disqualifiers] + [b.key for b in d.bands]
        for key in {key for key in keys if keys.count(key) > 1}:
            self.wrong(f"disqualifiers.{key}", _("This key is taken."))


def turns_round(condition: Condition) -> bool:
    """Whether the condition asks for a stage that scores themselves bring about."""
    if condition.field != "stage":
        return False
    asked = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    return condition.op not in ("is", "one_of") or not set(asked) <= GIVEN
