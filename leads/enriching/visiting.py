"""Which company a network address belongs to: asked of a provider as other drawers ask theirs. An answer makes a row of
the day's visiting companies, never a company of ours and never a lead."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from leads.activity import traits, visits
from leads.enriching import lookups, providers
from leads.enriching.providers import Outcome
from leads.hooks import paths
from leads.identity import contact_keys, mail_domains
from leads.models import Drawer, LookupAnswer, Visit, VisitingCompany

# What an answer can say.
FACTS = {
    "name": _("Company"),
    "domain": _("Domain"),
    "industry": _("Industry"),
    "employees": _("Employees"),
    "country": _("Country"),
}


@dataclass(frozen=True)
class Claim:
    """One address, for all visits that wait for it."""

    drawer: Drawer
    address: str
    token: uuid.UUID
    attempts: int

    @property
    def key(self) -> str:
        """What an answer is kept under: a keyed hash, since the address itself is not kept."""
        return salted_hmac("leads.visits", self.address, algorithm="sha256").hexdigest()


def drawer() -> Drawer:
    return Drawer.objects.get(kind=Drawer.VISITS)


def facts(drawer: Drawer, answer: Any) -> dict[str, Any]:
    """What an answer says of a company, cleaned; empty where it names none, or one whose domain is a provider's of
    mail for anybody: those are people at home."""
    said: dict[str, str] = {}
    for path, fact in drawer.fills:
        value = paths.text_of(paths.read(answer, paths.checked(path)))
        if value and fact in FACTS:
            said.setdefault(fact, value)
    found = traits.company(said)
    if domain := found.get("domain"):
        if mail_domains.kind(domain) is not mail_domains.Kind.COMPANY:
            return {}
        found["domain"] = mail_domains.registrable(domain)
        found.setdefault("name", found["domain"])
    return found if found.get("name") else {}


def identity(found: dict[str, Any]) -> str:
    """What makes two companies one, as among our own (leads/identity/companies.py); empty for a name of signs only."""
    if domain := found.get("domain"):
        return f"domain:{domain}"
    name_key = contact_keys.company_name_key(found.get("name", ""))
    return f"name:{name_key}" if name_key else ""


def advance(at: datetime) -> bool:
    """Looks up one address that is due, from what is kept or by asking; false if none is."""
    resting = Q(rests_until=None) | Q(rests_until__lte=at)
    asked = Drawer.objects.filter(resting, kind=Drawer.VISITS, is_on=True).first()
    claim = _claim(asked, at) if asked else None
    if claim is None:
        return False
    # Whoever became known meanwhile is no visitor that anybody asks about.
    _mine(claim).filter(visitor__lead__isnull=False).delete()
    if not _mine(claim).exists():
        return True
    since = at - timedelta(days=claim.drawer.days_kept)
    kept = LookupAnswer.objects.filter(drawer=claim.drawer, asked=claim.key, at__gt=since).first()
    if kept:
        _conclude(claim, kept.answer or {}, at=at)
    elif not lookups.spend(claim.drawer, at):
        lookups.rest_until_tomorrow(claim.drawer, at)
        _mine(claim).update(available_at=at, attempts=claim.attempts - 1, token=None)
    else:
        _ask(claim, at)
    return True


def _ask(claim: Claim, at: datetime) -> None:
    outcome = providers.ask(claim.drawer, claim.address)
    if outcome.is_answer:
        _conclude(claim, facts(claim.drawer, outcome.answer), at=at, is_new=True)
    else:
        _set_back(claim, outcome, at)


def _claim(drawer: Drawer, at: datetime) -> Claim | None:
    token = uuid.uuid4()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """WITH due AS (
                   SELECT address FROM leads_visit WHERE address IS NOT NULL AND available_at <= %(at)s
                    ORDER BY available_at, id LIMIT 1 FOR UPDATE SKIP LOCKED),
                   mine AS (
                   SELECT v.id FROM leads_visit v JOIN due USING (address) WHERE v.available_at <= %(at)s
                    ORDER BY v.id LIMIT 500 FOR UPDATE OF v SKIP LOCKED)
               UPDATE leads_visit v SET token = %(token)s, attempts = attempts + 1, available_at = %(until)s
                 FROM mine WHERE v.id = mine.id
            RETURNING host(v.address), v.attempts""",
            {"at": at, "token": token, "until": at + lookups.LEASE},
        )
        rows = cursor.fetchall()
    return Claim(drawer, rows[0][0], token, max(row[1] for row in rows)) if rows else None


def _mine(claim: Claim) -> Any:
    return Visit.objects.filter(token=claim.token).exclude(address=None)


def _conclude(claim: Claim, found: dict[str, Any], *, at: datetime, is_new: bool = False) -> None:
    """Puts the visits to their company, or to nobody, and forgets the address. Only what was understood of the
    answer is kept: answers like to repeat the address."""
    with transaction.atomic():
        if is_new:
            LookupAnswer.objects.update_or_create(
                drawer=claim.drawer, asked=claim.key, defaults={"answer": found or None, "at": at}
            )
            lookups.answered(claim.drawer)
        mine = list(_mine(claim).select_for_update().order_by("pk"))
        rows = _rows(found, mine) if identity(found) else {}
        for visit in mine:
            visit.company, visit.address, visit.token = rows.get(visit.day), None, None
        Visit.objects.bulk_update(mine, ["company", "address", "token"])
        visits.recount([row.pk for row in rows.values()])


def _rows(found: dict[str, Any], mine: Sequence[Visit]) -> dict[Any, VisitingCompany]:
    """The company's row of each day, made where there is none."""
    key, last = identity(found), {visit.day: visit.last_at for visit in mine}
    VisitingCompany.objects.bulk_create(
        [
            VisitingCompany(day=day, identity=key, last_seen=last[day], **found)
            for day in sorted(last)
        ],
        ignore_conflicts=True,
    )
    return {row.day: row for row in VisitingCompany.objects.filter(identity=key, day__in=last)}


def _set_back(claim: Claim, outcome: Outcome, at: datetime) -> None:
    """No answer: it is tried again later, or given up and the address forgotten."""
    with transaction.atomic():
        lookups.tire(claim.drawer, outcome, at)
        if outcome.is_final or claim.attempts >= lookups.MOST_ATTEMPTS:
            _mine(claim).update(address=None, token=None)
        else:
            _mine(claim).update(available_at=lookups.again_at(claim.attempts, at), token=None)
