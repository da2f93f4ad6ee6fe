"""The room of the simulator keeps its word for any arrivals, shifts and handling time."""

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from insights.simulator.room import HOUR, NEVER, Shift, serve, shifts
from tests.insights import room_by_hand

ARRIVALS = st.lists(st.integers(0, 400), max_size=40).map(sorted)
SHIFTS = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 4)), max_size=8).map(
    lambda some: sorted(dict(some).items())
)
HANDLING = st.integers(1, 60)
COVER = st.lists(st.floats(0, 5, allow_nan=False), max_size=6)


def on_shift(some: Sequence[Shift], second: int) -> int:
    return next((people for start, people in reversed(some) if start <= second), 0)


@settings(max_examples=400)
@given(ARRIVALS, SHIFTS, HANDLING)
def test_shift_by_shift_is_what_event_by_event_gives(
    arrivals: list[int], some: list[Shift], handling: int
) -> None:
    at_once, by_hand = serve(arrivals, some, handling), room_by_hand.serve(arrivals, some, handling)
    assert list(at_once.begun) == by_hand.begun
    assert list(at_once.finished) == by_hand.finished


@given(ARRIVALS, SHIFTS, HANDLING)
def test_no_lead_is_lost_while_somebody_works(
    arrivals: list[int], some: list[Shift], handling: int
) -> None:
    room = serve(arrivals, [*some, (500, 1)], handling)
    assert all(end < NEVER for end in room.finished)
    assert not room.paused and not room.busy
    assert all(
        a <= b <= end - handling
        for a, b, end in zip(arrivals, room.begun, room.finished, strict=True)
    )


@given(ARRIVALS, SHIFTS, HANDLING)
def test_never_more_is_done_than_there_are_people_for(
    arrivals: list[int], some: list[Shift], handling: int
) -> None:
    room = serve(arrivals, some, handling)
    ends = sorted(end for end in room.finished if end < NEVER)
    worked = 0
    edges = [start for start, _people in some]
    for number, end in enumerate(ends, 1):
        marks = sorted({0, end, *(edge for edge in edges if edge < end)})
        worked = sum(on_shift(some, a) * (b - a) for a, b in pairwise(marks))
        assert number * handling <= worked


@given(ARRIVALS, SHIFTS, HANDLING)
def test_leads_are_begun_and_finished_in_the_order_in_which_they_came(
    arrivals: list[int], some: list[Shift], handling: int
) -> None:
    room = serve(arrivals, some, handling)
    assert list(room.begun) == sorted(room.begun)
    assert list(room.finished) == sorted(room.finished)


@given(ARRIVALS, SHIFTS, HANDLING, st.integers(1, 3))
def test_with_more_people_nobody_waits_longer(
    arrivals: list[int], some: list[Shift], handling: int, more: int
) -> None:
    few = serve(arrivals, some, handling)
    many = serve(arrivals, [(second, people + more) for second, people in some], handling)
    assert all(b <= a for a, b in zip(few.begun, many.begun, strict=True))
    assert all(b <= a for a, b in zip(few.finished, many.finished, strict=True))


@given(ARRIVALS, SHIFTS, HANDLING, st.data())
def test_without_some_of_the_leads_the_others_wait_no_longer(
    arrivals: list[int], some: list[Shift], handling: int, data: st.DataObject
) -> None:
    kept = [lead for lead in range(len(arrivals)) if data.draw(st.booleans())]
    all_of_them = serve(arrivals, some, handling)
    fewer = serve([arrivals[lead] for lead in kept], some, handling)
    assert all(fewer.begun[n] <= all_of_them.begun[lead] for n, lead in enumerate(kept))


@given(COVER, st.floats(0.1, 1), st.floats(1, 4))
def test_people_are_as_many_as_the_hours_they_cover_and_none_goes_missing(
    cover: list[float], less: float, more: float
) -> None:
    made, fewer, further = (shifts(cover, factor=factor) for factor in (1, less, more))
    ends = [start for start, _people in made[1:]] + [len(cover) * HOUR]
    worked = sum(
        people * (end - start) for (start, people), end in zip(made, ends, strict=bool(made))
    )
    assert abs(worked - sum(cover) * HOUR) <= len(cover)
    for second in range(0, len(cover) * HOUR, 97):
        assert on_shift(fewer, second) <= on_shift(made, second) <= on_shift(further, second)


def test_a_shift_that_ends_leaves_the_last_lead_half_done() -> None:
    room = serve([0, 0], [(0, 2), (60, 0), (100, 1)], 90)
    assert list(room.begun) == [0, 0]
    # Thirty seconds were left of each; the first goes on first.
    assert list(room.finished) == [130, 160]
