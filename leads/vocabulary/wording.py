"""A condition in words: “Seniority is Student or intern”."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from leads.vocabulary.lists import Frozen
from leads.vocabulary.rules import NAMED_LIST, Condition

SHOWN_OF_A_LIST = 4


def said(
    condition: Condition,
    fields: Mapping[str, str],
    choices: Mapping[str, Mapping[str, str]],
    lists: Mapping[str, str],
) -> str:
    """`fields`, `lists` and, by field, `choices` are labels by key."""
    field = fields.get(condition.field, condition.field)
    labels = lists if condition.op in NAMED_LIST else choices.get(condition.field, {})
    return f"{field} {_SAID[condition.op](_named(condition.value, labels))}"


def list_names(frozen: Frozen) -> dict[str, str]:
    return {named.key: named.name for named in frozen.lists}


def _named(value: Any, labels: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return str(labels.get(value, value))
    if labels and isinstance(value, tuple):
        return tuple(str(labels.get(one, one)) for one in value)
    return value


def _listed(texts: Any) -> str:
    """“A, B or C”; of many the first few."""
    more = len(texts) - SHOWN_OF_A_LIST
    if more > 0:
        shown = ", ".join(texts[:SHOWN_OF_A_LIST])
        return _("%(shown)s or %(more)d more") % {"shown": shown, "more": more}
    *firsts, last = texts
    return (
        _("%(first)s or %(last)s") % {"first": ", ".join(firsts), "last": last} if firsts else last
    )


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


_SAID: dict[str, Any] = {
    "is": _is,
    "one_of": lambda value: _("is %(list)s") % {"list": _listed(value)},
    "not_one_of": lambda value: _("is known and not %(list)s") % {"list": _listed(value)},
    "in_list": lambda value: _("is in the list “%(list)s”") % {"list": value},
    "not_in_list": lambda value: _("is known and not in the list “%(list)s”") % {"list": value},
    "has_word": lambda value: _("has the word %(list)s") % {"list": _listed(value)},
    "contains_any": lambda value: _("contains %(list)s") % {"list": _listed(value)},
    "starts_with": lambda value: _("starts with %(value)s") % {"value": value},
    "between": _range,
    "known": lambda value: _("is known"),
    "unknown": lambda value: _("is unknown"),
}
