"""What visitors look at whom nobody knows, with the network address they came from until it was looked up. Only of
those who said yes to being tracked, and only while the drawer for it is on."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from leads.activity.detection import Sending
from leads.activity.items import Item
from leads.models import Event, Visit, VisitingCompany

# As the tracker says it in the context of a message.
YES = "yes"
# After so long a silence it is another visit.
SILENCE_MIN = 30
# An address nobody could be asked about goes after two days; who it was after a month. Counts of companies stay.
DAYS_WAITING, DAYS_KEPT = 2, 30


def address_of(data: Mapping[str, Any], sending: Sending) -> str:
    """The public network address of a visitor who said yes; empty otherwise. A server says it in the context."""
    context = data.get("context")
    if not isinstance(context, dict) or context.get("consent") != YES:
        return ""
    try:
        address = ip_address(sending.address or str(context.get("ip", ""))[:60].strip())
    except ValueError:
        return ""
    return str(address) if address.is_global and not address.is_multicast else ""


def note(items: Iterable[Item], *, at: datetime) -> None:
    """Counts the pages of visitors who are nobody's yet. By itself, after the batch, as other counts are."""
    seen = [item for item in items if _counts(item)]
    if not seen:
        return
    pages = Counter(item.anonymous_id for item in seen)
    addresses = {item.anonymous_id: item.address for item in seen}
    with transaction.atomic():
        recount(_add(pages, addresses, at))


def _counts(item: Item) -> bool:
    is_page = item.look is not None and item.look.kind == "page"
    is_nobody = bool(item.anonymous_id) and not item.user_id and not item.identifies
    return bool(item.address) and is_page and is_nobody and item.trust == Event.Trust.HUMAN


def _add(pages: Mapping[str, int], addresses: Mapping[str, str], at: datetime) -> list[int]:
    """Gives the companies of visits that were looked up before."""
    who = sorted(pages)
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO leads_visit AS v
                      (visitor_id, day, visits, pages, last_at, address, attempts, available_at)
               SELECT b.id, (%(at)s AT TIME ZONE 'UTC')::date, 1, t.pages, %(at)s, t.address::inet, 0, %(at)s
                 FROM unnest(%(who)s::text[], %(addresses)s::text[], %(pages)s::int[])
                      AS t(anonymous_id, address, pages)
                 JOIN leads_visitor b ON b.anonymous_id = t.anonymous_id AND b.lead_id IS NULL
                WHERE EXISTS (SELECT FROM leads_drawer WHERE kind = 'visits' AND is_on)
                ORDER BY b.id
               ON CONFLICT (day, visitor_id) DO UPDATE
                  SET pages = v.pages + excluded.pages, last_at = greatest(v.last_at, excluded.last_at),
                      visits = v.visits + (excluded.last_at > v.last_at + %(silence)s * interval '1 minute')::int
            RETURNING v.company_id""",
            {
                "at": at, "who": who, "addresses": [addresses[one] for one in who],
                "pages": [pages[one] for one in who], "silence": SILENCE_MIN,
            },
        )  # fmt: skip
        return [row[0] for row in cursor.fetchall() if row[0] is not None]


def recount(company_ids: Sequence[int]) -> None:
    """Makes the counts of these companies' days what their visits say. Call it inside a transaction."""
    if not company_ids:
        return
    # Held first, so that the sums below see what others counted meanwhile.
    held = VisitingCompany.objects.select_for_update().filter(pk__in=company_ids)
    ids = list(held.order_by("pk").values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE leads_visitingcompany c
                  SET visitors = s.visitors, visits = s.visits, pages = s.pages, last_seen = s.last_at
                 FROM (SELECT company_id, count(*) AS visitors, sum(visits) AS visits, sum(pages) AS pages,
                              max(last_at) AS last_at
                         FROM leads_visit WHERE company_id = ANY(%s) GROUP BY company_id) s
                WHERE s.company_id = c.id""",
            [ids],
        )


def forget_waiting() -> None:
    """Of visitors whose address was not looked up yet nothing is kept."""
    Visit.objects.exclude(address=None).delete()


def forget(at: datetime) -> None:
    """Forgets who visited, and addresses that could not be looked up; counts of companies stay."""
    today = at.date()
    old = Q(day__lt=today - timedelta(days=DAYS_KEPT))
    unknown = Q(day__lt=today - timedelta(days=DAYS_WAITING), company=None)
    Visit.objects.filter(old | unknown).delete()
