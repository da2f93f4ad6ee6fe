"""What would become of a message, for people to see before they save. Writes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leads.fields import LeadField
from leads.hooks import mapping
from leads.hooks.mapping import Found, LeftOut, NotUnderstood, Plan
from leads.models import Hook
from leads.timeline import value_text

SHOWN = 3


@dataclass(frozen=True)
class Outcome:
    """One item: what its lead would hold, as (label, value), or why there is none."""

    facts: Sequence[tuple[str, str]] = ()
    found: Found | None = None
    failed: str = ""
    left_out: str = ""


def outcomes(
    hook: Hook, plan: Plan, items: Sequence[Any], *, known: Mapping[str, LeadField], at: datetime
) -> list[Outcome]:
    """What the first items would become."""
    return [_outcome(hook, plan, item, known, at) for item in items[:SHOWN]]


def _outcome(
    hook: Hook, plan: Plan, item: Any, known: Mapping[str, LeadField], at: datetime
) -> Outcome:
    try:
        found = mapping.understand(item, plan, fields=known, name=hook.name, at=at)
    except NotUnderstood as reason:
        return Outcome(failed=str(reason))
    except LeftOut as reason:
        return Outcome(left_out=str(reason))
    facts = [
        (str(known[key].label), value_text(found.values[key]))
        for key in known
        if key in found.values
    ]
    return Outcome(facts, found)
