"""From a staged file to a run: what is proposed, and what a person decides."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.text import slugify

from accounts.models import User
from leads import custom_fields, fields
from leads.fields import LeadField
from leads.importing import guessing
from leads.importing.mapping import BY_EMAIL, KEEP, LEAVE, TARGETS, Plan, plan_of
from leads.importing.names import plain
from leads.models import AttributeField, Import, ImportMapping, What

SAMPLE = 200
LONGEST_KEY = 60
LONGEST_LABEL = 120


def sample(imported: Import, *, rows: int = SAMPLE) -> list[list[str]]:
    """Cells of the first rows that could be read."""
    lines = imported.lines.filter(result="").order_by("row")
    return list(lines.values_list("cells", flat=True)[:rows])


def proposal(
    imported: Import, catalogue: Mapping[str, LeadField], *, what: str = "", kept: str = ""
) -> Plan:
    """What was decided when this file was tried, or for the last file with these columns; else a guess.

    `what` asks for another kind of rows, `kept` for a mapping kept under that name."""
    guess = guessing.guess(
        imported.header,
        sample(imported),
        catalogue,
        what=what or imported.what,
        empty=imported.empty,
    )
    saved = ImportMapping.objects.filter(name=kept).first() if kept else None
    if saved:
        return _known(_from_kept(saved, imported, guess), catalogue)
    before = imported if imported.mapping else _last(imported)
    if before is None or (what and what != before.what):
        return guess
    return _known(plan_of(before), catalogue)


def _last(imported: Import) -> Import | None:
    """The last import of a file with these columns."""
    started = Import.objects.filter(header=imported.header).exclude(mapping={})
    return started.exclude(state=Import.State.STAGED).exclude(pk=imported.pk).first()


def _known(plan: Plan, catalogue: Mapping[str, LeadField]) -> Plan:
    """The plan with a new field for each that was taken away since."""
    own = {LEAVE, KEEP, *TARGETS[plan.what], *(catalogue if plan.what == What.LEADS else ())}
    return replace(plan, columns=[c if c in own else KEEP for c in plan.columns])


def _from_kept(saved: ImportMapping, imported: Import, guess: Plan) -> Plan:
    """The kept mapping laid on these columns by their names; what it does not know is guessed."""
    settings = {k: v for k, v in saved.settings.items() if k in asdict(guess)}
    if settings.get("match_by") not in imported.header:
        settings["match_by"] = BY_EMAIL
    same = saved.what == guess.what
    guessed = guess.columns if same else [KEEP] * len(imported.header)
    found = []
    for name, proposed in zip(imported.header, guessed, strict=True):
        target = saved.columns.get(plain(name), proposed)
        # What was kept as a new field then is a field by now.
        found.append(proposed if target == KEEP and proposed.startswith("custom.") else target)
    once: list[str] = []
    for target in found:
        once.append(KEEP if target in once and target not in (KEEP, LEAVE) else target)
    return replace(guess, **settings, columns=once, what=saved.what)


def kept_mappings() -> QuerySet[ImportMapping]:
    return ImportMapping.objects.all()


def keep_mapping(name: str, plan: Plan, header: Sequence[str], *, by: User, at: datetime) -> None:
    """Keeps the plan under a name for files to come; an older one of that name is replaced."""
    settings = {**plan.stored(), "match_by": plan.match_by, "source": plan.source}
    del settings["columns"]
    columns = {plain(n): target for n, target in zip(header, plan.columns, strict=True)}
    ImportMapping.objects.update_or_create(
        name=name,
        defaults={
            "what": plan.what, "columns": columns, "settings": settings, "by": by, "updated_at": at,
        },
    )  # fmt: skip


def start(imported: Import, plan: Plan, *, opens_handoffs: bool, at: datetime) -> bool:
    """Declares the fields to keep and hands the import to the workers; false if somebody else did."""
    with transaction.atomic():
        if not _is_staged(imported):
            return False
        if plan.what == What.LEADS:
            plan = replace(plan, columns=_declared(plan.columns, imported.header))
        _decide(imported, plan, Import.State.RUNNING, opens_handoffs=opens_handoffs)
    return True


def try_out(imported: Import, plan: Plan, *, opens_handoffs: bool) -> bool:
    """Lets a worker look what the plan would do; nothing is written but what it found."""
    with transaction.atomic():
        if not _is_staged(imported):
            return False
        _decide(imported, plan, Import.State.TRYING, opens_handoffs=opens_handoffs)
    return True


def _is_staged(imported: Import) -> bool:
    held = Import.objects.select_for_update().get(pk=imported.pk)
    return held.state == Import.State.STAGED


def _decide(imported: Import, plan: Plan, state: str, *, opens_handoffs: bool) -> None:
    Import.objects.filter(pk=imported.pk).update(
        state=state, mapping=plan.stored(), match_by=plan.match_by, source=plan.source,
        what=plan.what, opens_handoffs=opens_handoffs, tried=None,
    )  # fmt: skip


def new_fields(
    columns: Sequence[str], header: Sequence[str], catalogue: Mapping[str, LeadField]
) -> tuple[list[str], dict[str, str]]:
    """The columns with a custom field in the place of each KEEP, and the labels of these fields by key."""
    taken = {field.attribute for field in catalogue.values() if field.attribute}
    labels: dict[str, str] = {}
    found = []
    for number, (target, name) in enumerate(zip(columns, header, strict=True), 1):
        if target == KEEP:
            key = _free_key(slugify(name).replace("-", "_") or f"column_{number}", taken)
            taken.add(key)
            labels[key] = name[:LONGEST_LABEL]
            target = f"custom.{key}"
        found.append(target)
    return found, labels


def _declared(columns: Sequence[str], header: Sequence[str]) -> list[str]:
    found, labels = new_fields(columns, header, fields.catalogue())
    for key, label in labels.items():
        custom_fields.declare(key=key, label=label, type=AttributeField.Type.TEXT)
    return found


def _free_key(wanted: str, taken: set[str]) -> str:
    key, number = wanted[:LONGEST_KEY], 2
    while key in taken:
        key, number = f"{wanted[: LONGEST_KEY - 5]}_{number}", number + 1
    return key
