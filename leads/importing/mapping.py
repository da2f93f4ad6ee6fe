"""What becomes of each column of a file. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from typing import Any

from django.utils.translation import gettext_lazy as _

from leads.fields import LeadField
from leads.models import Import, What

# Targets of a column that are no fields of the catalogue.
LEAVE, KEEP = "", "keep"
FULL_NAME, SOURCE, CAMPAIGN, CREATED_AT = "full_name", "source", "campaign", "created_at"
SPECIAL = {
    FULL_NAME: _("Full name"),
    SOURCE: _("Lead source"),
    CAMPAIGN: _("Campaign"),
    CREATED_AT: _("Created on"),
}
EMAIL, LEAD_ID = "email", "lead_id"
WHOSE = {EMAIL: _("E-mail of the lead"), LEAD_ID: _("Id of the lead")}
NAME, DOMAIN, INDUSTRY, EMPLOYEES, COUNTRY = "name", "domain", "industry", "employees", "country"
EVENT, HAPPENED_AT, PATH, EVENT_ID = "event", "occurred_at", "path", "event_id"
TOUCH_KIND, TOUCHED_BY, ANSWER, NOTE = "touch", "by", "answer", "note"
RESULT, CLOSED_AT, LOST_REASON, DEAL_ID = "result", "closed_at", "reason", "deal_id"
DEAL_NAME, DEAL_STAGE, AMOUNT, CURRENCY = "deal_name", "deal_stage", "amount", "currency"
EXPECTED_ON, OWNER = "expected_on", "owner"
TARGETS: dict[str, dict[str, Any]] = {
    What.LEADS: SPECIAL,
    What.COMPANIES: {
        NAME: _("Name"),
        DOMAIN: _("Domain or website"),
        INDUSTRY: _("Industry"),
        EMPLOYEES: _("Employees"),
        COUNTRY: _("Country"),
    },
    What.EVENTS: WHOSE
    | {
        EVENT: _("What happened"),
        HAPPENED_AT: _("When it happened"),
        PATH: _("Page"),
        CAMPAIGN: _("Campaign"),
        EVENT_ID: _("Id of the event"),
    },
    What.DEALS: WHOSE
    | {
        RESULT: _("Won or lost"),
        CLOSED_AT: _("Closed on"),
        LOST_REASON: _("Why it was lost"),
        DEAL_ID: _("Id of the deal"),
        DEAL_NAME: _("Name of the deal"),
        DEAL_STAGE: _("Stage of an open deal"),
        AMOUNT: _("Amount"),
        CURRENCY: _("Currency"),
        EXPECTED_ON: _("Expected close"),
        OWNER: _("Owner"),
    },
    What.TOUCHES: WHOSE
    | {
        TOUCH_KIND: _("Call, e-mail, meeting or note"),
        HAPPENED_AT: _("When it happened"),
        TOUCHED_BY: _("E-mail of the colleague"),
        ANSWER: _("How it went"),
        NOTE: _("Note"),
    },
}
# What only an open deal has a place for; of one that is over they are kept beside its outcome.
OF_OPEN_DEALS = frozenset({DEAL_NAME, DEAL_STAGE, AMOUNT, CURRENCY, EXPECTED_ON, OWNER})
KEPT = {
    What.LEADS: _("Keep as a new field"),
    What.COMPANIES: _("Keep with the company"),
    What.EVENTS: _("Keep as a property of the event"),
    What.DEALS: _("Keep with the deal"),
    What.TOUCHES: _("Keep in the note"),
}
# What `match_by` is where rows are recognised by their e-mail; else it is the name of a column.
BY_EMAIL = ""
LONGEST_KIND = 60
WON = ("won", "closed won")
LOST = ("lost", "closed lost")
OPEN = ("open", "in progress", "pending")
Group = tuple[Any, list[tuple[str, Any]]]


@dataclass(frozen=True)
class Plan:
    """`columns` holds a target for each column: a field's key, one of TARGETS, KEEP or LEAVE. `missing` are
    words that mean that nothing was entered, `won` and `lost` those that say how a deal ended, `open` those that
    say that it has not; `event` is what happened where no column says it."""

    columns: list[str]
    match_by: str = BY_EMAIL
    source: str = ""
    missing: list[str] = field(default_factory=list)
    day_first: bool = True
    what: str = What.LEADS
    event: str = ""
    won: list[str] = field(default_factory=lambda: list(WON))
    lost: list[str] = field(default_factory=lambda: list(LOST))
    open: list[str] = field(default_factory=lambda: list(OPEN))

    def stored(self) -> dict[str, Any]:
        """What goes into Import.mapping; what, match_by and source have columns of their own."""
        kept = asdict(self)
        del kept["match_by"], kept["source"], kept["what"]
        return kept


def plan_of(imported: Import) -> Plan:
    """What was decided for an import."""
    return Plan(
        match_by=imported.match_by, source=imported.source, what=imported.what, **imported.mapping
    )


def target_choices(fields: Mapping[str, LeadField], what: str = What.LEADS) -> list[Group]:
    """What a column may become, in groups; those without a name stand before all others, own fields last."""
    free = ("", [(LEAVE, _("Leave out")), (KEEP, KEPT[What(what)])])
    if what != What.LEADS:
        return [free, (What(what).label, list(TARGETS[what].items())), (_("Your own fields"), [])]
    built_in = [(key, field.label) for key, field in fields.items() if field.attribute is None]
    declared = [(key, field.label) for key, field in fields.items() if field.attribute]
    return [
        free,
        (_("Fields of a lead"), [*built_in, *SPECIAL.items()]),
        (_("Your own fields"), declared),
    ]


def key_kind(column: str) -> str:
    """The kind of contact key that ids out of this column are; long names end in their digest."""
    kind = f"external:{column}"
    if len(kind) <= LONGEST_KIND:
        return kind
    digest = blake2b(column.encode(), digest_size=4).hexdigest()
    return f"{kind[: LONGEST_KIND - 9]}~{digest}"
