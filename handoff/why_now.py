"""Why call now: the last thing the person did, in words. One query for any number of leads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from leads.activity.signatures import GENERIC
from leads.models import Event

ICONS = {
    "page": "eye",
    "form": "forms",
    "demo_request": "calendar",
    "contact_request": "message",
    "case_study": "download",
    "white_paper": "download",
    "roi_calculator": "target",
    "social_click": "click",
    "webinar": "users",
    "email_open": "mail",
    "email_click": "mail",
    "sign_up": "user-plus",
}


@dataclass(frozen=True)
class Reason:
    """`times` counts the same deed within the day before `at`."""

    kind: str
    label: str
    name: str
    path: str
    times: int
    at: datetime

    @property
    def text(self) -> str:
        said = self._deed()
        return f"{said} ×{self.times}" if self.times > 1 else said

    def _deed(self) -> str:
        if self.kind == "page":
            return _("Viewed %(page)s") % {"page": _page(self.name, self.path)}
        if self.kind == GENERIC and self.name:
            return self.name
        return f"{self.label}: {self.name}" if self.name else self.label

    @property
    def icon(self) -> str:
        return ICONS.get(self.kind, "bolt")


def _page(name: str, path: str) -> str:
    """“pricing” out of /pricing/plans; the page's own name where it has one."""
    steps = [step for step in path.split("/") if step]
    return name or (steps[0].replace("-", " ") if steps else _("the home page"))


def reasons(lead_ids: Sequence[int]) -> dict[int, Reason]:
    """The last deed of each lead that did anything; what machines did does not count."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT wanted.id, k.key, k.label, s.name, s.path, same.times, last.occurred_at
                 FROM unnest(%(leads)s::bigint[]) AS wanted(id)
                CROSS JOIN LATERAL (
                      SELECT e.occurred_at, e.signature_id, e.kind FROM leads_event e
                        JOIN leads_eventkind k ON k.id = e.kind AND k.is_engagement
                       WHERE e.lead_id = wanted.id AND e.trust = ANY(%(trust)s)
                       ORDER BY e.occurred_at DESC LIMIT 1) AS last
                CROSS JOIN LATERAL (
                      SELECT count(*) AS times FROM leads_event e
                       WHERE e.lead_id = wanted.id AND e.signature_id = last.signature_id
                         AND e.occurred_at > last.occurred_at - interval '1 day'
                         AND e.trust = ANY(%(trust)s)) AS same
                 JOIN leads_eventkind k ON k.id = last.kind
                 JOIN leads_signature s ON s.id = last.signature_id""",
            {
                "leads": sorted(set(lead_ids)),
                "trust": [int(Event.Trust.HUMAN), int(Event.Trust.PROBABLE)],
            },
        )
        return {row[0]: Reason(*row[1:]) for row in cursor.fetchall()}
