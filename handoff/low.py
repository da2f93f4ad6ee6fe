"""The low-score queue, for a look once a week: leads under the MQL band who did something lately, the highest
score first. Looked at, a lead stays away for a week."""

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef

from accounts.models import User
from leads import journal, queries
from leads.access import Principal
from leads.bands import Band
from leads.models import JournalEntry, Lead
from leads.paging import Order, Page, page, whole
from leads.stages import Stage

WEEK = timedelta(days=7)
HANDED = ("mql", "sales_ready")
ORDER = Order(F("score__total"), True, whole, F("score__lead_id"))


def leads(
    principal: Principal, *, known: dict[str, Band], at: datetime, after: str = "", before: str = ""
) -> Page:
    """A page of them."""
    looked = JournalEntry.objects.filter(
        lead=OuterRef("pk"), kind="lead.looked_at", at__gt=at - WEEK
    )
    handed = [band.key for band in known.values() if band.effect in HANDED]
    found = queries.listed(principal).filter(
        ~Exists(looked), score__flag="", last_activity_at__gt=at - WEEK,
        score__stage__in=[Stage.LEAD, Stage.RECYCLED],
    )  # fmt: skip
    return page(found.exclude(score__band__in=handed), ORDER, after=after, before=before)


def looked_at(lead: Lead, *, by: User, at: datetime) -> None:
    """Not shown for a week."""
    journal.write("lead.looked_at", [lead.pk], at=at, by=by)
