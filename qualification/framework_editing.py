"""A framework is copied, changed and published as a new version; cards that were started keep theirs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from leads import journal
from qualification import catalogue
from qualification.definition import PROVEN, parse
from qualification.models import Framework

MOST_ELEMENTS = 12
MOST_FOLLOW_UPS = 6
MOST_WEIGHT = 5
STEPS = ("unknown", "assumed", "stated", "proven")
# What has to be said of an element, and how long it may be; of those in brackets nothing need be said.
TEXTS = {"name": 60, "letter": 2, "means": 200, "question": 200, **dict.fromkeys(STEPS, 200)}
FREE_TEXTS = {"tip": 200, "meaning": 40}


class Refused(ValueError):
    """`problems` maps "framework.<field>" and "framework.element<n>.<field>" to sentences."""

    def __init__(self, problems: dict[str, list[str]]) -> None:
        super().__init__("; ".join(text for texts in problems.values() for text in texts))
        self.problems = problems


def publish(shape: Mapping[str, Any], *, of: Framework | None, by: User, at: datetime) -> Framework:
    """The next version of the framework `of`, or the first one of a new framework. Raises Refused, also where
    somebody else published a version after `of`."""
    reader = _Reader(shape, of)
    definition = reader.definition()
    if reader.problems:
        raise Refused(reader.problems)
    if of is not None and parse(definition) == parse(of.definition):
        reader.refuse("name", _("Nothing is changed."))
        raise Refused(reader.problems)
    try:
        with transaction.atomic():
            made = Framework.objects.create(
                key=definition["key"], version=of.version + 1 if of else 1,
                name=definition["name"], definition=definition, by=by, created_at=at,
            )  # fmt: skip
            said = {"what": "published", "name": str(made)}
            journal.write("frameworks.changed", [None], at=at, by=by, data=said)
    except IntegrityError:
        text = _("Somebody published another version meanwhile. Open it, and change that one.")
        raise Refused({"framework.name": [text]}) from None
    return made


def shape_of(framework: Framework) -> dict[str, Any]:
    """A framework as publish() takes it."""
    definition = parse(framework.definition)
    return {
        "name": definition.name, "best_for": definition.best_for, "limits": definition.limits,
        "sum": definition.gate.sum,
        "elements": [
            {
                "key": one.key, "letter": one.letter, "name": one.name, "means": one.means,
                "question": one.question, "follow_ups": list(one.follow_ups), "tip": one.tip,
                **dict(zip(STEPS, one.examples, strict=False)), "meaning": one.meaning,
                "weight": one.weight, "least": definition.least(one.key),
                "fact": one.facts[0] if one.facts else "",
            }
            for one in definition.elements
        ],
    }  # fmt: skip


class _Reader:
    """Collects what is wrong with a shape."""

    def __init__(self, shape: Mapping[str, Any], of: Framework | None) -> None:
        self.shape, self.of, self.problems = shape, of, dict[str, list[str]]()
        self.before = {one.key: one for one in parse(of.definition).elements} if of else {}

    def refuse(self, field: str, text: str) -> None:
        self.problems.setdefault(f"framework.{field}", []).append(text)

    def definition(self) -> dict[str, Any]:
        name = self._text(self.shape, "name", 80, "name")
        elements = self._elements()
        gate = {"least": {one["key"]: one.pop("least") for one in elements if one["least"]}}
        for one in elements:
            one.pop("least", None)
        return {
            "key": self.of.key if self.of else self._key(name), "name": name,
            "best_for": self._text(self.shape, "best_for", 300, "best_for"),
            "limits": self._text(self.shape, "limits", 300, "limits"),
            "gate": {**gate, "sum": self._sum(elements)}, "elements": elements,
        }  # fmt: skip

    def _key(self, name: str) -> str:
        key = slugify(name)[:40].replace("-", "_")
        if name and (not key or catalogue.newest(key)):
            self.refuse("name", _("There is a framework of this name already."))
        return key

    def _elements(self) -> list[dict[str, Any]]:
        shapes: Sequence[Mapping[str, Any]] = self.shape.get("elements") or []
        if not 1 <= len(shapes) <= MOST_ELEMENTS:
            text = _("A framework has 1 to %(most)d elements.")
            self.refuse("name", text % {"most": MOST_ELEMENTS})
        found: list[dict[str, Any]] = []
        for number, shape in enumerate(shapes[:MOST_ELEMENTS], start=1):
            found.append(self._element(shape, f"element{number}", {one["key"] for one in found}))
        return found

    def _element(self, shape: Mapping[str, Any], place: str, taken: set[str]) -> dict[str, Any]:
        said = {
            name: self._text(shape, name, most, f"{place}.{name}") for name, most in TEXTS.items()
        }
        free = {
            name: self._text(shape, name, most, f"{place}.{name}", needed=False)
            for name, most in FREE_TEXTS.items()
        }
        # An element that is there keeps its key, so that answers and reports follow it under a new name.
        key = str(shape.get("key") or "")
        key = key if key in self.before else slugify(said["name"])[:40].replace("-", "_")
        if said["name"] and (not key or key in taken):
            self.refuse(f"{place}.name", _("Another element has this name."))
        return {
            "key": key, "letter": said["letter"], "name": said["name"], "means": said["means"],
            "question": said["question"], "follow_ups": self._follow_ups(shape, place),
            "tip": free["tip"], "examples": [said[step] for step in STEPS],
            "meaning": slugify(free["meaning"]).replace("-", "_") or key,
            "weight": self._number(shape, "weight", 1, MOST_WEIGHT, place),
            "least": self._number(shape, "least", 0, PROVEN, place),
            "facts": self._facts(key, str(shape.get("fact") or "")),
        }  # fmt: skip

    def _facts(self, key: str, fact: str) -> list[str]:
        """The field that was chosen; those behind it stay as long as it is the same."""
        before = self.before.get(key)
        if before is not None and before.facts[:1] == ((fact,) if fact else ()):
            return list(before.facts)
        return [fact] if fact else []

    def _follow_ups(self, shape: Mapping[str, Any], place: str) -> list[str]:
        lines = [" ".join(str(one).split()) for one in shape.get("follow_ups") or []]
        lines = [one for one in lines if one]
        if len(lines) > MOST_FOLLOW_UPS or any(len(one) > 200 for one in lines):
            text = _("At most %(most)d follow-ups of 200 letters each.")
            self.refuse(f"{place}.follow_ups", text % {"most": MOST_FOLLOW_UPS})
        return lines

    def _text(
        self, shape: Mapping[str, Any], name: str, most: int, place: str, *, needed: bool = True
    ) -> str:
        text = " ".join(str(shape.get(name) or "").split())
        if needed and not text:
            self.refuse(place, _("Say something here."))
        if len(text) > most:
            self.refuse(place, _("At most %(most)d letters.") % {"most": most})
        return text

    def _number(self, shape: Mapping[str, Any], name: str, low: int, high: int, place: str) -> int:
        text = str(shape.get(name, "") if shape.get(name) not in (None, "") else low)
        number = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else -1
        if not low <= number <= high:
            self.refuse(
                f"{place}.{name}", _("From %(low)d to %(high)d.") % {"low": low, "high": high}
            )
            return low
        return number

    def _sum(self, elements: Sequence[Mapping[str, Any]]) -> int:
        most = PROVEN * sum(one["weight"] for one in elements)
        text = str(self.shape.get("sum") or 0)
        number = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else -1
        if not 0 <= number <= most:
            self.refuse("sum", _("From 0 to %(most)d, the highest sum there is.") % {"most": most})
            return 0
        return number
