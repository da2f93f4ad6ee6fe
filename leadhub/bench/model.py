"""The model that is measured: small enough that a person can write its statement by hand (anchors.py)."""

from typing import Any

FREE_MAIL = [
    "gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "icloud.com", "gmx.de", "web.de",
    "aol.com", "proton.me", "mail.com",
]  # fmt: skip


def _fit(key: str, label: str, points: int, field: str, op: str, value: Any) -> dict[str, Any]:
    group = "fit" if points > 0 else "negative"
    condition = {"field": field, "op": op, "value": value}
    return {"key": key, "label": label, "group": group, "points": points, "condition": condition}


def _act(
    key: str, label: str, points: int, kind: str, *, path: str = "", **more: Any
) -> dict[str, Any]:
    group = "engagement" if points > 0 else "negative"
    event = {"kind": kind, "name": "", "path": path}
    shape = {"key": key, "label": label, "group": group, "points": points, "event": event}
    return {
        **shape,
        "each": True,
        "at_least": 1,
        "within_days": None,
        "cap": None,
        "decay": None,
        **more,
    }


def half_life(days: int) -> dict[str, Any]:
    return {"kind": "half_life", "days": days}


def measured() -> dict[str, Any]:
    """Eighteen criteria over titles, size, pages, forms and silence; tiers at 1, 50 and 75."""
    return {
        "criteria": [
            _fit("c_level", "C-level title", 20, "title", "has_word",
                 ["chief", "ceo", "cfo", "cto", "cmo", "coo", "cio"]),
            _fit("director", "Director, VP or head", 12, "title", "has_word",
                 ["director", "vp", "vice president", "head"]),
            _fit("size", "200 employees or more", 10, "company.employees", "between", [200, None]),
            _fit("phone", "Phone number known", 5, "phone", "known", None),
            _act("demo", "Asked for a demo", 30, "demo_request", cap=30, decay=half_life(30)),
            _act("contact", "Sent the contact form", 25, "form", cap=25, decay=half_life(30)),
            _act("pricing", "Viewed the pricing page", 15, "page", path="/pricing",
                 cap=45, within_days=60, decay=half_life(14)),
            _act("roi", "Used the ROI calculator", 12, "roi_calculator", cap=24, decay=half_life(30)),
            _act("case_study", "Downloaded a case study", 10, "case_study", cap=30, decay=half_life(30)),
            _act("blog", "Read the blog", 3, "page", path="/blog", cap=9, within_days=30),
            _act("social", "Clicked a social post", 1, "social_click", cap=5, within_days=30),
            _fit("free_mail", "Private e-mail address", -15, "email_domain", "one_of", FREE_MAIL),
            _fit("student", "Student, intern or unemployed", -50, "title", "has_word",
                 ["student", "intern", "internship", "unemployed"]),
            _fit("competitor", "Works for a competitor", -100, "email_domain", "one_of",
                 ["competitor.example"]),
            _fit("unserved", "Country we do not serve", -30, "country", "one_of", ["AQ"]),
            _act("unsubscribe", "Unsubscribed", -25, "unsubscribe", each=False),
            _act("careers", "Looked at careers pages", -10, "page", path="/careers", each=False,
                 within_days=90),
            {"key": "quiet", "label": "Nothing heard for 90 days", "group": "negative",
             "points": -20, "within_days": 90},
        ],
        "bands": [
            {"key": "cold", "name": "Cold", "start": None, "effect": "none"},
            {"key": "nurture", "name": "Nurture", "start": 1, "effect": "nurture"},
            {"key": "mql", "name": "MQL", "start": 50, "effect": "mql"},
            {"key": "sales_ready", "name": "Sales-ready", "start": 75, "effect": "sales_ready"},
        ],
        "caps": {"fit": 40, "engagement": 100},
        "floors": {},
        "total_cap": None,
        "total_floor": None,
        "trust": [0, 1],
    }  # fmt: skip
