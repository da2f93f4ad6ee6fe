"""Which company belongs to which, as people say by hand."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from accounts import policy
from accounts.models import User
from leads import access
from leads.identity import company_facts, mail_domains
from leads.identity.contact_keys import company_name_key, normal_domain
from leads.models import Company

MOST_SHOWN = 100
BY_HAND = "By hand"


class Circle(ValueError):
    """A company would belong to itself."""


class Unknown(ValueError):
    """No company of that name or domain."""


def put_under(company: Company, parent: Company | None, *, by: User | None, at: datetime) -> None:
    """Says that `company` belongs to `parent`, or to none. Raises Circle."""
    with transaction.atomic():
        # One after the other, or two could make a circle together.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('leads_company.parent'))")
        if parent is not None and company.pk in _above(parent):
            raise Circle
        held = Company.objects.select_for_update(no_key=True).get(pk=company.pk)
        if held.parent_id != (parent.pk if parent else None):
            was = {held.pk: {"parent_id": held.parent_id}}
            company_facts.changed(was, source=BY_HAND, by=by, at=at)
            Company.objects.filter(pk=held.pk).update(parent=parent)


def _above(company: Company) -> set[int]:
    """The company and all that it belongs to."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH RECURSIVE above AS (
                   SELECT id, parent_id FROM leads_company WHERE id = %s
                    UNION SELECT c.id, c.parent_id FROM leads_company c JOIN above ON c.id = above.parent_id)
               SELECT id FROM above""",
            [company.pk],
        )
        return {row[0] for row in cursor.fetchall()}


def find(principal: access.Principal, text: str) -> Company:
    """The company of this domain or name, of those that this person may see. Raises Unknown."""
    domain = mail_domains.registrable(normal_domain(text) or "")
    seen = _seen(principal).filter(
        Q(identity=f"domain:{domain}")
        | Q(identity=f"name:{company_name_key(text)}")
        | Q(name__iexact=text.strip())
    )
    found = seen.order_by("pk").first()
    if found is None:
        raise Unknown
    return found


def _seen(principal: access.Principal) -> QuerySet[Company]:
    if policy.scope(principal, "lead.view") is policy.Scope.ALL:
        return Company.objects.all()
    return Company.objects.filter(pk__in=access.visible(principal).values("company"))


def children(principal: access.Principal, company: Company) -> Sequence[Company]:
    """The companies that belong to it and that this person may see."""
    return list(_seen(principal).filter(parent=company).order_by("name", "pk")[:MOST_SHOWN])


def parent(principal: access.Principal, company: Company) -> Company | None:
    return _seen(principal).filter(pk=company.parent_id).first() if company.parent_id else None
