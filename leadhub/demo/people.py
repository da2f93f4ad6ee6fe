"""Invented people and companies. The names are made of syllables, the addresses end in .example."""

from dataclasses import dataclass
from random import Random

GIVEN_A = [
    "Zel",
    "Mir",
    "Tav",
    "Oru",
    "Bel",
    "Kes",
    "Lun",
    "Fen",
    "Dar",
    "Ves",
    "Nim",
    "Rok",
    "Sil",
    "Qua",
]
GIVEN_B = ["mo", "ka", "rin", "deth", "ora", "ius", "ani", "bel", "wyn", "tal", "esh", "ulo"]
FAMILY_A = [
    "Brandi",
    "Quill",
    "Thorne",
    "Walde",
    "Mosk",
    "Fjell",
    "Crave",
    "Hollo",
    "Stern",
    "Vint",
    "Gorse",
]
FAMILY_B = [
    "var",
    "fox",
    "by",
    "mark",
    "wick",
    "stad",
    "low",
    "ner",
    "haven",
    "berg",
    "moor",
    "dell",
]
FIRM_A = ["Quillfox", "Northwind", "Halcyon", "Fjordline", "Lumenry", "Kestrelo", "Atlasco", "Pinegrove",
          "Sablemark", "Quarryx", "Tideline", "Verityx", "Bluefern", "Cindero", "Driftlab", "Embertek",
          "Foxmere", "Glasswing", "Harborly", "Ironleaf", "Junipera", "Kilnworks", "Larkspurt", "Mossgate"]  # fmt: skip
FIRM_B = ["Robotics", "Health", "Logistics", "Energy", "Retail", "Finance", "Cement", "Schools", "Insurance",
          "Labs", "Hotels", "Legal"]  # fmt: skip
INDUSTRY = dict(
    zip(
        FIRM_B,
        ["Manufacturing", "Health", "Logistics", "Energy", "Retail", "Finance", "Manufacturing",
         "Education", "Finance", "Software", "Travel", "Legal"],
        strict=True,
    )
)  # fmt: skip
TITLES = [("Chief Operating Officer", 5), ("CFO", 4), ("CTO", 5), ("VP Operations", 7), ("Director of Sales", 9),
          ("Head of IT", 8), ("Marketing Manager", 14), ("Plant Manager", 9), ("Procurement Lead", 9),
          ("IT Analyst", 12), ("Consultant", 8), ("Student", 6), ("", 4)]  # fmt: skip
SOURCES = [("Website", 30), ("Paid search", 20), ("Webinar", 15), ("Content download", 17),
           ("LinkedIn ads", 11), ("Partner referral", 7)]  # fmt: skip
COUNTRIES = [("DE", 22), ("US", 20), ("GB", 12), ("FR", 9), ("NL", 7), ("SE", 6), ("PL", 6), ("PT", 6), ("CZ", 5),
             ("AQ", 2), ("JP", 5)]  # fmt: skip
FREE = ["gmail.com", "outlook.com", "web.de"]


@dataclass(frozen=True)
class Firm:
    name: str
    domain: str
    industry: str
    employees: int
    country: str


@dataclass(frozen=True)
class Someone:
    """One invented lead, with `heat` from 0 (cold) to 1 (will cross)."""

    first_name: str
    last_name: str
    email: str
    title: str
    phone: str
    source: str
    firm: Firm
    free_mail: bool
    heat: float
    day: float  # days before now at which the lead came


def firms(random: Random, number: int) -> list[Firm]:
    made: dict[str, Firm] = {}
    while len(made) < number:
        kind = random.choice(FIRM_B)
        name = f"{random.choice(FIRM_A)} {kind}"
        if name in made:
            name = f"{name} {random.choice(['North', 'South', 'East', 'West', 'One', 'Group'])}"
        size = random.choices([8, 35, 120, 350, 1200, 5200], [18, 24, 22, 18, 12, 6])[0]
        made[name] = Firm(
            name=name,
            domain=f"{name.lower().replace(' ', '-')}.example",
            industry=INDUSTRY[kind],
            employees=max(3, int(size * random.uniform(0.6, 1.5))),
            country=_pick(random, COUNTRIES),
        )
    return list(made.values())


def someone(random: Random, number: int, places: list[Firm], *, days: float) -> Someone:
    """The `number`-th invented lead, who came within the last `days` days."""
    first = random.choice(GIVEN_A) + random.choice(GIVEN_B)
    last = random.choice(FAMILY_A) + random.choice(FAMILY_B)
    firm = random.choice(places)
    free = random.random() < 0.18
    host = random.choice(FREE) if free else firm.domain
    return Someone(
        first_name=first,
        last_name=last,
        email=f"{first}.{last}.{number}@{host}".lower(),
        title=_pick(random, TITLES),
        phone=f"+49 30 5550 {number:04d}" if random.random() < 0.55 else "",
        source=_pick(random, SOURCES),
        firm=firm,
        free_mail=free,
        heat=random.random(),
        day=random.uniform(0.2, days),
    )


def _pick(random: Random, weighted: list[tuple[str, int]]) -> str:
    return random.choices([name for name, _ in weighted], [weight for _, weight in weighted])[0]
