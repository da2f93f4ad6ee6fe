"""Who came, in columns, beside a plain look at one lead after the other."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from insights.simulator import rising
from tests.insights.came_by_hand import Lead, came, steps

LINE = 50
# Of a few leads, so that most rise more than once.
RISES = st.lists(
    st.tuples(st.integers(1, 6), st.integers(0, 40), st.integers(20, 90)), max_size=25, unique_by=lambda row: row[:2]
)  # fmt: skip
HANDED = st.lists(
    st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(0, 40), st.integers(LINE, 80)), max_size=5
)  # fmt: skip
Row = tuple[int, int, int]


@given(HANDED, RISES)
def test_a_handed_lead_keeps_what_it_rose_to_later_and_beyond(
    handed: list[tuple[int, int, int, int]], rises: list[Row]
) -> None:
    given = came([Lead(lead, team, ((second, total),)) for lead, team, second, total in handed])
    found = rising.beyond(given, steps(rises))
    assert _stories(found.steps) == {
        place: [(second, total), *[
            (at, to) for who, at, to in sorted(rises) if who == lead and at > second and to > total
        ]]
        for place, (lead, _team, second, total) in enumerate(handed)
    }  # fmt: skip


@given(
    RISES,
    st.sets(st.integers(1, 6), max_size=3),
    st.lists(st.integers(1, 3), min_size=1, max_size=5),
)
def test_who_was_not_handed_over_comes_with_each_record_below_the_line(
    rises: list[Row], taken: set[int], teams: list[int]
) -> None:
    ids = np.array(sorted(taken), np.int64)
    found = rising.near(steps(rises), LINE, taken=ids, teams=np.array(teams))
    stories = _stories(found.steps)
    assert {int(lead): stories[place] for place, lead in enumerate(found.lead)} == _plain(
        taken, rises
    )
    assert list(found.team) == [teams[lead % len(teams)] for lead in found.lead]
    assert not found.handed.any()


def _plain(taken: set[int], rises: list[Row]) -> dict[int, list[tuple[int, int]]]:
    stories: dict[int, list[tuple[int, int]]] = {}
    best: dict[int, int] = {}
    for lead, second, total in sorted(rises):
        if best.get(lead, 0) < total < LINE and lead not in taken:
            stories.setdefault(lead, []).append((second, total))
        best[lead] = max(total, best.get(lead, 0))
    return stories


def _stories(found: rising.Steps) -> dict[int, list[tuple[int, int]]]:
    stories: dict[int, list[tuple[int, int]]] = {}
    for place, second, total in zip(found.place, found.second, found.total, strict=True):
        stories.setdefault(int(place), []).append((int(second), int(total)))
    return stories
