"""Random models for the comparison with the oracle."""

from typing import Any

from hypothesis import strategies as st

FROZEN = {
    "lists": {
        "rivals": {"name": "Rivals", "values": ["a", "FIRM.example", "cto"]},
        "none": {"name": "None", "values": []},
    },
    "seniority": [
        ["low", "Low", ["coordinator", "chief of"]],
        ["high", "High", ["cto", "vp", "head of"]],
    ],
    "department": [["ops", "Ops", ["ops", "r&d"]]],
}
SOURCES = ["Web", "Fair"]
KINDS = ["page", "form", "webinar", "unsubscribe"]
ENGAGING = {"page", "form", "webinar"}
NAMES = ["", "Pricing", "pricing", "Größe", "100%_of"]
PATHS = ["", "/", "/pricing", "/Pricing/plans", "/pri_ing", "/blog/%41"]
TITLES = [
    "",
    "CTO",
    "Director, Sales",
    "Head of R&D",
    "VP (EMEA)",
    "Coordinator",
    "chief_of_staff",
    "VP  Ops",
]
TEXTS = [
    "a",
    "cto",
    "CTO",
    "director",
    "vp",
    "head of",
    "R&D",
    "100%",
    "_",
    "é",
    "É",
    "\\",
    "chief of",
]
COUNTRIES = ["", "DE", "FR", "AQ"]
CUSTOM = {"budget": "number", "plan": "text", "agreed": "boolean", "since": "date"}
DATES = ["2026-01-31", "2026-02-01", "2026-11-22"]

texts = st.lists(st.sampled_from(TEXTS), min_size=1, max_size=3, unique=True)


@st.composite
def conditions(draw: Any) -> dict[str, Any]:
    kind = draw(st.sampled_from(["text", "number", "date", "boolean"]))
    field = {
        "text": st.sampled_from(
            [
                "title",
                "title.seniority",
                "title.department",
                "country",
                "email_domain",
                "source",
                "company.industry",
                "custom.plan",
            ]
        ),
        "number": st.sampled_from(["company.employees", "custom.budget"]),
        "date": st.just("custom.since"),
        "boolean": st.just("custom.agreed"),
    }[kind]
    op, value = draw(_asked(kind))
    shape = {"field": draw(field), "op": op}
    return shape if value is None else {**shape, "value": value}


def _asked(kind: str) -> st.SearchStrategy[tuple[str, Any]]:
    bare = st.tuples(st.sampled_from(["known", "unknown"]), st.none())
    if kind == "text":
        one = st.tuples(st.sampled_from(["is", "starts_with"]), st.sampled_from(TEXTS))
        many = st.tuples(
            st.sampled_from(["one_of", "not_one_of", "contains_any", "has_word"]), texts
        )
        named = st.tuples(
            st.sampled_from(["in_list", "not_in_list"]), st.sampled_from(["rivals", "none"])
        )
        level = st.tuples(st.just("is"), st.sampled_from(["low", "high", "ops"]))
        return st.one_of(bare, one, many, named, level)
    if kind == "boolean":
        return st.one_of(bare, st.tuples(st.just("is"), st.booleans()))
    values = st.integers(-3, 3) if kind == "number" else st.sampled_from(DATES)
    between = st.tuples(st.just("between"), _bounds(values))
    same = st.tuples(st.just("is"), values)
    return st.one_of(bare, between, same) if kind == "number" else st.one_of(bare, between)


def _bounds(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    pair = st.tuples(values, values).map(sorted)
    return st.one_of(pair, values.map(lambda v: [None, v]), values.map(lambda v: [v, None]))


days = st.sampled_from([1, 2, 7, 30, 90])
decays = st.fixed_dictionaries(
    {"kind": st.sampled_from(["half_life", "linear"]), "days": st.sampled_from([1, 2, 3, 14, 30])}
)
idles = st.fixed_dictionaries(
    {"lose": st.sampled_from([1, 10, 50, 100]), "days": st.sampled_from([1, 7, 30])}
)


def _tests(ops: list[str], values: list[str]) -> st.SearchStrategy[dict[str, str]]:
    shape = {"property": ["seats", "plan"], "op": ops, "value": values}
    return st.fixed_dictionaries({name: st.sampled_from(some) for name, some in shape.items()})


tests = st.one_of(
    _tests(["is", "contains", "starts_with"], ["0", "2", "12", "Pro"]),
    _tests(["at_least", "at_most"], ["0", "2", "12"]),
)


@st.composite
def matches(draw: Any) -> dict[str, Any]:
    return {
        "kind": draw(st.sampled_from(KINDS)),
        # Mostly any name and any page, or hardly anything would ever match.
        "name": draw(st.sampled_from(["", "", "", "", *NAMES])),
        "path": draw(st.sampled_from(["", "", "", "", *PATHS])),
        "campaign": draw(st.sampled_from(["", "", "", "spring"])),
        "properties": draw(
            st.sampled_from([0, 0, 1]).flatmap(lambda n: st.lists(tests, max_size=n))
        ),
    }


@st.composite
def criteria(draw: Any, key: str) -> dict[str, Any]:
    asks = draw(st.sampled_from(["condition", "event", "event", "sequence", "people", "absence"]))
    group = draw(st.sampled_from(["fit", "engagement", "negative"]))
    group = draw(st.sampled_from([group, "account"])) if asks == "people" else group
    points = draw(st.integers(0, 40)) * (-1 if group == "negative" else 1)
    shape = {"key": key, "label": f"The {key}", "group": group, "points": points}
    shape["first_of"] = draw(st.sampled_from(["", "", "", "size", "other"]))
    if asks == "condition":
        return {**shape, "condition": draw(conditions())}
    if asks == "absence":
        return {**shape, "within_days": draw(days)}
    if asks == "people":
        deeds = draw(st.lists(matches(), min_size=1, max_size=2))
        people = {"people": draw(st.integers(1, 3)), "deeds": deeds}
        return {**shape, "within_days": draw(days), "people": people}
    told = {"event": draw(matches())} if asks == "event" else {"sequence": draw(sequences())}
    sign = -1 if group == "negative" else 1
    bonus = st.fixed_dictionaries(
        {"points": st.integers(0, 9).map(lambda n: n * sign), "days": days}
    )
    return {
        **shape,
        **told,
        "each": draw(st.booleans()),
        "at_least": draw(st.integers(1, 3)),
        "within_days": draw(st.none() | days),
        "cap": draw(st.none() | st.integers(max(1, abs(points)), 60)),
        "decay": draw(st.none() | decays),
        "bonus": draw(st.none() | bonus),
        "idle": draw(st.none() | st.none() | idles),
    }


@st.composite
def sequences(draw: Any) -> dict[str, Any]:
    # Steps of a kind alone, or hardly anybody would ever walk through one.
    steps = st.sampled_from(KINDS).map(lambda kind: {"kind": kind, "name": "", "path": ""})
    return {
        "steps": draw(st.lists(steps, min_size=2, max_size=3)),
        "span_days": draw(st.sampled_from([1, 7, 90])),
        "again_days": draw(st.none() | days),
    }


@st.composite
def bands(draw: Any, keys: list[str]) -> list[dict[str, Any]]:
    starts = sorted(draw(st.lists(st.integers(-30, 80), min_size=2, max_size=2, unique=True)))
    lowest = draw(st.sampled_from(["none", "none", "disqualify"]))
    made: list[dict[str, Any]] = [
        {"key": "low", "name": "Low", "start": None, "effect": lowest, "reason": "Too low"},
        {"key": "mql", "name": "MQL", "start": starts[0], "effect": "mql"},
        {"key": "high", "name": "High", "start": starts[1], "effect": "sales_ready"},
    ]
    for band in made[1:]:
        if draw(st.sampled_from([False, False, True])):
            band["needs"] = draw(
                st.lists(st.sampled_from(keys), min_size=1, max_size=2, unique=True)
            )
        for name in ("min_fit", "min_engagement"):
            if draw(st.sampled_from([False, False, True])):
                band[name] = draw(st.integers(-5, 30))
        if draw(st.booleans()):
            band["leave"] = band["start"] - draw(st.integers(0, 20))
        elif "needs" in band and draw(st.booleans()):
            band["start"] = None
    return made


@st.composite
def models(draw: Any, least: int = 1, most: int = 7) -> dict[str, Any]:
    limit = st.none() | st.integers(1, 80)
    lower = st.none() | st.integers(-60, -1)
    made = [draw(criteria(f"c{n}")) for n in range(draw(st.integers(least, most)))]
    variants = st.fixed_dictionaries(
        {
            "label": st.just("Another"),
            "when": st.lists(conditions(), min_size=1, max_size=2),
            "points": st.fixed_dictionaries(
                {c["key"]: st.integers(0, 50).map(lambda n, c=c: -n if c["group"] == "negative" else n)
                 for c in made[:3]}
            ),
        }
    )  # fmt: skip
    disqualifiers = st.fixed_dictionaries({"label": st.just("Out"), "condition": conditions()})
    scoped = idles.flatmap(
        lambda idle: st.sampled_from(["engagement", "total"]).map(
            lambda scope: {**idle, "scope": scope}
        )
    )
    return {
        "criteria": made,
        "bands": draw(bands([c["key"] for c in made])),
        "caps": {group: draw(limit) for group in ("fit", "engagement", "account")},
        "floors": {"negative": draw(lower), "engagement": draw(st.none() | st.integers(-20, 20))},
        "total_cap": draw(st.none() | st.integers(21, 100)),
        "total_floor": draw(st.none() | st.integers(-60, 20)),
        "trust": sorted(draw(st.sets(st.integers(0, 3), min_size=1, max_size=3))),
        "idle": draw(st.none() | scoped),
        "variants": [
            {**v, "key": f"v{n}"} for n, v in enumerate(draw(st.lists(variants, max_size=2)))
        ],
        "disqualifiers": [
            {**d, "key": f"d{n}"} for n, d in enumerate(draw(st.lists(disqualifiers, max_size=2)))
        ],
        "frozen": FROZEN,
    }
