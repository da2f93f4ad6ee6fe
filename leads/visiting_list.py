"""The list of visiting companies, newest first, each with the company of ours it is, if one may see that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.db.models import Count, F

from leads import access, paging
from leads.models import VisitingCompany

ORDER = paging.Order(F("last_seen"), descending=True, read=paging.moment)


@dataclass(frozen=True)
class Ours:
    """A company of ours, and how many of its leads one may see."""

    public_id: Any
    leads: int


@dataclass(frozen=True)
class Row:
    visiting: VisitingCompany
    ours: Ours | None


@dataclass(frozen=True)
class Page:
    rows: Sequence[Row]
    after: str
    before: str


def page(
    principal: access.Principal, *, days: int, pages: int, at: datetime, after: str = "", before: str = ""
) -> Page:  # fmt: skip
    """Companies of the last `days` days that saw at least `pages` pages on one of them; two queries."""
    since = at - timedelta(days=days)
    found = VisitingCompany.objects.filter(last_seen__gt=since, pages__gte=pages)
    shown = paging.page(cast(Any, found), ORDER, after=after, before=before)
    rows = cast(Sequence[VisitingCompany], shown.leads)
    ours = _ours(principal, {row.identity for row in rows})
    return Page([Row(row, ours.get(row.identity)) for row in rows], shown.after, shown.before)


def _ours(principal: access.Principal, identities: set[str]) -> dict[str, Ours]:
    """Only what a lead of it was seen by its address or name is ours; looked up now, since it may have come later."""
    seen = access.visible(principal).filter(company__identity__in=identities)
    counted = seen.values_list("company__identity", "company__public_id").annotate(n=Count("pk"))
    return {key: Ours(public_id, n) for key, public_id, n in counted}
