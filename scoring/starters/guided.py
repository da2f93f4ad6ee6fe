"""A model out of five answers about the ideal customer. Its numbers are ours."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from scoring.starters.pieces import Shape, act, bands, fact, half_life, quiet, whole

# What a buyer does before buying: points the first time.
SIGNS: dict[str, tuple[Any, Shape]] = {
    "demo": (_("Asks for a demo"), act("demo", "Asked for a demo", 40, "demo_request", cap=40)),
    "contact": (
        _("Sends the contact form"),
        act("contact", "Sent the contact form", 30, "form", cap=30),
    ),
    "pricing": (
        _("Looks at prices"),
        act(
            "pricing",
            "Viewed the pricing page",
            15,
            "page",
            path="/pricing",
            cap=45,
            within_days=60,
        ),
    ),
    "webinar": (
        _("Attends a webinar"),
        act("webinar", "Attended a webinar", 15, "webinar", cap=30),
    ),
    "reads": (
        _("Downloads a white paper or case study"),
        act("white_paper", "Downloaded a white paper", 10, "white_paper", cap=30),
    ),
    "product": (
        _("Tries the product"),
        act("product", "Used the product", 10, "product_used", cap=40),
    ),
}


@dataclass(frozen=True)
class Answers:
    """`seniority` and `countries` are keys and codes; `smallest` and `largest` count employees; an answer that
    is left open asks for nothing."""

    seniority: tuple[str, ...] = ()
    smallest: int | None = None
    largest: int | None = None
    industries: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()


def guided(answers: Answers) -> Shape:
    """MQL from 50, sales-ready from 75: who fits in everything and does one strong thing is an MQL."""
    criteria = [*_ideal(answers), *_deeds(answers)]
    starts = bands(
        ("cold", "Cold", None, "none"),
        ("nurture", "Nurture", 1, "nurture"),
        ("mql", "MQL", 50, "mql"),
        ("sales_ready", "Sales-ready", 75, "sales_ready"),
    )
    return whole([*criteria, quiet()], starts, caps={"fit": 40, "engagement": 100})


def _ideal(answers: Answers) -> list[Shape]:
    made = []
    if answers.seniority:
        made.append(
            fact("role", "Right role", 15, "title.seniority", "one_of", list(answers.seniority))
        )
    if answers.smallest is not None or answers.largest is not None:
        size = [answers.smallest, answers.largest]
        made.append(fact("size", "Right size", 10, "company.employees", "between", size))
    if answers.industries:
        industries = list(answers.industries)
        made.append(
            fact("industry", "Right industry", 10, "company.industry", "one_of", industries)
        )
    if answers.countries:
        countries = list(answers.countries)
        made.append(fact("country", "Right country", 5, "country", "one_of", countries))
        made.append(fact("elsewhere", "Another country", -30, "country", "not_one_of", countries))
    free = fact("free_mail", "Private e-mail address", -15, "email_domain", "in_list", "free_mail")
    student = fact("student", "Student or intern", -50, "title.seniority", "is", "student")
    return [*made, free, student]


def _deeds(answers: Answers) -> list[Shape]:
    chosen = answers.signs or ("demo",)
    return [
        {**shape, "decay": half_life(30)} for key, (_label, shape) in SIGNS.items() if key in chosen
    ]
