"""A step as the e-mail of one lead: fields filled in, links that can be followed, and how to get no more of it."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import organisation
from leads.models import Lead
from leads.privacy import preferences
from qualification.asking import links
from qualification.catalogue import newest
from qualification.models import SequenceMail, SequenceStep
from qualification.nurturing import fields
from qualification.nurturing.fields import Filled


@dataclass(frozen=True)
class Place:
    """Behind which link of which mail somebody is."""

    mail: SequenceMail
    address: str


def values(lead: Lead) -> dict[str, str]:
    ours = organisation.current()
    return {
        "first_name": lead.first_name, "last_name": lead.last_name, "company": lead.company_name,
        "title": lead.title, "owner": lead.owner.name if lead.owner else "",
        "organisation": ours.name if ours else "",
    }  # fmt: skip


def compose(step: SequenceStep, lead: Lead, mail: SequenceMail, *, at: datetime) -> Filled:
    """What this lead is sent. A step that asks makes the lead's link to the questions."""
    body, found = fields.follow_links(_with_questions(step), lambda n: link(mail, n))
    known = values(lead) | _questions(step, lead, at)
    stop = settings.SITE_URL + preferences.path(lead)
    text = f"{fields.fill(body, known)}\n\n--\n{_('If you want no such e-mails: %s') % stop}\n"
    return Filled(fields.fill(step.subject, known), text, found)


def preview(step: SequenceStep, lead: Lead | None) -> Filled:
    """The same for the eyes of the editor, or of a test: nothing is written, links lead where they say."""
    example = {
        "first_name": "Maya", "last_name": "Lind", "company": "Northwind", "title": _("Head of IT"),
    }  # fmt: skip
    known = {key: value for key, value in (values(lead) if lead else example).items() if value}
    if step.asks:
        known[fields.QUESTIONS] = settings.SITE_URL + reverse("asked", args=["example"])
    ours = organisation.current()
    known.setdefault("organisation", ours.name if ours else "leadhub")
    text = fields.fill(_with_questions(step), known)
    return Filled(fields.fill(step.subject, known), text, [])


def _with_questions(step: SequenceStep) -> str:
    """A step that asks has its link at the end where the text has no place for it."""
    if step.asks and "{questions" not in step.body:
        return f"{step.body.rstrip()}\n\n{{questions}}"
    return str(step.body)


def _questions(step: SequenceStep, lead: Lead, at: datetime) -> dict[str, str]:
    framework = newest(step.asks) if step.asks else None
    if framework is None:
        return {}
    ask = links.make([lead.pk], framework, by=None, at=at)[0]
    return {fields.QUESTIONS: links.url_of(ask)}


def _signer() -> Signer:
    return Signer(salt="qualification.nurturing", sep=".")


def link(mail: SequenceMail, number: int) -> str:
    """What stands in the mail instead of its link of this number, with the host."""
    token = _signer().sign(f"{mail.public_id.hex}{number}")
    return settings.SITE_URL + reverse("followed", args=[token])


def place_of(token: str) -> Place | None:
    """The mail and the address that a link was made for; None for one that we did not make."""
    try:
        text = _signer().unsign(token)
    except BadSignature:
        return None
    mail = SequenceMail.objects.filter(public_id=text[:32]).select_related(
        "enrolment__sequence", "enrolment__lead__merged_into", "step"
    ).first()  # fmt: skip
    number = int(text[32:])
    if mail is None or number >= len(mail.links):
        return None
    return Place(mail, mail.links[number])
