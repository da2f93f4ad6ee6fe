"""What a form asks: Form.fields, a list of one object for each item in the order visitors see, read here.

    {"name": "email", "label": "Work e-mail", "required": true}
    {"name": "custom.size", "label": "Size", "required": false, "later": true}
    {"name": "custom.plan", "hidden": true, "value": "basic", "param": "plan"}
    {"name": "consent:news", "required": false}

`name` is a key of the catalogue of fields, or "consent:" and the key of a purpose. `later` asks only while this
browser has not told it yet. `hidden` is not shown: it takes the parameter `param` of the link, else `value`."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leads.fields import LeadField

CONSENT = "consent:"


@dataclass(frozen=True)
class Item:
    name: str
    label: str = ""
    required: bool = False
    later: bool = False
    hidden: bool = False
    value: str = ""
    param: str = ""

    @property
    def purpose(self) -> str:
        """The key of the purpose a consent is asked for; empty for a field."""
        return self.name.removeprefix(CONSENT) if self.name.startswith(CONSENT) else ""


def items(shape: Iterable[Mapping[str, Any]], known: Mapping[str, LeadField]) -> list[Item]:
    """The items of Form.fields. A custom field that was removed since is no longer asked for."""
    read = [Item(**{key: value for key, value in item.items() if key in KEYS}) for item in shape]
    return [item for item in read if item.purpose or item.name in known]


KEYS = frozenset(Item.__dataclass_fields__)


def written(some: Sequence[Item]) -> list[dict[str, Any]]:
    """The items as Form.fields keeps them: what is as usual is left out, but for label and required."""
    empty = Item("")
    always = ("name", "label", "required")
    return [
        {
            key: value
            for key in Item.__dataclass_fields__
            if (value := getattr(item, key)) != getattr(empty, key) or key in always
        }
        for item in some
    ]


def shown(some: Iterable[Item], *, told: Collection[str], most: int) -> list[Item]:
    """The items that a page shows or carries hidden: of those asked `later`, at most `most` (0 is all) that are
    not among the names this browser `told` before."""
    some = list(some)
    wanted = [item.name for item in some if item.later and item.name not in told]
    now = set(wanted[:most] if most else wanted)
    return [item for item in some if not item.later or item.name in now]
