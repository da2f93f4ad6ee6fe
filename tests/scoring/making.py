"""Random models and people for the comparison with the oracle, and their rows in the database."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from leads import events
from leads.models import AttributeField, Company, Lead, LeadScore
from leads.signatures import Look, numbers
from tests.scoring.oracle import Fact, Person

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
            ["title", "country", "email_domain", "company.industry", "custom.plan"]
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
        many = st.tuples(st.sampled_from(["one_of", "contains_any", "has_word"]), texts)
        return st.one_of(bare, one, many)
    if kind == "boolean":
        return st.one_of(bare, st.tuples(st.just("is"), st.booleans()))
    values = st.integers(-3, 3) if kind == "number" else st.sampled_from(DATES)
    between = st.tuples(st.just("between"), _bounds(values))
    same = st.tuples(st.just("is"), values)
    return st.one_of(bare, between, same) if kind == "number" else st.one_of(bare, between)


def _bounds(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    pair = st.tuples(values, values).map(sorted)
    return st.one_of(pair, values.map(lambda v: [None, v]), values.map(lambda v: [v, None]))


@st.composite
def criteria(draw: Any, key: str) -> dict[str, Any]:
    group = draw(st.sampled_from(["fit", "engagement", "negative"]))
    points = draw(st.integers(0, 40)) * (-1 if group == "negative" else 1)
    shape = {"key": key, "label": f"The {key}", "group": group, "points": points}
    asks = draw(st.sampled_from(["condition", "event", "event", "absence"]))
    if asks == "condition":
        return {**shape, "condition": draw(conditions())}
    days = st.sampled_from([1, 2, 7, 30, 90])
    if asks == "absence":
        return {**shape, "within_days": draw(days)}
    decay = st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["half_life", "linear"]),
            "days": st.sampled_from([1, 2, 3, 14, 30]),
        }
    )
    return {
        **shape,
        "event": {"kind": draw(st.sampled_from(KINDS)), "name": draw(st.sampled_from(NAMES)),
                  "path": draw(st.sampled_from(PATHS))},
        "each": draw(st.booleans()),
        "at_least": draw(st.integers(1, 3)),
        "within_days": draw(st.none() | days),
        "cap": draw(st.none() | st.integers(1, 60)),
        "decay": draw(st.none() | decay),
    }  # fmt: skip


@st.composite
def models(draw: Any) -> dict[str, Any]:
    starts = sorted(draw(st.lists(st.integers(-30, 80), min_size=2, max_size=2, unique=True)))
    limit = st.none() | st.integers(1, 80)
    floor = draw(st.none() | st.integers(-60, 20))
    cap = draw(st.none() | st.integers(21, 100))
    return {
        "criteria": [draw(criteria(f"c{n}")) for n in range(draw(st.integers(1, 7)))],
        "bands": [
            {"key": "low", "name": "Low", "start": None, "effect": "none"},
            {"key": "mql", "name": "MQL", "start": starts[0], "effect": "mql"},
            {"key": "high", "name": "High", "start": starts[1], "effect": "sales_ready"},
        ],
        "caps": {group: draw(limit) for group in ("fit", "engagement", "negative")},
        "total_cap": cap,
        "total_floor": floor,
        "trust": sorted(draw(st.sets(st.integers(0, 3), min_size=1, max_size=3))),
    }


@st.composite
def people(draw: Any, now: datetime) -> Person:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    moments = st.builds(
        lambda days, shift: midnight - timedelta(days=days) + timedelta(microseconds=shift),
        st.sampled_from([0, 1, 2, 6, 7, 13, 14, 29, 30, 31, 89, 90, 630, 700]),
        st.sampled_from([-1, 0, 1, 3_600_000_000, 80_000_000_000]),
    )
    facts = st.builds(
        Fact, kind=st.sampled_from(KINDS), at=moments, name=st.sampled_from(NAMES),
        path=st.sampled_from(PATHS), trust=st.integers(0, 3),
    )  # fmt: skip
    company = draw(st.booleans())
    fields = {
        "title": draw(st.sampled_from(TITLES)),
        "country": draw(st.sampled_from(COUNTRIES)),
        "email_domain": draw(st.sampled_from(["", "a", "firm.example"])),
        "company.industry": draw(st.sampled_from(["", "CTO", "a"])) if company else "",
        "company.employees": draw(st.none() | st.integers(0, 4)) if company else None,
        "custom.budget": draw(st.none() | st.integers(-4, 4)),
        "custom.plan": draw(st.sampled_from(["", "cto", "É", "100%_a"])),
        "custom.agreed": draw(st.none() | st.booleans()),
        "custom.since": draw(st.none() | st.sampled_from(DATES)),
    }
    return Person(draw(moments), fields, draw(st.lists(facts, max_size=12)))


def store_fields() -> None:
    AttributeField.objects.bulk_create(
        AttributeField(key=key, label=key, type=kind) for key, kind in CUSTOM.items()
    )


def store(crowd: list[Person], now: datetime) -> list[int]:
    """Rows of these people, in their order; the ids of the leads."""
    ids = [_lead(n, person).pk for n, person in enumerate(crowd)]
    LeadScore.objects.bulk_create(LeadScore(lead_id=pk) for pk in ids)
    facts = [(pk, fact) for pk, person in zip(ids, crowd, strict=True) for fact in person.facts]
    looks = numbers({Look(fact.kind, fact.name, fact.path) for _pk, fact in facts}) if facts else {}
    rows = []
    for pk, fact in facts:
        signature, kind = looks[Look(fact.kind, fact.name, fact.path)]
        rows.append((None, pk, fact.at, now, kind, signature, fact.trust, events.Jsonb({})))
    if rows:
        events.insert(rows)
    return ids


def _lead(n: int, person: Person) -> Lead:
    known = person.fields
    company = None
    if known["company.industry"] or known["company.employees"] is not None:
        company = Company.objects.create(
            name="Firm", identity=f"name:{uuid.uuid4()}", industry=known["company.industry"],
            employees=known["company.employees"], created_at=person.created_at,
        )  # fmt: skip
    attributes = {
        key: known[f"custom.{key}"] for key in CUSTOM if known[f"custom.{key}"] not in (None, "")
    }
    return Lead.objects.create(
        email=f"{uuid.uuid4()}@{known['email_domain']}" if known["email_domain"] else None,
        title=known["title"], country=known["country"], company=company, attributes=attributes,
        source="Test", created_at=person.created_at, updated_at=person.created_at,
    )  # fmt: skip
