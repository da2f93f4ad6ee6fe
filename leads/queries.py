"""What lists of leads ask the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _
from psycopg.errors import QueryCanceled

from leads import access, paging
from leads.expressions import LAST_ACTIVITY, SEARCHED, SHOWN_NAME
from leads.models import Lead
from leads.paging import Order

MOST_WORDS = 6
COUNTED_TO = 10_000
# So long a list may take; who asks for more is asked to narrow it.
PATIENCE_S = 3

ORDERS: dict[str, Order] = {
    "score": Order(F("score__total"), True, paging.whole, F("score__lead_id")),
    "newest": Order(F("id"), True, paging.whole),
    "activity": Order(LAST_ACTIVITY, True, paging.moment),
    "name": Order(SHOWN_NAME, False, paging.text),
}
ORDER_LABELS = {
    "score": _("Score"),
    "newest": _("Newest"),
    "activity": _("Last activity"),
    "name": _("Name"),
}


def listed(principal: access.Principal, action: str = "lead.view") -> QuerySet[Lead]:
    """The leads somebody may see, with what a row of a list shows."""
    # Every lead has a score; saying so lets the database walk the list along the scores.
    leads = access.listed(principal, action).filter(score__isnull=False, erased_at=None)
    return leads.select_related("score", "owner")


def search(leads: QuerySet[Lead], text: str) -> QuerySet[Lead]:
    """Those whose name, e-mail, company or external id contain every word of `text`."""
    found = leads.annotate(searched=SEARCHED)
    for word in text.lower().split()[:MOST_WORDS]:
        found = found.filter(searched__contains=word)
    return found


class TooBroad(Exception):
    """What was asked for would have to be looked for in too many leads."""


@contextmanager
def patiently() -> Iterator[None]:
    """Each statement within may take PATIENCE_S; raises TooBroad at the first that takes longer."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = %s", [f"{int(1000 * PATIENCE_S)}ms"])
            yield
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooBroad from None
        raise


def count(leads: QuerySet[Lead]) -> tuple[int, bool]:
    """How many leads there are, counted no further than COUNTED_TO, and whether there are more."""
    number = leads.order_by().values("pk")[: COUNTED_TO + 1].count()
    return min(number, COUNTED_TO), number > COUNTED_TO


def sources() -> list[str]:
    """All first-touch sources. Jumps from one to the next along the index and does not read every lead."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH RECURSIVE found AS (
                   (SELECT source FROM leads_lead ORDER BY source LIMIT 1)
                   UNION ALL
                   SELECT (SELECT l.source FROM leads_lead l
                            WHERE l.source > found.source ORDER BY l.source LIMIT 1)
                     FROM found WHERE found.source IS NOT NULL)
               SELECT source FROM found WHERE source IS NOT NULL LIMIT 200"""
        )
        return [row[0] for row in cursor.fetchall()]
