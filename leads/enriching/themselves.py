"""What drawers know without asking anybody, put on leads; and how the pipeline hears of leads that were filled."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from leads import fields as catalogue
from leads import journal
from leads.enriching import offline
from leads.enriching.desk import Desk
from leads.models import Drawer


def know(desk: Desk, drawers: Iterable[Drawer]) -> None:
    """Puts on the leads what the drawers say without asking anybody."""
    known = catalogue.catalogue()
    for drawer in drawers:
        if drawer.kind not in offline.KINDS:
            continue
        targets = {path[0]: field for path, field in drawer.fills}
        for lead_id, answers in offline.answers(drawer.kind, desk.leads).items():
            for name, (value, confidence) in answers.items():
                if targets.get(name) in known:
                    desk.put(desk.leads[lead_id], drawer, targets[name], value, confidence)


def tell(lead_ids: Sequence[int], *, calls: bool, at: datetime) -> None:
    """Lets the pipeline score leads that a drawer filled; `calls`: those who cross are handed over."""
    journal.write("lead.enriched", lead_ids, at=at, data={"opens_handoffs": calls})
