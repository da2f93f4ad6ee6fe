"""Links to the questions of a framework: made for a set of leads, sent by e-mail or copied, taken back."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import connection, transaction
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import organisation
from accounts.models import User
from handoff import letters
from handoff.letters import Letter
from leads import journal
from leads.models import Lead
from leads.privacy import preferences
from qualification.models import Ask, Framework

VALID = timedelta(days=30)
# Who had the page open at the last moment is not turned away with what they typed.
GRACE = timedelta(days=1)


@dataclass(frozen=True)
class Sent:
    """How many of the leads got a letter, and why the others did not."""

    mailed: int = 0
    without_address: int = 0
    suppressed: int = 0
    mailed_today: int = 0


def make(
    lead_ids: Sequence[int], framework: Framework, *, by: User | None, at: datetime
) -> list[Ask]:
    """The link of each lead to this framework, valid anew; whoever has none gets one."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO qualification_ask
                      (public_id, lead_id, framework_id, by_id, created_at, expires_at)
               SELECT gen_random_uuid(), lead_id, %s, %s, %s, %s
                 FROM (SELECT DISTINCT unnest(%s::bigint[]) AS lead_id) t ORDER BY lead_id
               ON CONFLICT (lead_id, framework_id) WHERE revoked_at IS NULL
               DO UPDATE SET expires_at = excluded.expires_at RETURNING id""",
            [framework.pk, by.pk if by else None, at, at + VALID, list(lead_ids)],
        )
        ids = [row[0] for row in cursor.fetchall()]
    found = Ask.objects.filter(pk__in=ids).select_related("lead", "framework")
    return list(found.order_by("lead_id"))


def send(lead_ids: Sequence[int], framework: Framework, *, by: User | None, at: datetime) -> Sent:
    """Writes each lead an e-mail with its link; one a lead, framework and UTC day."""
    founded = organisation.current()
    name = founded.name if founded else "leadhub"
    with transaction.atomic():
        asks = make(lead_ids, framework, by=by, at=at)
        reached = [_letter(ask, name, at) for ask in asks if ask.lead.email]
        refused = letters.held_back(reached)
        posted = letters.post(reached, at=at)
        mine = Ask.objects.filter(pk__in=[ask.pk for ask in asks], lead_id__in=posted)
        mine.update(mailed_at=at)
        journal.write("lead.asked", posted, at=at, by=by, data={"framework": framework.name})
    suppressed = sum(letter.to in refused for letter in reached)
    return Sent(
        mailed=len(posted),
        without_address=len(asks) - len(reached),
        suppressed=suppressed,
        mailed_today=len(reached) - len(posted) - suppressed,
    )


def _letter(ask: Ask, name: str, at: datetime) -> Letter:
    """Nothing that the lead typed stands in it: a form must not become a way to mail strangers."""
    body = _(
        "Hello,\n\n"
        "so that we can help you better, we would like to know a little more. There are %(number)d"
        " questions; leave out what you do not want to answer.\n\n"
        "%(url)s\n\n"
        "The link is yours alone and works until %(day)s.\n\n%(name)s\n\n"
        "If you want no such e-mails: %(stop)s\n"
    ) % {
        "number": len(ask.framework.definition["elements"]),
        "url": url_of(ask),
        "day": date_format(ask.expires_at, "j F Y"),
        "name": name,
        "stop": settings.SITE_URL + preferences.path(ask.lead),
    }
    subject = _("A few questions from %s") % name
    assert ask.lead.email is not None
    return Letter(f"ask:{ask.pk}:{at:%Y-%m-%d}", ask.lead_id, ask.lead.email, subject, body)


def _signer() -> Signer:
    return Signer(salt="qualification.ask", sep=".")


def url_of(ask: Ask) -> str:
    """What the lead opens, with the host."""
    token = _signer().sign(ask.public_id.hex)
    return settings.SITE_URL + reverse("asked", args=[token])


def ask_of(token: str) -> Ask | None:
    """The ask a token of url_of() was made for, open or not; None for one that we did not make."""
    try:
        public_id = uuid.UUID(_signer().unsign(token))
    except (BadSignature, ValueError):
        return None
    asks = Ask.objects.select_related("lead__owner", "lead__merged_into__owner", "framework")
    return asks.filter(public_id=public_id).first()


def is_open(ask: Ask, *, at: datetime) -> bool:
    return ask.revoked_at is None and at < ask.expires_at + GRACE


def of_lead(lead: Lead) -> list[Ask]:
    """The links of a lead that were not taken back, newest first."""
    asks = Ask.objects.filter(lead=lead, revoked_at=None).select_related("framework", "by")
    return list(asks.order_by("-id"))


def revoke(lead: Lead, ask_id: int, *, at: datetime) -> bool:
    """Takes a link of this lead back; false if there is no such link any more."""
    mine = Ask.objects.filter(pk=ask_id, lead=lead, revoked_at=None)
    return bool(mine.update(revoked_at=at))
