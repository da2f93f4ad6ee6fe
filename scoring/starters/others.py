"""Models by other guides, one for customers, and one to begin from nothing."""

from scoring.starters.pieces import Shape, act, bands, fact, half_life, quiet, whole


def compact() -> Shape:
    """MQL from 40, sales-ready from 80, and a band of those out of the race. By a guide: CMO 10, pricing page
    5, unsubscribe -10, bad phone number -15; the rest is ours."""
    starts = bands(
        ("out", "Disqualified", None, "disqualify"),
        ("nurture", "Nurture", 0, "nurture"),
        ("mql", "MQL", 40, "mql"),
        ("sales_ready", "Sales-ready", 80, "sales_ready"),
        out={"reason": "More counts against this lead than for it."},
    )
    criteria = [
        fact("cmo", "Heads marketing", 10, "title", "has_word", ["cmo", "chief marketing officer"]),
        fact("senior", "Decides", 10, "title.seniority", "one_of", ["c_level", "vp", "director"]),
        fact("size", "50 employees or more", 10, "company.employees", "between", [50, None]),
        act(
            "pricing", "Viewed the pricing page", 5, "page", path="/pricing", cap=15, within_days=60
        ),
        act("demo", "Asked for a demo", 30, "demo_request", cap=30, decay=half_life(30)),
        act("webinar", "Attended a webinar", 10, "webinar", cap=20, decay=half_life(60)),
        act("case_study", "Downloaded a case study", 5, "case_study", cap=15, decay=half_life(60)),
        fact("bad_phone", "Phone number is wrong", -15, "phone_is_valid", "is", False),
        act("unsubscribe", "Unsubscribed", -10, "unsubscribe", each=False),
    ]
    return whole(criteria, starts)


def hundred() -> Shape:
    """MQL from 100. By a guide: C-level 20, and students nothing or less; the rest is ours."""
    starts = bands(
        ("cold", "Cold", None, "none"),
        ("nurture", "Nurture", 40, "nurture"),
        ("mql", "MQL", 100, "mql"),
    )
    criteria = [
        fact("c_level", "C-level title", 20, "title.seniority", "is", "c_level", first_of="seniority"),
        fact("vp", "Vice president", 15, "title.seniority", "is", "vp", first_of="seniority"),
        fact("head", "Director or head", 10, "title.seniority", "is", "director", first_of="seniority"),
        fact("large", "1,000 employees or more", 20, "company.employees", "between", [1000, None],
             first_of="company size"),
        fact("medium", "200 employees or more", 15, "company.employees", "between", [200, None],
             first_of="company size"),
        fact("small", "50 employees or more", 5, "company.employees", "between", [50, None],
             first_of="company size"),
        act("demo", "Asked for a demo", 40, "demo_request", cap=40, decay=half_life(30)),
        act("pricing", "Viewed the pricing page", 10, "page", path="/pricing", cap=30, within_days=60),
        act("webinar", "Attended a webinar", 15, "webinar", cap=30, decay=half_life(60)),
        act("white_paper", "Downloaded a white paper", 10, "white_paper", cap=30, decay=half_life(60)),
        act("email", "Clicked in an e-mail", 3, "email_click", cap=12, within_days=30),
        fact("student", "Student or intern", -20, "title.seniority", "is", "student"),
        quiet(),
    ]  # fmt: skip
    return whole(criteria, starts)


def condition() -> Shape:
    """MQL by a condition: pricing page visited and white paper downloaded; the score loses 10 % for every
    week without activity. Both by a guide; the points are ours."""
    starts = bands(
        ("cold", "Cold", None, "none"),
        ("nurture", "Nurture", 10, "nurture"),
        ("mql", "MQL", None, "mql"),
        mql={"needs": ["pricing", "white_paper"]},
    )
    criteria = [
        fact("senior", "Decides", 15, "title.seniority", "one_of", ["c_level", "vp", "director"]),
        fact("size", "50 employees or more", 10, "company.employees", "between", [50, None]),
        act(
            "pricing",
            "Visited the pricing page",
            15,
            "page",
            path="/pricing",
            cap=30,
            within_days=90,
        ),
        act("white_paper", "Downloaded a white paper", 15, "white_paper", cap=30, within_days=90),
        act("webinar", "Attended a webinar", 10, "webinar", cap=20, within_days=90),
        act("email", "Clicked in an e-mail", 3, "email_click", cap=12, within_days=30),
        act("unsubscribe", "Unsubscribed", -25, "unsubscribe", each=False),
    ]
    return whole(criteria, starts, idle={"lose": 10, "days": 7, "scope": "total"})


def service() -> Shape:
    """For customers: signs that they want more. All of it is ours."""
    starts = bands(
        ("calm", "Calm", None, "none"),
        ("interested", "Interested", 20, "nurture"),
        ("ready", "Wants more", 50, "mql"),
    )
    criteria = [
        act("upgrade", "Asked for an upgrade", 50, "upgrade_request", cap=50, decay=half_life(30)),
        act(
            "limit",
            "Reached a limit of the product",
            20,
            "product_limit",
            cap=40,
            decay=half_life(30),
        ),
        act("used", "Used the product", 2, "product_used", cap=20, within_days=30),
        act(
            "pricing",
            "Viewed the pricing page",
            10,
            "page",
            path="/pricing",
            cap=30,
            within_days=30,
        ),
        quiet(-10, 30),
    ]
    return whole(criteria, starts)


def blank() -> Shape:
    """One criterion, two bands."""
    starts = bands(("cold", "Cold", None, "none"), ("mql", "MQL", 50, "mql"))
    return whole([act("demo", "Asked for a demo", 50, "demo_request", cap=50)], starts)
