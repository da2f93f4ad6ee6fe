"""A person corrects what is known of a company; what it held before is kept, and its people are scored again."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from leads import journal
from leads.identity import company_facts
from leads.models import Company, Lead

COLUMNS = ("industry", "employees", "country")


def correct(
    company_id: int, column: str, value: Any, *, source: str, by: User, at: datetime
) -> bool:
    """Writes one of COLUMNS, None to empty it; says whether that changed anything."""
    assert column in COLUMNS
    with transaction.atomic():
        company = Company.objects.select_for_update(no_key=True).get(pk=company_id)
        old = getattr(company, column)
        empty = None if column == "employees" else ""
        new = empty if value in (None, "") else value
        if old == new:
            return False
        Company.objects.filter(pk=company_id).update(**{column: new})
        company_facts.changed({company_id: {column: old}}, source=source, by=by, at=at)
        there = Lead.objects.filter(company=company_id).order_by("pk").values_list("pk", flat=True)
        journal.wake("lead.active", there, at=at)
    return True
