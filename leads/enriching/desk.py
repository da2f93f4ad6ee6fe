"""Leads under their locks, values put on them by drawers, and one writing of what changed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from leads import bulk
from leads.enriching import origins
from leads.enriching.origins import Origin
from leads.identity import companies
from leads.identity.joining import COLUMNS, get, put
from leads.models import Drawer, Lead, LeadChange, LeadScore

# A drawer may not say who somebody is, nor who came to whom first.
NEVER_FILLED = {"email", "direction"}


class Desk:
    """Holds the leads for the transaction; those that were merged away or erased are not there."""

    def __init__(self, lead_ids: Iterable[int], *, at: datetime) -> None:
        ids = sorted(set(lead_ids))
        # The score rows are the leads' locks, taken in id order everywhere.
        list(
            LeadScore.objects.select_for_update(no_key=True)
            .filter(lead_id__in=ids).order_by("lead_id").values_list("lead_id")
        )  # fmt: skip
        alive = Lead.objects.filter(pk__in=ids, merged_into=None, erased_at=None)
        self.leads: dict[int, Lead] = {lead.pk: lead for lead in alive.order_by("pk")}
        self.origins = origins.of_all(list(self.leads))
        self.at = at
        self.old: dict[tuple[str, int], dict[str, Any]] = {}
        self.filled: list[Origin] = []

    def wants(self, lead: Lead, drawer: Drawer, field: str) -> bool:
        """Whether this drawer may write the field: what is empty, what it wrote itself, or all it was told to."""
        present = get(lead, field)
        if present in (None, "") or drawer.overwrites:
            return True
        origin = self.origins.get((lead.pk, field))
        return bool(origin and origin.source == drawer.name and origin.value == present)

    def put(self, lead: Lead, drawer: Drawer, field: str, value: Any, confidence: int) -> None:
        """Writes a cleaned value, if the drawer may and it is another one."""
        present = get(lead, field)
        if (
            field in NEVER_FILLED
            or value in (None, "", present)
            or not self.wants(lead, drawer, field)
        ):
            return
        self.old.setdefault((drawer.name, lead.pk), {}).setdefault(field, present)
        put(lead, field, value)
        self.filled.append(Origin(lead.pk, field, value, drawer.name, confidence))

    def save(self) -> list[int]:
        """Writes what changed, with the old values and the origins; says which leads."""
        changed = sorted({lead_id for _drawer, lead_id in self.old})
        leads = [self.leads[lead_id] for lead_id in changed]
        if not leads:
            return []
        self._attach()
        for lead in leads:
            lead.updated_at = self.at
        bulk.update(leads, [*COLUMNS, "phone_e164", "attributes", "company", "updated_at"])
        bulk.insert(
            [
                LeadChange(lead_id=lead_id, known_at=self.at, source=drawer, old=old)
                for (drawer, lead_id), old in sorted(self.old.items(), key=lambda pair: pair[0][1])
            ]
        )
        origins.record(self.filled, at=self.at)
        return changed

    def _attach(self) -> None:
        renamed = {pk: drawer for (drawer, pk), old in self.old.items() if "company_name" in old}
        for drawer in sorted(set(renamed.values())):
            named = [self.leads[pk] for pk in sorted(renamed) if renamed[pk] == drawer]
            companies.attach(named, source=drawer, at=self.at)
