"""The result in sentences."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from handoff.words import lasting
from insights.numbers import FEW
from insights.simulator.answer import Answer
from insights.simulator.replay import Tally

# A difference smaller than this is none, in leads a day.
SAME = 0.05


def sentence(answer: Answer) -> str:
    """What the chosen setting keeps; what another cut-off would do; and which is the lowest that keeps the goal."""
    if not answer.is_few and not answer.chosen.came:
        return _("Nobody reached %(line)d in these days.") % {"line": answer.choice.line}
    if answer.is_few or answer.chosen.compliance is None:
        return _("Too few promises fell due in these days to say anything: fewer than %(n)d.") % {
            "n": FEW
        }
    return " ".join(part for part in (_kept(answer), _instead(answer), _best(answer)) if part)


def _kept(answer: Answer) -> str:
    choice, usual = answer.choice, answer.usual
    said = {
        "line": choice.line,
        "percent": round(answer.chosen.compliance or 0),
        "time": lasting(choice.minutes * 60),
        "reps": _reps(choice.reps),
        "usual": _reps(usual.reps),
    }
    if choice.reps == usual.reps:
        return _("Cut-off %(line)d keeps %(percent)d%% within %(time)s.") % said
    text = _(
        "Cut-off %(line)d with %(reps)s instead of %(usual)s keeps %(percent)d%% within %(time)s."
    )
    return text % said


def _reps(number: float) -> str:
    said = f"{number:g}"
    return ngettext("%(n)s rep", "%(n)s reps", 2 if number != 1 else 1) % {"n": said}


def _instead(answer: Answer) -> str:
    """Another cut-off under the same staff and promise: today's, or the nearest lower one that brings more."""
    here = answer.chosen
    if answer.choice.line != answer.usual.line:
        line: int | None = answer.usual.line
    else:
        lower = [one for one in answer.curve if one < answer.choice.line]
        line = next(
            (one for one in reversed(lower) if answer.curve[one].a_day > here.a_day + SAME), None
        )
    there = answer.curve.get(line) if line is not None else None
    if there is None or there.compliance is None:
        return ""
    return _compared(line or 0, here, there)


def _compared(line: int, here: Tally, there: Tally) -> str:
    said = {
        "line": line,
        "leads": f"{abs(there.a_day - here.a_day):.1f}",
        "percent": round(there.compliance or 0),
    }
    more = there.a_day > here.a_day
    up = (there.compliance or 0) > (here.compliance or 0)
    if more and up:
        return (
            _("%(line)d would add %(leads)s leads a day and lift compliance to %(percent)d%%.")
            % said
        )
    if more:
        return (
            _("%(line)d would add %(leads)s leads a day and drop compliance to %(percent)d%%.")
            % said
        )
    if up:
        return (
            _(
                "%(line)d would take %(leads)s leads a day away and lift compliance to %(percent)d%%."
            )
            % said
        )
    return (
        _("%(line)d would take %(leads)s leads a day away and leave compliance at %(percent)d%%.")
        % said
    )


def _best(answer: Answer) -> str:
    if answer.best is None:
        return _("No cut-off shown here keeps %(goal)d%%.") % {"goal": answer.goal}
    if answer.best == answer.choice.line:
        return ""
    return _("The lowest cut-off shown that keeps %(goal)d%% is %(line)d.") % {
        "goal": answer.goal, "line": answer.best,
    }  # fmt: skip
