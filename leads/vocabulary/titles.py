"""The table that reads a title: words by seniority and by department, the first that matches counts. It is
where an installation begins; people change it as lists of the product."""

# Assistants and students come first: an “Assistant to the CEO” is no CEO.
SENIORITY: list[tuple[str, str, list[str]]] = [
    ("student", "Student or intern", [
        "student", "intern", "internship", "trainee", "apprentice", "working student", "unemployed",
        "job seeker", "pupil", "werkstudent", "praktikant",
    ]),
    ("assistant", "Assistant", [
        "assistant to", "executive assistant", "personal assistant", "office assistant", "secretary",
        "receptionist",
    ]),
    ("vp", "Vice president", ["vp", "vice president", "svp", "evp", "avp"]),
    ("c_level", "C-level", [
        "chief", "ceo", "cfo", "cto", "cmo", "coo", "cio", "cro", "cpo", "chro", "ciso", "cdo", "cco",
        "founder", "co founder", "cofounder", "owner", "president", "managing director", "geschäftsführer",
        "partner",
    ]),
    ("director", "Director or head", ["director", "head", "head of", "leiter", "dean"]),
    ("manager", "Manager", ["manager", "lead", "team lead", "supervisor", "coordinator", "principal"]),
    ("senior", "Senior specialist", ["senior", "sr", "staff", "architect", "expert", "specialist"]),
    ("junior", "Junior", ["junior", "jr", "associate", "entry level"]),
]  # fmt: skip
DEPARTMENT: list[tuple[str, str, list[str]]] = [
    ("marketing", "Marketing", [
        "marketing", "cmo", "brand", "demand generation", "growth", "content", "seo", "communications",
    ]),
    ("sales", "Sales", [
        "sales", "cro", "account executive", "account manager", "business development", "sdr", "bdr",
        "revenue", "commercial",
    ]),
    ("finance", "Finance", ["finance", "financial", "cfo", "accounting", "accountant", "controller", "treasurer"]),
    ("hr", "People", ["hr", "human resources", "people", "talent", "recruiter", "recruiting", "chro"]),
    ("it", "IT and engineering", [
        "it", "cto", "cio", "ciso", "engineering", "engineer", "developer", "software", "devops", "data",
        "technology", "security", "infrastructure", "architect",
    ]),
    ("operations", "Operations", [
        "operations", "coo", "supply chain", "logistics", "procurement", "purchasing", "production", "ops",
    ]),
    ("product", "Product", ["product", "cpo", "ux", "design", "designer"]),
    ("research", "Research and education", [
        "research", "scientist", "professor", "lecturer", "teacher", "student", "faculty",
    ]),
    ("management", "General management", [
        "ceo", "founder", "co founder", "owner", "president", "managing director", "general manager",
    ]),
]  # fmt: skip

FREE_MAIL = [
    "gmail.com", "googlemail.com", "yahoo.com", "yahoo.co.uk", "yahoo.fr", "yahoo.de", "ymail.com",
    "hotmail.com", "hotmail.co.uk", "hotmail.fr", "outlook.com", "live.com", "msn.com", "icloud.com",
    "me.com", "aol.com", "gmx.de", "gmx.net", "gmx.com", "web.de", "t-online.de", "freenet.de",
    "proton.me", "protonmail.com", "mail.com", "mail.ru", "yandex.ru", "qq.com", "163.com", "126.com",
    "orange.fr", "wanadoo.fr", "free.fr", "laposte.net", "libero.it", "comcast.net", "verizon.net",
    "zoho.com", "fastmail.com", "hey.com", "tutanota.com", "rediffmail.com",
]  # fmt: skip

# Lists of values: key, name, values.
LISTS: list[tuple[str, str, list[str]]] = [
    ("free_mail", "Free e-mail providers", FREE_MAIL),
    ("competitors", "Competitors", ["competitor.example"]),
    ("served_countries", "Countries we serve", [
        "AT", "AU", "BE", "BR", "CA", "CH", "CZ", "DE", "DK", "ES", "FI", "FR", "GB", "GR", "HU", "IE",
        "IN", "IT", "JP", "LU", "MX", "NL", "NO", "NZ", "PL", "PT", "RO", "SE", "SG", "US", "ZA",
    ]),
]  # fmt: skip
