"""Random people for the comparison with the oracle, and their rows in the database."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from leads.activity import events, last_activity
from leads.activity.signatures import Look, numbers
from leads.models import AttributeField, Company, Lead, LeadScore
from scoring.models import Override
from tests import factories
from tests.scoring.making import (
    COUNTRIES,
    CUSTOM,
    DATES,
    KINDS,
    NAMES,
    PATHS,
    SOURCES,
    TITLES,
)
from tests.scoring.oracle import Fact, Person


@st.composite
def people(draw: Any, now: datetime, least: int = 0) -> Person:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    moments = st.builds(
        lambda days, shift: midnight - timedelta(days=days) + timedelta(microseconds=shift),
        st.sampled_from([0, 1, 2, 6, 7, 13, 14, 29, 30, 31, 89, 90, 630, 700]),
        st.sampled_from([-1, 0, 1, 3_600_000_000, 80_000_000_000]),
    )
    facts = st.builds(
        Fact, kind=st.sampled_from(KINDS), at=moments, name=st.sampled_from(NAMES),
        path=st.sampled_from(PATHS), trust=st.sampled_from([0, 0, 0, 1, 2, 3]),
        campaign=st.sampled_from(["", "spring", "Spring"]),
        properties=st.sampled_from(
            [{}, {"seats": 2}, {"seats": 12, "plan": "2 of"}, {"plan": "pro plus"}, {"plan": "PRO"}, {"plan": "a pro"},
             {"seats": "12.5"}, {"seats": True, "plan": 12}]
        ),
    )  # fmt: skip
    company = draw(st.booleans())
    fields = {
        "title": draw(st.sampled_from(TITLES)),
        "country": draw(st.sampled_from(COUNTRIES)),
        "source": draw(st.sampled_from(SOURCES)),
        "email_domain": draw(st.sampled_from(["", "a", "firm.example"])),
        "company.industry": draw(st.sampled_from(["", "CTO", "a"])) if company else "",
        "company.employees": draw(st.none() | st.integers(0, 4)) if company else None,
        "custom.budget": draw(st.none() | st.integers(-4, 4)),
        "custom.plan": draw(st.sampled_from(["", "cto", "É", "100%_a"])),
        "custom.agreed": draw(st.none() | st.booleans()),
        "custom.since": draw(st.none() | st.sampled_from(DATES)),
    }
    firm = draw(st.integers(0, 1)) if company else None
    did = draw(st.lists(facts, min_size=least, max_size=least + 12))
    stands = draw(st.sampled_from(["low", "mql", "high"]))
    return Person(
        draw(moments), fields, did, firm, stands, draw(st.sampled_from([None] * 5 + [77]))
    )


def store_fields() -> None:
    AttributeField.objects.bulk_create(
        AttributeField(key=key, label=key, type=kind) for key, kind in CUSTOM.items()
    )


def store(crowd: list[Person], now: datetime) -> list[int]:
    """Rows of these people, in their order; the ids of the leads."""
    firms: dict[int, Company] = {}
    ids = [_lead(person, firms).pk for person in crowd]
    LeadScore.objects.bulk_create(
        LeadScore(lead_id=pk, band=person.stands) for pk, person in zip(ids, crowd, strict=True)
    )
    _set(ids, crowd, now)
    facts = [(pk, fact) for pk, person in zip(ids, crowd, strict=True) for fact in person.facts]
    looks = numbers({_look(fact) for _pk, fact in facts}) if facts else {}
    rows = []
    for pk, fact in facts:
        signature, kind = looks[_look(fact)]
        rows.append((None, pk, fact.at, now, kind, signature, fact.trust, fact.properties))
    if rows:
        last_activity.catch_up(events.insert(rows))
    return ids


def _look(fact: Fact) -> Look:
    return Look(fact.kind, fact.name, fact.path, fact.campaign)


def _set(ids: list[int], crowd: list[Person], now: datetime) -> None:
    """Scores that somebody set by hand; for every third lead else one that ended with yesterday."""
    by, today = factories.make_user("marketer"), now.date()
    told = {pk: (p.set_to, today + timedelta(days=1)) for pk, p in zip(ids, crowd, strict=True)}
    told |= {pk: (55, today) for pk in ids if told[pk][0] is None and pk % 3 == 0}
    Override.objects.bulk_create(
        Override(lead_id=pk, total=total, reason="x", by=by, at=now, until=until)
        for pk, (total, until) in told.items()
        if total is not None
    )


def _lead(person: Person, firms: dict[int, Company]) -> Lead:
    """People of the same firm share its facts: those of the first."""
    known = person.fields
    company = firms.get(person.firm) if person.firm is not None else None
    if person.firm is not None and company is None:
        company = firms[person.firm] = Company.objects.create(
            name="Firm", identity=f"name:{uuid.uuid4()}", industry=known["company.industry"],
            employees=known["company.employees"], created_at=person.created_at,
        )  # fmt: skip
    if company:
        known |= {"company.industry": company.industry, "company.employees": company.employees}
    attributes = {
        key: known[f"custom.{key}"] for key in CUSTOM if known[f"custom.{key}"] not in (None, "")
    }
    return Lead.objects.create(
        email=f"{uuid.uuid4()}@{known['email_domain']}" if known["email_domain"] else None,
        title=known["title"], country=known["country"], company=company, attributes=attributes,
        source=known["source"], created_at=person.created_at, updated_at=person.created_at,
    )  # fmt: skip
