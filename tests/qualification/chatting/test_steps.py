"""What a chat asks next."""

from hypothesis import given
from hypothesis import strategies as st

from qualification.chatting.steps import END, HAS, IS, SKIPPED, Rule, Step, path, read, written

STEPS = (
    Step("a", "How many people?", choices=("1", "2 to 50", "more"), rules=(Rule(IS, "1", END),)),
    Step("b", "What hurts?", rules=(Rule(HAS, "price", "d"), Rule(SKIPPED, "", "d"))),
    Step("c", "Since when?"),
    Step("d", "Your e-mail?", "email", rules=(Rule(IS, "x", "a"),)),
)


def asked(**said: str) -> str:
    """The key of the step that is asked after this; “end” for none."""
    step = path(STEPS, said)[1]
    return step.key if step else END


def test_rules_lead_on_and_without_one_the_next_is_asked() -> None:
    assert asked() == "a"
    assert asked(a="1") == END
    assert asked(a="more") == "b"
    assert asked(a="more", b="Your PRICES") == "d"
    assert asked(a="more", b="") == "d"
    assert asked(a="more", b="quality") == "c"
    assert asked(a="more", b="quality", c="May", d="x") == END


def test_answers_off_the_way_do_not_count() -> None:
    done, step = path(STEPS, {"a": "more", "b": "price", "c": "said before it was changed"})
    assert [one.key for one in done] == ["a", "b"] and step == STEPS[3]


def test_an_element_and_a_field_are_told_apart() -> None:
    assert Step("a", "", "bant.need").element == ("bant", "need")
    assert (Step("a", "", "email").field, Step("a", "", "custom.size").field) == (
        "email",
        "custom.size",
    )
    assert Step("a", "", "custom.size").element is None and Step("a", "", "bant.need").field == ""


def test_steps_are_written_and_read_back() -> None:
    assert read(written(STEPS)) == STEPS


KEYS = st.sampled_from(["a", "b", "c", "d", "end", "gone"])
RULES = st.builds(Rule, st.sampled_from([IS, HAS, SKIPPED]), st.sampled_from(["", "yes"]), KEYS)


@given(
    st.lists(st.lists(RULES, max_size=3), min_size=4, max_size=4),
    st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["", "yes", "no"])),
)
def test_every_chat_ends_and_asks_nothing_twice(
    rules: list[list[Rule]], said: dict[str, str]
) -> None:
    steps = [Step(key, key, rules=tuple(some)) for key, some in zip("abcd", rules, strict=True)]
    for _answer in range(5):
        done, step = path(steps, said)
        assert len({one.key for one in done}) == len(done)
        if step is None:
            return
        said = {**said, step.key: "yes"}
    raise AssertionError("five answers to four questions")
