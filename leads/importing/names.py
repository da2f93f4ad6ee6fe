"""What columns are called: exports of HubSpot, Salesforce, Zoho and Pipedrive, and sheets made by hand. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from leads.importing.mapping import (
    AMOUNT,
    ANSWER,
    CAMPAIGN,
    CLOSED_AT,
    COUNTRY,
    CREATED_AT,
    CURRENCY,
    DEAL_ID,
    DEAL_NAME,
    DEAL_STAGE,
    DOMAIN,
    EMAIL,
    EMPLOYEES,
    EVENT,
    EVENT_ID,
    EXPECTED_ON,
    FULL_NAME,
    HAPPENED_AT,
    INDUSTRY,
    LEAD_ID,
    LOST_REASON,
    NAME,
    NOTE,
    OWNER,
    PATH,
    RESULT,
    SOURCE,
    TOUCH_KIND,
    TOUCHED_BY,
)  # fmt: skip
from leads.models import What

CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
BETWEEN_WORDS = re.compile(r"[\W_]+")


def plain(name: str) -> str:
    """A name as words in small letters: “Person - E-mail” and “personE_Mail” are “person e mail”."""
    return BETWEEN_WORDS.sub(" ", CAMEL.sub(" ", name)).strip().casefold()


def _table(names: dict[str, str]) -> dict[str, str]:
    """Targets by the names that mean them; of a name that is written twice the first counts."""
    found: dict[str, str] = {}
    for target, text in names.items():
        for name in text.split(";"):
            found.setdefault(" ".join(name.split()), target)
    return found


EMAILS = """email; e mail; mail; email address; e mail address; work email; email work; primary email;
    business email; company email; contact email; lead email; person email; person email work;
    emails 1 email; email 1"""
IDS = """lead id; leadid; contact id; contactid; person id; prospect id; prospectid; who id; whoid; user id; userid;
    customer id; associated contact id; associated contact ids; person external id; external id"""
# By one of these a file of touches is known; more mean the same where somebody says that it is one.
TOUCHES = "kind; touch; touch type; kind of touch"
BY_NAME: dict[str, dict[str, str]] = {
    What.LEADS: _table({
        "email": EMAILS,
        "first_name": """first name; firstname; first; given name; forename; contact first name;
            lead first name; person first name""",
        "last_name": """last name; lastname; last; surname; family name; contact last name; lead last name;
            person last name""",
        FULL_NAME: """name; full name; fullname; contact name; lead name; person name; contact person;
            lead contact person""",
        "title": """title; job title; jobtitle; position; role; job role; designation; contact title;
            person job title""",
        "company_name": """company; company name; account; account name; employer; organization; organisation;
            organization name; organisation name; company account; associated company;
            associated company name; lead organization; person organization;
            accounts default contact 1 account name""",
        "phone": """phone; phone number; telephone; business phone; work phone; phone work; contact phone;
            person phone; person phone work; mobile; mobile phone; mobile phone number; mobile number;
            cell; cell phone; person phone mobile; phones 1 phone""",
        "country": """country; country region; country code; country territory; mailing country;
            lead country; ip country""",
        SOURCE: """source; lead source; original source; original traffic source; contact source;
            lead source original; person source; lead source channel; first touch source; source name""",
        CAMPAIGN: "campaign; utm campaign; campaign name; lead campaign; primary campaign source",
        CREATED_AT: """created; created at; created on; created date; create date; created time; date created;
            creation date; date added; added on; first seen; signup date; lead created; lead lead created;
            person person created""",
    }),
    What.COMPANIES: _table({
        NAME: """company name; companyname; name; company; account name; account; organization name;
            organization; organisation; customer name""",
        DOMAIN: """company domain name; domain; company domain; domain name; website; web site; url;
            website url; company website; organization website; website address""",
        INDUSTRY: "industry; company industry; companyindustry; organization industry; sector",
        EMPLOYEES: """employees; number of employees; no of employees; employee count; company size;
            headcount; organization employee count""",
        COUNTRY: """country; country region; billing country; companycountry; company country;
            organization country of address""",
    }),
    What.EVENTS: _table({
        EMAIL: f"{EMAILS}; associated contact email; associated contact",
        LEAD_ID: IDS,
        EVENT: """event name; event; activity type; event type; action; activity; activity name; what;
            activity activity type; task subtype; subject; activity subject""",
        HAPPENED_AT: """occurred at; timestamp; event time; event date; activity date; time; date; when; happened at;
            created at; created date; date hit; sent at; activity due date; last activity date""",
        PATH: "path; page; page path; page url; url; location",
        CAMPAIGN: "campaign; utm campaign; campaign name",
        EVENT_ID: "event id; message id; messageid; activity id; id; record id",
    }),
    What.DEALS: _table({
        EMAIL: f"{EMAILS}; associated contact email; contact e mail; deal contact person email",
        LEAD_ID: IDS,
        RESULT: """deal stage; stage name; stage; deal status; status; status id; outcome; result; closed won;
            won; converted""",
        CLOSED_AT: """close date; closed date; closing date; closed at; closed on;
            won time; deal won time; deal closed on; deal deal closed on; conversion date; actual close date""",
        LOST_REASON: """closed lost reason; lost reason; loss reason; reason for loss; reason; close reason name;
            deal lost reason""",
        DEAL_ID: "deal id; opportunity id; potential id; potentialid; record id; id; deal number",
        DEAL_NAME: "deal name; opportunity name; potential name; deal title",
        AMOUNT: "amount; deal amount; deal value; value; opportunity amount; expected revenue",
        CURRENCY: "currency; deal currency; deal currency code; amount currency; currency code",
        EXPECTED_ON: """expected close date; expected close; expected closing date; expected on; expected closing;
            deal expected close date""",
        OWNER: "deal owner; opportunity owner; owner; deal owner name; owner email; potential owner",
    }),
    What.TOUCHES: _table({
        EMAIL: f"{EMAILS}; associated contact email; associated contact",
        LEAD_ID: IDS,
        TOUCH_KIND: f"{TOUCHES}; type; activity type; activity; task subtype; engagement type; channel",
        HAPPENED_AT: """when; occurred at; happened at; timestamp; time; date; activity date; call date; sent at;
            logged at; created at; created date""",
        TOUCHED_BY: """by; who; user; owner; rep; colleague; user email; owner email; rep email; assigned to; agent;
            activity owner; activity assigned to; logged by; created by""",
        ANSWER: """outcome; answer; result; call result; call outcome; call disposition; disposition;
            how it went""",
        NOTE: "note; notes; comment; comments; description; body; subject; full comments; activity note",
    }),
}  # fmt: skip
# Where a file says the status of a deal, a column of this name is the stage of one that is open.
STAGES = frozenset({"deal stage", "stage name", "stage"})
STATUSES = frozenset({"deal status", "status", "status id", "outcome", "result"})


def targets(what: What | str, header: Sequence[str]) -> dict[str, str]:
    """What the columns of a file of this kind may become, by their plain names."""
    known = BY_NAME[what]
    if what == What.DEALS and STATUSES & {plain(name) for name in header}:
        return known | dict.fromkeys(STAGES, DEAL_STAGE)
    return known


@dataclass(frozen=True)
class Preset:
    """An export that is known by its columns: all of `needs`, and one of `one_of` if there are any."""

    system: str
    what: What
    needs: frozenset[str]
    one_of: frozenset[str] = frozenset()

    def fits(self, words: frozenset[str]) -> bool:
        return self.needs <= words and (not self.one_of or bool(self.one_of & words))


def _preset(system: str, what: What, needs: str, one_of: str = "") -> Preset:
    def words(text: str) -> frozenset[str]:
        return frozenset(part.strip() for part in text.split(";") if part.strip())

    return Preset(system, what, words(needs), words(one_of))


PRESETS = [
    _preset("Pipedrive", What.DEALS, "deal title", "deal status; deal won time; deal lost time"),
    _preset("Pipedrive", What.EVENTS, "activity subject", "activity type; activity due date"),
    _preset("Pipedrive", What.LEADS, "person name", "person email; person phone; person email work"),
    _preset("Pipedrive", What.LEADS, "lead title", "lead lead created; lead contact person"),
    _preset("Pipedrive", What.COMPANIES, "organization name", "organization address; organization people"),
    _preset("HubSpot", What.DEALS, "deal name; deal stage", "pipeline; deal owner; close date"),
    _preset("HubSpot", What.EVENTS, "activity type; activity date"),
    _preset("HubSpot", What.COMPANIES, "company name", "company domain name; company owner"),
    _preset("HubSpot", What.LEADS, "email; lifecycle stage"),
    _preset("HubSpot", What.LEADS, "email; contact owner"),
    _preset("Salesforce", What.DEALS, "stage name; close date"),
    _preset("Salesforce", What.DEALS, "opportunity name; stage"),
    _preset("Salesforce", What.EVENTS, "activity date; subject", "who id; task subtype"),
    _preset("Salesforce", What.LEADS, "last name; company; lead source; is converted"),
    _preset("Salesforce", What.LEADS, "last name; company account"),
    _preset("Salesforce", What.LEADS, "last name; lead source; status", "lead score; created date; rating"),
    _preset("Salesforce", What.COMPANIES, "name; number of employees", "billing country; website"),
    _preset("Zoho", What.DEALS, "stage; closing date", "deal name; potential name"),
    _preset("Zoho", What.LEADS, "lead owner; lead source; lead status"),
    _preset("Zoho", What.LEADS, "contact owner; lead source; created time"),
    _preset("Zoho", What.COMPANIES, "account name; account owner"),
]  # fmt: skip


# Columns by which our own exports are known, and those that say what leadhub itself made of a row.
OWN_EXPORTS = [
    ({"id", "external id", "stage", "score", "band"},
     {"id", "external id", "stage", "score", "band", "owner", "last activity"}),
    ({"lead id", "result", "closed on", "deal id", "by"}, {"by"}),
    ({"id", "name", "domain", "industry", "employees", "created"}, {"id", "created"}),
]  # fmt: skip


def made_by_us(header: Sequence[str]) -> set[str]:
    """Plain names of the columns of our own export that are no news to us; none for another file."""
    words = {plain(name) for name in header}
    return next((left for needs, left in OWN_EXPORTS if needs <= words), set())


def preset_of(header: Sequence[str]) -> Preset | None:
    """The export that these columns are of, if it is a known one."""
    words = frozenset(plain(name) for name in header)
    return next((preset for preset in PRESETS if preset.fits(words)), None)


def what_of(header: Sequence[str]) -> What:
    """What the rows are most likely: by the export, else by the columns that only one kind of file has."""
    if preset := preset_of(header):
        return preset.what
    words = {plain(name) for name in header}

    def has(what: What, *targets: str) -> bool:
        found = {target for name, target in BY_NAME[what].items() if name in words}
        return found >= set(targets)

    is_person = has(What.LEADS, "first_name") or has(What.LEADS, "last_name")
    is_touch = bool(words & set(TOUCHES.split("; ")))
    if is_touch and has(What.TOUCHES, TOUCHED_BY, HAPPENED_AT) and _somebody(words):
        return What.TOUCHES
    if has(What.EVENTS, EVENT, HAPPENED_AT) and not is_person and _somebody(words):
        return What.EVENTS
    is_dated = has(What.DEALS, CLOSED_AT) or has(What.DEALS, EXPECTED_ON)
    if has(What.DEALS, RESULT) and is_dated and not is_person and _somebody(words):
        return What.DEALS
    is_mailed = has(What.LEADS, "email") or has(What.LEADS, "phone")
    if not is_person and not is_mailed and has(What.COMPANIES, NAME):
        details = (DOMAIN, INDUSTRY, EMPLOYEES)
        if any(has(What.COMPANIES, target) for target in details):
            return What.COMPANIES
    return What.LEADS


def _somebody(words: set[str]) -> bool:
    known = BY_NAME[What.EVENTS]
    return any(known.get(word) in (EMAIL, LEAD_ID) for word in words)
