"""What becomes of each column of a file. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from typing import Any

from django.utils.translation import gettext_lazy as _

from leads.fields import LeadField

# Targets of a column that are no fields of the catalogue.
LEAVE, KEEP = "", "keep"
FULL_NAME, SOURCE, CAMPAIGN, CREATED_AT = "full_name", "source", "campaign", "created_at"
SPECIAL = {
    FULL_NAME: _("Full name"),
    SOURCE: _("Lead source"),
    CAMPAIGN: _("Campaign"),
    CREATED_AT: _("Created on"),
}
# What `match_by` is where rows are recognised by their e-mail; else it is the name of a column.
BY_EMAIL = ""
LONGEST_KIND = 60
Group = tuple[Any, list[tuple[str, Any]]]


@dataclass(frozen=True)
class Plan:
    """`columns` holds a target for each column: a field's key, one of SPECIAL, KEEP or LEAVE. `missing` are
    words that mean that nothing was entered."""

    columns: list[str]
    match_by: str = BY_EMAIL
    source: str = ""
    missing: list[str] = field(default_factory=list)
    day_first: bool = True

    def stored(self) -> dict[str, Any]:
        """What goes into Import.mapping; match_by and source have columns of their own."""
        kept = asdict(self)
        del kept["match_by"], kept["source"]
        return kept


def target_choices(fields: Mapping[str, LeadField]) -> list[Group]:
    """What a column may become, in groups; those without a name stand before all others."""
    built_in = [(key, field.label) for key, field in fields.items() if field.attribute is None]
    declared = [(key, field.label) for key, field in fields.items() if field.attribute]
    return [
        ("", [(LEAVE, _("Leave out")), (KEEP, _("Keep as a new field"))]),
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
