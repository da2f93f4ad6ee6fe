"""What cannot be meant is refused with a reason at its place; nothing makes the parser fall over."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.definition.parsing import parse
from scoring.definition.reading import DefinitionError
from tests.scoring.models import act, fit, model

FIELDS = {
    "title": "text",
    "stage": "text",
    "company.employees": "number",
    "custom.since": "date",
    "custom.agreed": "boolean",
}
KINDS = {"page", "demo_request"}
TITLE = {"field": "title", "op": "known"}


def sequence(*kinds: str, **over: Any) -> dict[str, Any]:
    steps = [{"kind": kind, "name": "", "path": ""} for kind in kinds]
    shape = act("a", 5) | {"sequence": {"steps": steps, "span_days": 14, **over}}
    del shape["event"]
    return shape


def together(**over: Any) -> dict[str, Any]:
    people = {"people": 2, "deeds": [{"kind": "page"}], **over}
    shape = fit("a", 5) | {"group": "account", "within_days": 30, "people": people}
    del shape["condition"]
    return shape


def problems(data: Any) -> dict[str, list[str]]:
    with pytest.raises(DefinitionError) as caught:
        parse(data, fields=FIELDS, kinds=KINDS)
    return caught.value.problems


@pytest.mark.parametrize(
    ("criterion", "place", "words"),
    [
        (act("a", 5) | {"points": "many"}, "a.points", "whole number"),
        (act("a", 5) | {"points": "1_0"}, "a.points", "whole number"),
        (act("a", 5) | {"points": 5.5}, "a.points", "whole number"),
        (act("a", 5) | {"points": True}, "a.points", "whole number"),
        (act("a", 5) | {"points": ""}, "a.points", "Give a whole number"),
        (act("a", 5) | {"points": 1001}, "a.points", "between −1000 and 1000"),
        (act("a", 5) | {"points": -5}, "a.points", "belong to the negative group"),
        (act("a", -5) | {"points": 5}, "a.points", "below zero"),
        (act("a", 5) | {"label": "  "}, "a.label", "name"),
        (act("a", 5) | {"label": "x" * 121}, "a.label", "too long"),
        (act("a", 5) | {"label": "a\x00b"}, "a.label", "NUL"),
        (act("a", 5) | {"group": "luck"}, "a.group", "Choose fit"),
        (act("a", 5, "fax"), "a.kind", "kind of event"),
        (act("a", 5) | {"event": "page"}, "a.kind", "kind of event"),
        (act("a", 5, within_days=0), "a.within_days", "between 1 and 730"),
        (act("a", 5, within_days=731), "a.within_days", "between 1 and 730"),
        (act("a", 5, at_least=0), "a.at_least", "between"),
        (act("a", 5, cap=-3), "a.cap", "between"),
        (act("a", 5, cap=4), "a.cap", "below the points"),
        (act("a", 5, bonus={"points": -5, "days": 7}), "a.bonus", "negative group"),
        (act("a", 5, bonus={"points": 5}), "a.bonus", "Give a whole number"),
        (act("a", 5, idle={"lose": 101, "days": 7}), "a.idle", "between 1 and 100"),
        (
            act("a", 5)
            | {"event": {"kind": "page", "properties": [{"property": "x", "op": "near"}]}},
            "a.property1",
            "how to compare",
        ),
        (sequence("page"), "a.steps", "two to five"),
        (sequence("page", "fax"), "a.step2.kind", "kind of event"),
        (sequence("page", "page", span_days=0), "a.span_days", "between 1 and"),
        (together(people=0), "a.people", "between 1 and"),
        (together(deeds=[]), "a.deeds", "what they did"),
        (act("a", 5) | {"group": "account"}, "a.group", "company"),
        (fit("a", 5) | {"group": "account"}, "a.condition", "company"),
        (fit("a", 5, "title", "in_list", "nobody"), "a.condition", "no list"),
        (fit("a", 5, "stage", "is", "mql"), "a.condition", "brings about"),
        (fit("a", 5, "stage", "known"), "a.condition", "brings about"),
        (act("a", 5, decay={"kind": "sudden", "days": 3}), "a.decay", "halves"),
        (act("a", 5, decay={"kind": "linear", "days": 0}), "a.decay", "between 1 and 365"),
        (act("a", 5, decay={"kind": "linear"}), "a.decay", "Give a whole number"),
        (
            {"key": "a", "label": "Quiet", "group": "negative", "points": -5},
            "a.within_days",
            "Give",
        ),
        (fit("a", 5, "shoe_size"), "a.condition", "no field"),
        (fit("a", 5, "title", "between", [1, 2]), "a.condition", "cannot be asked"),
        (fit("a", 5, "title", "one_of", []), "a.condition", "at least one"),
        (fit("a", 5, "company.employees", "between", [None, None]), "a.condition", "bound"),
        (fit("a", 5, "company.employees", "between", [9, 3]), "a.condition", "above"),
        (fit("a", 5, "company.employees", "is", "many"), "a.condition", "whole number"),
        (fit("a", 5, "custom.since", "between", ["soon", None]), "a.condition", "not a date"),
    ],
)
def test_a_criterion_that_cannot_be_meant_is_refused_at_its_place(
    criterion: dict[str, Any], place: str, words: str
) -> None:
    found = problems(model(criterion))
    assert list(found) == [place]
    assert words in " ".join(found[place])


def bands(
    *starts: Any, effects: tuple[str, ...] = ("none", "mql", "sales_ready")
) -> list[dict[str, Any]]:
    return [
        {"key": f"b{n}", "name": f"B{n}", "start": start, "effect": effect}
        for n, (start, effect) in enumerate(zip(starts, effects, strict=False))
    ]


def changed(upper: dict[str, Any], lowest: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    low, high = bands(None, 50, effects=("none", "mql"))
    return [{**low, **(lowest or {})}, {**high, **upper}]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"criteria": []}, "model"),
        ({"criteria": "all"}, "model"),
        ({"criteria": [act("a", 1)] * 101}, "model"),
        ({"criteria": [act("a", 1), act("a", 2)]}, "a.key"),
        ({"criteria": [act("A b", 1)]}, "model"),
        ({"criteria": [act("a\n", 1)]}, "model"),
        ({"criteria": [["a"]]}, "model"),
        ({"bands": []}, "bands"),
        ({"bands": bands(None)}, "bands"),
        ({"bands": bands(0, 50)}, "bands"),
        ({"bands": bands(None, 50, 50)}, "bands"),
        ({"bands": bands(None, 50, 40)}, "bands"),
        ({"bands": bands(None, 50, effects=("none", "nurture"))}, "bands"),
        ({"bands": bands(None, 50, 60, effects=("none", "mql", "nurture"))}, "bands"),
        ({"bands": bands(None, "high")}, "bands.b1.start"),
        (
            {"bands": [*bands(None, 50), {"key": "b1", "name": "x", "start": 70, "effect": "mql"}]},
            "bands",
        ),
        ({"bands": bands(None, 50, effects=("none", "jump"))}, "bands"),
        (
            {"bands": [{**band, "name": ""} for band in bands(None)] + bands(None, 50)[1:]},
            "bands.b0.name",
        ),
        ({"caps": {"fit": 0}}, "caps.fit"),
        ({"caps": {}, "floors": {"negative": "5"}}, "floors.negative"),
        ({"total_cap": 10, "total_floor": 10}, "total_floor"),
        ({"total_cap": "lots"}, "total_cap"),
        ({"bands": changed({"leave": 60})}, "bands.b1.leave"),
        ({"bands": changed({"start": None, "leave": 10, "needs": ["a"]})}, "bands.b1.leave"),
        ({"bands": changed({"needs": ["nobody"]})}, "bands.b1.needs"),
        ({"bands": changed({"start": None})}, "bands.b1.start"),
        ({"bands": changed({}, {"effect": "disqualify"})}, "bands.b0.reason"),
        (
            {"disqualifiers": [{"key": "x", "label": "", "condition": TITLE}]},
            "disqualifiers.x.label",
        ),
        (
            {"disqualifiers": [{"key": "x", "label": "X", "condition": {}}]},
            "disqualifiers.x.condition",
        ),
        (
            {"disqualifiers": [{"key": "mql", "label": "X", "condition": TITLE}]},
            "disqualifiers.mql",
        ),
        ({"variants": [{"key": "v", "label": "V", "when": [], "points": {}}]}, "variants.v"),
        (
            {"variants": [{"key": "v", "label": "V", "when": [TITLE], "points": {"a": -1}}]},
            "variants.v.points.a",
        ),
        ({"idle": {"lose": 0, "days": 7}}, "idle"),
        ({"matrix": {"fit": [10, 20], "engagement": [20, 10]}}, "matrix"),
        ({"matrix": {"fit": [10], "engagement": [20, 10]}}, "matrix"),
        ({"alerts": {"rise": 0}}, "alerts"),
        ({"cooling_days": -1}, "cooling_days"),
        ({"trust": [7]}, "model"),
        ({"trust": []}, "model"),
    ],
)
def test_a_model_that_cannot_be_meant_is_refused_at_its_place(
    change: dict[str, Any], place: str
) -> None:
    assert place in problems({**model(act("a", 1)), **change})


def test_every_problem_is_told_at_once() -> None:
    data = model(act("a", 5) | {"points": "x"}, act("b", 5, "fax"), total_cap=1, total_floor=2)
    assert set(problems(data)) == {"a.points", "b.kind", "total_floor"}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.data())
def test_nothing_makes_the_parser_fall_over(data: st.DataObject) -> None:
    """Any value anywhere in a good model is either understood or refused in words."""
    good = json.loads(json.dumps(model(act("a", 5), fit("b", 5, "title", "one_of", ["x"]))))
    place = good
    for _ in range(data.draw(st.integers(0, 3))):
        nested = [
            v
            for v in (place.values() if isinstance(place, dict) else place)
            if isinstance(v, dict | list)
        ]
        place = data.draw(st.sampled_from(nested)) if nested else place
    keys = sorted(place) if isinstance(place, dict) else range(len(place))
    place[data.draw(st.sampled_from(list(keys)))] = data.draw(json_values)
    try:
        parse(good, fields=FIELDS, kinds=KINDS)
    except DefinitionError as error:
        assert all(text for texts in error.problems.values() for text in texts)


@settings(deadline=None)
@given(json_values)
def test_any_json_at_all_is_refused_in_words(value: Any) -> None:
    assert problems(value)
