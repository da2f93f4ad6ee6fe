"""E-mails: one note, several notes together, or a letter. Text of leads is hostile: one line in headers, escaped in
HTML, one recipient."""

import re
from collections.abc import Sequence
from email.utils import parseaddr
from smtplib import SMTPRecipientsRefused
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import ngettext

from accounts.text import EMBEDDINGS, END_OF_EMBEDDING, END_OF_ISOLATE, ISOLATES
from handoff.attempts import Outcome, Result
from handoff.models import Delivery, Notification
from handoff.notifications import choices, kinds
from leads.privacy import preferences

LONGEST_SUBJECT = 200
TURNS = re.compile(f"[{EMBEDDINGS}{ISOLATES}{END_OF_EMBEDDING}{END_OF_ISOLATE}]")


def one_line(text: str, *, longest: int = LONGEST_SUBJECT) -> str:
    """Text for a header: no control characters, no line ends, nothing that turns the direction of writing."""
    kept = "".join(c if c.isprintable() else " " for c in TURNS.sub("", text))
    return " ".join(kept.split())[:longest]


def of_notes(notes: Sequence[Notification]) -> EmailMultiAlternatives:
    """One e-mail for these notes of one person, oldest first. Its Message-ID is the same at every attempt."""
    subject = one_line(notes[0].text)
    if len(notes) > 1:
        told = ngettext("%(n)d note from leadhub", "%(n)d notes from leadhub", len(notes))
        subject = told % {"n": len(notes)}
    user, told_kinds = notes[0].user, {note.kind for note in notes}
    home = settings.SITE_URL.rstrip("/")
    context = {
        "subject": subject,
        "lines": [(note, _link(note)) for note in notes],
        "labels": [kinds.of(kind).label for kind in sorted(told_kinds)],
        "stop": home + choices.unsubscribe_path(user, told_kinds),
        "settings": home + reverse("handoff:notice_settings"),
        "zone": user.time_zone,
    }
    first, last = notes[0].pk, notes[-1].pk
    name = f"notice-{first}" if first == last else f"notices-{first}-{last}"
    mail = EmailMultiAlternatives(
        subject,
        render_to_string("handoff/mail/notes.txt", context),
        headers={
            "Message-ID": f"<{name}@{_domain()}>",
            # Nobody's absence note shall answer (RFC 3834); one click ends it (RFC 8058).
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{context['stop']}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    mail.attach_alternative(render_to_string("handoff/mail/notes.html", context), "text/html")
    return mail


def of_letter(delivery: Delivery) -> EmailMessage:
    """A letter as text and as HTML that is made of it, escaped. Whoever it goes to ends all of them with one click
    (RFC 8058)."""
    headers = {"Message-ID": f"<letter-{delivery.pk}@{_domain()}>"}
    if delivery.lead is not None:
        path = reverse("preferences_stop", args=[preferences.token(delivery.lead)])
        headers["List-Unsubscribe"] = f"<{settings.SITE_URL.rstrip('/')}{path}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail = EmailMultiAlternatives(one_line(delivery.subject), delivery.body, headers=headers)
    context = {"subject": delivery.subject, "body": delivery.body}
    html = render_to_string("handoff/mail/letter.html", context)
    mail.attach_alternative(html, "text/html")
    return mail


def send(mail: EmailMessage, *, to: str) -> Outcome:
    """Hands the e-mail to the mail server. An address that it refuses for good is not tried again."""
    mail.to = [to]
    try:
        mail.send()
    except SMTPRecipientsRefused as error:
        codes = [code for code, _said in error.recipients.values()]
        final = bool(codes) and all(500 <= code < 600 for code in codes)
        return Outcome(
            Result.FAILED if final else Result.LATER, str(error), max(codes, default=None)
        )
    except (OSError, ValueError) as error:
        return Outcome(Result.LATER, str(error) or repr(error))
    return Outcome(Result.SENT)


def _link(note: Notification) -> str:
    if note.lead is None:
        return settings.SITE_URL.rstrip("/") + reverse("handoff:notifications")
    return settings.SITE_URL.rstrip("/") + reverse("leads:lead", args=[note.lead.public_id])


def _domain() -> str:
    """Of the sender, since receivers wonder about ids from somewhere else."""
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return address.rpartition("@")[2] or urlsplit(settings.SITE_URL).hostname or "leadhub"
