"""A chain in words and as JSON: what happens before and after a deadline, step by step. Pure.

A policy version holds its chain as a list of {"when", "amount", "do", "to", "of"}; None is the usual one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

MOST_STEPS = 12
MOST_MINUTES = 60 * 24 * 60
LEAST_PERCENT, MOST_PERCENT = 1, 1000


class When(TextChoices):
    """At the two moments that every clock has, or at one of its own."""

    WARNING = "warning", gettext_lazy("at the warning")
    BEFORE = "before", gettext_lazy("minutes before the deadline")
    PERCENT = "percent", gettext_lazy("per cent of the time gone")
    DUE = "due", gettext_lazy("at the deadline")
    AFTER = "after", gettext_lazy("minutes after the deadline")


class Do(TextChoices):
    WARN = "warn", gettext_lazy("warn the owner or the team")
    NUDGE = "nudge", gettext_lazy("nudge the owner again")
    MANAGER = "manager", gettext_lazy("tell the managers")
    REASSIGN = "reassign", gettext_lazy("give it to another rep")
    TAKE_BACK = "take_back", gettext_lazy("take it back into the queue")
    POST = "post", gettext_lazy("post to a channel")


# Deeds on a claimed lead; what they change is of no use before somebody has it, but a rep can be named.
NEEDS_HOLDER = (Do.TAKE_BACK, Do.NUDGE)


@dataclass(frozen=True)
class Step:
    """`amount` is minutes or per cent; `to` a rep (None: by routing) or a channel; `of` the milestone that the
    step is for, or every one."""

    when: str
    do: str
    amount: int = 0
    to: int | None = None
    of: str = ""

    @property
    def has_own_alarm(self) -> bool:
        return self.when not in (When.WARNING, When.DUE)

    @property
    def is_before(self) -> bool:
        return self.when in (When.WARNING, When.BEFORE) or (
            self.when == When.PERCENT and self.amount < 100
        )

    def seconds(self, budget_s: int) -> int:
        """Seconds of the clock from its start, for a clock of `budget_s`."""
        if self.when == When.PERCENT:
            return budget_s * self.amount // 100
        return max(0, budget_s + 60 * (self.amount if self.when == When.AFTER else -self.amount))

    def to_json(self) -> dict[str, Any]:
        return {
            "when": self.when,
            "amount": self.amount,
            "do": self.do,
            "to": self.to,
            "of": self.of,
        }


USUAL = (Step(When.WARNING, Do.WARN), Step(When.DUE, Do.MANAGER))


def of_json(kept: list[dict[str, Any]] | None) -> tuple[Step, ...]:
    """The steps of a policy version, numbered from 1 by their place."""
    return USUAL if kept is None else tuple(Step(**step) for step in kept)


def at_own_moments(steps: Sequence[Step], milestone: str) -> list[tuple[int, Step]]:
    """Those that need an alarm of their own for this promise, with their numbers."""
    return [
        (number, step)
        for number, step in enumerate(steps, start=1)
        if step.has_own_alarm and step.of in ("", milestone)
    ]


def at_alarm(steps: Sequence[Step], milestone: str, kind: str, number: int) -> list[Step]:
    """What an alarm sets off: the step with its number, or all that happen at the warning or at the deadline."""
    if number:
        return [steps[number - 1]] if number <= len(steps) else []
    when = {"warn": When.WARNING, "breach": When.DUE}.get(kind)
    return [step for step in steps if step.when == when and step.of in ("", milestone)]


def in_order(steps: Iterable[Step], warn_percent: int) -> list[Step]:
    """As they would happen on a clock of a week, for eyes."""
    week = 7 * 24 * 3600

    def moment(step: Step) -> int:
        own = {When.WARNING: week * warn_percent // 100, When.DUE: week}
        return own.get(When(step.when), step.seconds(week))

    return sorted(steps, key=moment)


def words(step: Step, *, warn_percent: int, names: dict[tuple[str, int], str]) -> str:
    """The step as a sentence; `names` gives reps ("reassign", id) and channels ("post", id)."""
    name = names.get((step.do, step.to or 0), "")
    return f"{_when(step, warn_percent)}: {_do(step, name)}."


def _when(step: Step, warn_percent: int) -> str:
    if step.when == When.WARNING:
        return _("When %(n)d%% of the time is gone") % {"n": warn_percent}
    if step.when == When.PERCENT:
        return _("When %(n)d%% of the time is gone") % {"n": step.amount}
    if step.when == When.DUE:
        return _("At the deadline")
    if step.when == When.BEFORE:
        return ngettext(
            "%(n)d minute before the deadline", "%(n)d minutes before the deadline", step.amount
        ) % {"n": step.amount}
    return ngettext(
        "%(n)d minute after the deadline", "%(n)d minutes after the deadline", step.amount
    ) % {"n": step.amount}


def _do(step: Step, name: str) -> str:
    if step.do == Do.REASSIGN:
        return _("give the lead to %s") % (name or _("another rep who works and has room"))
    if step.do == Do.POST:
        return _("post to %s") % (name or _("a channel"))
    return str(Do(step.do).label)
