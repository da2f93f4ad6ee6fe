"""Whose turn it is, as arithmetic: fair, by weight, within limits, and nobody waits for ever."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from handoff.routing.choosing import Candidate, Load, Strategy, Turn, choose

SHARING = [Strategy.ROUND_ROBIN, Strategy.WEIGHTED, Strategy.LEAST_BUSY]


def people(number: int, **over: object) -> list[Candidate]:
    return [Candidate(n, Load(), Turn(), **over) for n in range(number)]  # type: ignore[arg-type]


def given_out(some: list[Candidate], strategy: str, leads: int) -> Counter[int]:
    return Counter(one.user_id for _n in range(leads) if (one := choose(some, strategy)))


@given(st.sampled_from(SHARING), st.integers(1, 9), st.integers(0, 60))
@settings(max_examples=60)
def test_equal_people_get_equal_shares_to_within_one(strategy: str, n: int, leads: int) -> None:
    got = given_out(people(n), strategy, leads)
    shares = [got[user] for user in range(n)]
    assert sum(shares) == leads
    assert max(shares) - min(shares) <= 1


@given(st.lists(st.integers(0, 7), min_size=1, max_size=6), st.integers(0, 80))
@settings(max_examples=60)
def test_a_weight_of_two_gets_twice_as_much_at_every_moment(weights: list[int], leads: int) -> None:
    some = [Candidate(n, Load(), Turn(), weight=weight) for n, weight in enumerate(weights)]
    got, total = given_out(some, Strategy.WEIGHTED, leads), sum(weights)
    for user, weight in enumerate(weights):
        owed = leads * weight / total if total else 0
        assert abs(got[user] - owed) <= len(weights)
        assert weight or not got[user]


@given(
    st.sampled_from(SHARING),
    st.lists(
        st.tuples(st.none() | st.integers(0, 5), st.none() | st.integers(0, 5)), min_size=1, max_size=6
    ),
)  # fmt: skip
@settings(max_examples=60)
def test_nobody_holds_more_than_they_can_and_no_room_stays_empty(
    strategy: str, limits: list[tuple[int | None, int | None]]
) -> None:
    some = [
        Candidate(n, Load(), Turn(), per_day=per_day, open_limit=most)
        for n, (per_day, most) in enumerate(limits)
    ]
    got = given_out(some, strategy, 40)
    rooms = [min(x for x in (*pair, 40) if x is not None) for pair in limits]
    assert all(got[n] <= room for n, room in enumerate(rooms))
    assert sum(got.values()) == min(40, sum(rooms))


def test_the_least_busy_gets_it_and_who_waited_longest_where_all_are_alike() -> None:
    busy, free = people(2)
    busy.load.open = 3
    assert given_out([busy, free], Strategy.LEAST_BUSY, 3) == {1: 3}
    assert given_out([busy, free], Strategy.LEAST_BUSY, 2) == {0: 1, 1: 1}


def test_who_comes_back_gets_the_next_one_and_not_all_that_were_missed() -> None:
    some = people(3)
    given_out(some[:2], Strategy.ROUND_ROBIN, 10)
    got = given_out(some, Strategy.ROUND_ROBIN, 6)
    assert got == {0: 2, 1: 2, 2: 2}
