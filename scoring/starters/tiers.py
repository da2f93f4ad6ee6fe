"""Two models by the tables of a B2B best-practice guide, which gives two sets of bands."""

from scoring.starters.pieces import Shape, act, bands, fact, half_life, quiet, step, whole

SOURCED = {
    "demo", "contact", "pricing", "roi", "case_study", "blog", "social", "free_mail", "student",
    "competitor", "unserved", "unsubscribe", "careers", "quiet",
}  # fmt: skip


def _table() -> list[Shape]:
    """Points: pricing page 15, demo 30, contact form 25, case study 10, ROI calculator 12, blog 3, social
    click 1; free mail -15, student titles -50, competitors -100, unserved countries -30, unsubscribe -25,
    careers pages -10, 90 quiet days -20. Caps, windows and fading are ours, and the points of titles and
    size."""
    return [
        fact("c_level", "C-level title", 20, "title.seniority", "is", "c_level", first_of="seniority"),
        fact("director", "Director, VP or head", 12, "title.seniority", "one_of",
             ["director", "vp"], first_of="seniority"),
        fact("size", "200 employees or more", 10, "company.employees", "between", [200, None]),
        fact("phone", "Phone number known", 5, "phone", "known"),
        act("demo", "Asked for a demo", 30, "demo_request", cap=30, decay=half_life(30)),
        act("contact", "Sent the contact form", 25, "form", cap=25, decay=half_life(30)),
        act("pricing", "Viewed the pricing page", 15, "page", path="/pricing",
            cap=45, within_days=60, decay=half_life(14)),
        act("roi", "Used the ROI calculator", 12, "roi_calculator", cap=24, decay=half_life(30)),
        act("case_study", "Downloaded a case study", 10, "case_study", cap=30, decay=half_life(30)),
        act("blog", "Read the blog", 3, "page", path="/blog", cap=9, within_days=30),
        act("social", "Clicked a social post", 1, "social_click", cap=5, within_days=30),
        fact("free_mail", "Private e-mail address", -15, "email_domain", "in_list", "free_mail"),
        fact("student", "Student, intern or unemployed", -50, "title.seniority", "is", "student"),
        fact("competitor", "Works for a competitor", -100, "email_domain", "in_list", "competitors"),
        fact("unserved", "Country we do not serve", -30, "country", "not_in_list", "served_countries"),
        act("unsubscribe", "Unsubscribed", -25, "unsubscribe", each=False),
        act("careers", "Looked at careers pages", -10, "page", path="/careers", each=False,
            within_days=90),
        quiet(),
    ]  # fmt: skip


def tiers() -> Shape:
    """Nurture from 1, MQL from 50, sales-ready from 75."""
    starts = bands(
        ("cold", "Cold", None, "none"),
        ("nurture", "Nurture", 1, "nurture"),
        ("mql", "MQL", 50, "mql"),
        ("sales_ready", "Sales-ready", 75, "sales_ready"),
    )
    return whole(_table(), starts, caps={"fit": 40, "engagement": 100})


def simple() -> Shape:
    """MQL from 50, immediate outreach from 100; with the guide's sequence of webinar, integration and pricing
    page within two weeks for 30, its frequency and recency rules and its rule for accounts. How often,
    how recent and how much for the last three are ours."""
    starts = bands(
        ("cold", "Cold", None, "none"),
        ("mql", "MQL", 50, "mql"),
        ("sales_ready", "Sales-ready", 100, "sales_ready"),
    )
    table = [item for item in _table() if item["key"] not in ("pricing", "phone", "social")]
    journey = {
        "key": "journey", "label": "Webinar, then integrations, then pricing", "group": "engagement",
        "points": 30, "each": True, "at_least": 1, "within_days": 60, "cap": 60, "decay": None,
        "sequence": {
            "steps": [step("webinar"), step("page", "/integrations"), step("page", "/pricing")],
            "span_days": 14, "again_days": 30,
        },
    }  # fmt: skip
    together = {
        "key": "together", "label": "Several of a company read and register", "group": "account",
        "points": 15, "within_days": 60,
        "people": {"people": 2, "deeds": [step("white_paper"), step("webinar")]},
    }  # fmt: skip
    more = [
        act("pricing", "Viewed the pricing page", 15, "page", path="/pricing", cap=45, within_days=60,
            decay=half_life(14), bonus={"points": 5, "days": 7}),
        act("feature", "Came back to a feature page", 10, "page", path="/features", each=False,
            at_least=3, within_days=30),
        journey,
        together,
    ]  # fmt: skip
    return whole([*table, *more], starts, caps={"fit": 40, "engagement": 120, "account": 20})
