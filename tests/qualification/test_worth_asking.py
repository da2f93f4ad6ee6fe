"""Which question is worth asking first, by what hangs on it."""

from hypothesis import given
from hypothesis import strategies as st

from qualification.definition import Element, FrameworkDefinition, Gate
from qualification.worth_asking import worth
from scoring.definition.parts import Band, Effect
from scoring.explaining.range import Asked, Range


def element(key: str, *, weight: int = 1, facts: tuple[str, ...] = ()) -> Element:
    return Element(
        key, key[0].upper(), key.title(), "", "?", (), "", (), key, weight=weight, facts=facts
    )


BANT = FrameworkDefinition(
    "bant", "BANT", "", "",
    (
        element("budget"), element("authority", facts=("title",)), element("need"),
        element("timeline", weight=2),
    ),
    Gate((("authority", 2), ("need", 2)), 9),
)  # fmt: skip


def band(key: str) -> Band:
    return Band(key, key.upper(), 0, Effect.NONE)


def could(field: str, *bands: str, low: int = 40, high: int = 70) -> Asked:
    return Asked(field, field.title(), low, high, tuple(map(band, bands)), None, None)


def reach(*fields: Asked) -> Range:
    return Range(40, 90, list(fields), exact=True)


def test_what_the_gate_asks_for_stands_first() -> None:
    found = worth(BANT, {})
    assert [one.label for one in found] == ["Authority", "Need", "Timeline", "Budget"]
    assert found[0].why[0] == "The gate asks for 2 or more."


def test_an_answer_that_would_change_the_band_goes_before_one_that_would_not() -> None:
    known = {"need": 3, "authority": 0, "budget": 2}
    of_title = reach(could("title", "mql", "sales"), could("country", low=41, high=44))
    found = worth(BANT, known, reach=of_title)
    assert [one.label for one in found] == ["Authority", "Timeline", "Country"]
    assert "The score could become 40 to 70: MQL or SALES." in found[0].reasons
    assert found[-1].element is None


def test_a_field_that_moves_the_band_is_asked_although_no_element_asks_it() -> None:
    done = dict.fromkeys(("budget", "authority", "need", "timeline"), 3)
    found = worth(BANT, done, reach=reach(could("country", "mql", "sales")))
    assert [(one.label, one.bands) for one in found] == [("Country", 1)]


def test_how_much_of_the_sum_it_can_bring_is_said() -> None:
    found = worth(BANT, {"authority": 2, "need": 3, "budget": 2})
    assert found[0].label == "Timeline"
    assert found[0].reasons == "The sum is 2 short; this can bring 2 points of it."


def test_what_was_asked_in_vain_comes_last() -> None:
    found = worth(BANT, {"authority": 0}, in_vain=["authority"])
    assert [one.label for one in found][-1] == "Authority"


@given(
    levels=st.dictionaries(
        st.sampled_from(["budget", "authority", "need", "timeline"]), st.integers(0, 3)
    )
)
def test_nothing_is_asked_once_the_gate_is_reached_and_something_as_long_as_it_can_be(
    levels: dict[str, int],
) -> None:
    found = worth(BANT, levels)
    if not BANT.below_gate(levels):
        assert found == []
    open_ones = [e for e in BANT.elements if levels.get(e.key, 0) <= 1]
    best = {**levels, **{e.key: 3 for e in open_ones}}
    if BANT.below_gate(levels) and not BANT.below_gate(best):
        assert found
