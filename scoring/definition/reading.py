"""Reading JSON with a reason for the marketer at every place that cannot be meant."""

import re
from typing import Any

from django.utils.translation import gettext as _

from accounts.text import TextError, clean_text

KEY = re.compile(r"[a-z0-9_]{1,60}")
WHOLE = re.compile(r"[+-]?[0-9]{1,9}")


class DefinitionError(ValueError):
    """`problems` maps a place to sentences. A place is "model", "bands", "total_cap", "total_floor", "idle",
    "matrix", "alerts", "caps.<group>", "floors.<group>", "bands.<key>.<name>", "variants.<key>.<name>",
    "disqualifiers.<key>.<name>" or "<criterion key>.<name>", where <name> says what is wrong. What is wrong
    in the n-th step of a sequence is at "<criterion key>.step<n>.<name>", so also deed<n> and property<n>;
    in the n-th condition of a variant at "variants.<key>.when<n>", in its points at
    "variants.<key>.points.<criterion key>"."""

    def __init__(self, problems: dict[str, list[str]]) -> None:
        super().__init__("; ".join(text for texts in problems.values() for text in texts))
        self.problems = problems


class Reader:
    """Collects what is wrong; every reading method gives something usable back."""

    def __init__(self) -> None:
        self.problems: dict[str, list[str]] = {}

    def wrong(self, place: str, sentence: str) -> None:
        self.problems.setdefault(place, []).append(sentence)

    def key(self, value: Any) -> str | None:
        return value if isinstance(value, str) and KEY.fullmatch(value) else None

    def text(self, place: str, value: Any, most: int) -> str:
        try:
            return clean_text(str(value or "").strip(), limit=most)
        except TextError as error:
            self.wrong(place, str(error))
            return ""

    def whole(
        self, place: str, value: Any, *, low: int, high: int, empty: bool = False
    ) -> int | None:
        """A whole number between `low` and `high`; None for nothing, which is wrong unless `empty`."""
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

    def falling(self, place: str, values: Any) -> tuple[int, int] | None:
        """Two whole numbers, the first above the second."""
        pair = values if isinstance(values, list | tuple) and len(values) == 2 else [None, None]
        high, low = (self.whole(place, value, low=-10_000, high=10_000) for value in pair)
        if high is None or low is None:
            return None
        if high <= low:
            self.wrong(place, _("The first cut must lie above the second."))
        return high, low


def mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def items(value: Any, most: int) -> list[dict[str, Any]]:
    return [mapping(item) for item in value[:most]] if isinstance(value, list) else []
