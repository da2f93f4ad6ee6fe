"""From a staged file to a run: what is proposed, and what a person decides."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from leads import custom_fields, fields
from leads.fields import LeadField
from leads.importing import guessing
from leads.importing.mapping import KEEP, Plan
from leads.models import AttributeField, Import

SAMPLE = 200
LONGEST_KEY = 60


def sample(imported: Import, *, rows: int = SAMPLE) -> list[list[str]]:
    """Cells of the first rows that could be read."""
    lines = imported.lines.filter(result="").order_by("row")
    return list(lines.values_list("cells", flat=True)[:rows])


def proposal(imported: Import, catalogue: Mapping[str, LeadField]) -> Plan:
    """What was decided for the last file with these columns; else a guess."""
    before = (
        Import.objects.filter(header=imported.header, state__in=["running", "done"])
        .exclude(mapping={}).first()
    )  # fmt: skip
    if before is None:
        return guessing.guess(imported.header, sample(imported), catalogue)
    plan = Plan(match_by=before.match_by, source=before.source, **before.mapping)
    # A field that was taken away since becomes a new one.
    known = [KEEP if c.startswith("custom.") and c not in catalogue else c for c in plan.columns]
    return replace(plan, columns=known)


def start(imported: Import, plan: Plan, *, opens_handoffs: bool, at: datetime) -> bool:
    """Declares the fields to keep and hands the import to the workers; false if somebody else did."""
    with transaction.atomic():
        held = Import.objects.select_for_update().get(pk=imported.pk)
        if held.state != Import.State.STAGED:
            return False
        decided = replace(plan, columns=_declared(plan.columns, imported.header))
        Import.objects.filter(pk=imported.pk).update(
            state=Import.State.RUNNING, mapping=decided.stored(), match_by=plan.match_by,
            source=plan.source, opens_handoffs=opens_handoffs, problem="",
        )  # fmt: skip
    return True


def _declared(columns: Sequence[str], header: Sequence[str]) -> list[str]:
    """The columns with a declared field in the place of each KEEP."""
    taken = {field.attribute for field in fields.catalogue().values() if field.attribute}
    found = []
    for number, (target, name) in enumerate(zip(columns, header, strict=True), 1):
        if target == KEEP:
            key = _free_key(slugify(name).replace("-", "_") or f"column_{number}", taken)
            custom_fields.declare(key=key, label=name[:120], type=AttributeField.Type.TEXT)
            taken.add(key)
            target = f"custom.{key}"
        found.append(target)
    return found


def _free_key(wanted: str, taken: set[str]) -> str:
    key, number = wanted[:LONGEST_KEY], 2
    while key in taken:
        key, number = f"{wanted[: LONGEST_KEY - 5]}_{number}", number + 1
    return key
