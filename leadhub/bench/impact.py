"""How fast the editor says what a draft does to the whole base: a slider, a changed condition, the first look."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count

from accounts import clock
from leadhub.bench.pairs import Spread, timed
from scoring.definition import Criterion
from scoring.impact import preview
from scoring.impact.question import Question, asked_of
from scoring.impact.vectors import memory
from scoring.live import live_model
from scoring.models import BaseSnapshot

# Criteria that the model is filled up to, as an editor would have them.
CRITERIA = 20
_serial = count(1)


def whole() -> Spread:
    """From nothing: the base as it stands and every answer."""
    BaseSnapshot.objects.all().delete()
    return _spread(
        "impact: everything is asked", lambda: preview.impact(_question(), clock.now()), 1
    )


def slider(times: int) -> Spread:
    """Points of one criterion are moved, in a process that has looked before."""
    return _spread("impact: a slider is moved", _slides(), times, 300)


def slider_elsewhere(times: int) -> Spread:
    """The same in a process that has to load every vector first."""
    slide = _slides()

    def fresh() -> None:
        memory.forget()
        slide()

    return _spread("impact: a slider, another process", fresh, times, 300)


def estimate(times: int) -> Spread:
    """A condition that nobody asked before, on a few thousand leads."""
    question = _known()
    deed = lambda: preview.at_once(_changed(question), clock.now())  # noqa: E731
    return _spread("impact: an estimate", deed, times, 500)


def condition(times: int) -> Spread:
    """The same on the whole base."""
    question = _known()
    deed = lambda: preview.impact(_changed(question), clock.now())  # noqa: E731
    return _spread("impact: a changed condition", deed, times, 12_000)


def _slides() -> Callable[[], object]:
    question = _known()
    return lambda: preview.at_once(_moved(question), clock.now())


def _known() -> Question:
    """A question to which every answer is known."""
    question = _question()
    preview.impact(question, clock.now())
    return question


def _question() -> Question:
    model = live_model()
    assert model is not None
    filled = replace(model.definition, criteria=_filled(model.definition.criteria))
    return asked_of(model.model, filled)


def _filled(criteria: tuple[Criterion, ...]) -> tuple[Criterion, ...]:
    """More criteria like the first that count events, each over days of its own."""
    acting = [c for c in criteria if c.event]
    more = [
        replace(acting[n % len(acting)], key=f"more_{n}", within_days=20 + n)
        for n in range(CRITERIA - len(criteria))
    ]
    return (*criteria, *more)


def _moved(question: Question) -> Question:
    """Other points for one criterion."""
    d, n = question.definition, next(_serial)
    place = n % len(d.criteria)
    changed = replace(d.criteria[place], points=1 + n % 40)
    return _with(question, place, changed)


def _changed(question: Question) -> Question:
    """Another window for one criterion that counts events, which nobody asked before."""
    d, n = question.definition, next(_serial)
    place = next(place for place, c in enumerate(d.criteria) if c.event)
    return _with(question, place, replace(d.criteria[place], within_days=100 + n))


def _with(question: Question, place: int, changed: Criterion) -> Question:
    d = question.definition
    criteria = (*d.criteria[:place], changed, *d.criteria[place + 1 :])
    return replace(question, definition=replace(d, criteria=criteria))


def _spread(
    name: str, deed: Callable[[], object], times: int, limit: float | None = None
) -> Spread:
    taken = [1000 * timed(deed) for _ in range(times)]
    return Spread(name, taken if times > 1 else taken * 2, limit)
