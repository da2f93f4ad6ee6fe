"""How many leads of an import stand in the MQL band and wait for a word whether to call anybody."""

from datetime import datetime

from django.db.models import QuerySet

from accounts.models import User
from leads import crossings
from leads.models import Crossing, Import, JournalEntry, What
from leads.models.journal import WAITING

PIECE = 1_000


def held(imported: Import) -> QuerySet[Crossing]:
    """Crossings of the import's leads whose handoffs were held back; touches let nobody cross."""
    if imported.what == What.TOUCHES:
        return crossings.held().none()
    leads = imported.lines.exclude(lead=None).values("lead_id")
    return crossings.held().filter(lead_id__in=leads)


def open_handoffs(imported: Import, *, at: datetime, by: User) -> int:
    """Lets the handoffs that the import held back be opened, in pieces; says how many follow."""
    opened = 0
    while some := list(held(imported).order_by("id").values_list("pk", flat=True)[:PIECE]):
        opened += crossings.open_held(some, at=at, by=by)
    return opened


def is_scored(imported: Import) -> bool:
    """Whether the pipeline is done with the leads of this import."""
    waiting = JournalEntry.objects.filter(WAITING, kind="lead.imported")
    return not waiting.filter(data__import=imported.pk).exists()


def count_crossings() -> bool:
    """Counts for finished imports, as soon as all their leads are scored; true if there was one."""
    ready = [
        imported
        for imported in Import.objects.filter(state=Import.State.DONE, would_cross=None)
        if is_scored(imported)
    ]
    for imported in ready:
        Import.objects.filter(pk=imported.pk).update(would_cross=held(imported).count())
    return bool(ready)
