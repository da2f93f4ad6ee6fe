"""What is called more than luck: against tables that others worked out, and against shuffled history."""

from collections import Counter
from fractions import Fraction
from math import comb
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.judging import Groups, fisher, judged_keys, named, wilson

small = st.integers(min_value=0, max_value=30)


@pytest.mark.parametrize(
    ("table", "chance"),
    [
        # Fisher's tea: 3 of 4 against 1 of 4; and tables of the manual of R, fisher.test.
        ((3, 4, 1, 4), 0.485714),
        ((1, 10, 11, 14), 0.002759),
        ((2, 12, 15, 18), 0.000537),
        ((0, 5, 0, 7), 1.0),
    ],
)
def test_the_exact_test_gives_the_known_chances(
    table: tuple[int, int, int, int], chance: float
) -> None:
    assert fisher(*table) == pytest.approx(chance, rel=2e-3)


@given(small, small, small, small)
def test_the_exact_test_is_the_sum_over_all_tables_that_are_no_likelier(
    a: int, more: int, b: int, rest: int
) -> None:
    n, m, hits = a + more, b + rest, a + b
    ways = {k: comb(n, k) * comb(m, hits - k) for k in range(max(0, hits - m), min(n, hits) + 1)}
    wanted = Fraction(sum(w for w in ways.values() if w <= ways[a]), sum(ways.values()))
    assert fisher(a, n, b, m) == pytest.approx(float(wanted), rel=1e-6)


@given(st.integers(min_value=1, max_value=1000), st.data())
def test_the_interval_holds_the_share_and_stays_within_0_and_1(
    whole: int, data: st.DataObject
) -> None:
    part = data.draw(st.integers(min_value=0, max_value=whole))
    low, high = wilson(part, whole)
    assert 0 <= low <= part / whole + 1e-9
    assert part / whole - 1e-9 <= high <= 1
    assert high - low > 0


def test_the_interval_is_wilsons() -> None:
    low, high = wilson(14, 158)
    assert (round(low, 4), round(high, 4)) == (0.0535, 0.1432)


def test_who_kept_bad_company_is_not_named() -> None:
    """The title was pivotal together with the paper; without the paper it does as well as anybody."""
    groups: Groups = {
        frozenset({"paper", "title"}): (40, 1),
        frozenset({"title", "demo"}): (40, 18),
        frozenset({"demo", "pricing"}): (60, 25),
        frozenset({"pricing"}): (30, 13),
        frozenset(): (500, 400),
    }
    found = named(groups)
    assert [(one.key, one.is_bad) for one in found] == [("paper", True)]
    assert (found[0].decided, found[0].others_decided) == (40, 130)


def test_what_does_better_is_named_as_such() -> None:
    groups: Groups = {
        frozenset({"demo"}): (60, 50),
        frozenset({"paper"}): (80, 20),
        frozenset({"pricing"}): (80, 22),
    }
    assert [(one.key, one.is_bad) for one in named(groups)] == [("demo", False)]


def test_too_few_are_not_judged_however_bad() -> None:
    groups: Groups = {frozenset({"rare"}): (9, 0), frozenset({"usual"}): (300, 200)}
    assert named(groups) == []
    assert judged_keys(groups) == 0


def test_where_nothing_differs_hardly_any_look_names_anything() -> None:
    """Eight criteria, 400 decided leads, outcomes drawn without regard to them, 200 times."""
    random = Random(7)
    keys = [f"c{n}" for n in range(8)]
    wrong = 0
    for _time in range(200):
        counts: dict[frozenset[str], list[int]] = {}
        for _lead in range(400):
            group = counts.setdefault(frozenset(random.sample(keys, random.randint(1, 3))), [0, 0])
            group[0] += 1
            group[1] += random.random() < 0.35
        wrong += bool(named({carriers: (n, k) for carriers, (n, k) in counts.items()}))
    assert wrong <= 5


def test_a_worse_criterion_is_found_among_many() -> None:
    random = Random(11)
    keys = [f"c{n}" for n in range(8)]
    first = Counter[str]()
    for _time in range(20):
        counts: dict[frozenset[str], list[int]] = {}
        for _lead in range(400):
            carriers = frozenset(random.sample(keys, 2))
            group = counts.setdefault(carriers, [0, 0])
            group[0] += 1
            group[1] += random.random() < (0.04 if "c3" in carriers else 0.4)
        first.update(
            one.key for one in named({c: (n, k) for c, (n, k) in counts.items()}) if one.is_bad
        )
    assert first["c3"] == 20
    assert first.total() <= 21
