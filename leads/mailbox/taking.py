"""Messages become leads, events and touches, each once, in a fixed number of statements for a set of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.db import connection, transaction

from accounts.models import User
from leads import journal
from leads.activity import events
from leads.activity.signatures import Look, numbers
from leads.identity import joining
from leads.identity.contact_keys import normal_email
from leads.identity.joining import Joined, Person, Policy, Result
from leads.mailbox.parsing import Mail
from leads.models import ContactKey, Event, Mailbox, MailMessage

Kind = MailMessage.Kind
# The event that a message of each kind is; the others are none.
EVENTS = {
    Kind.MESSAGE: ("email_received", Event.Trust.HUMAN),
    Kind.AUTO_REPLY: ("auto_reply", Event.Trust.BOT),
    Kind.BOUNCE: ("bounce", Event.Trust.HUMAN),
}


def take(mailbox: Mailbox, mails: Sequence[Mail], *, at: datetime) -> int:
    """Takes the messages not met before, in this mailbox or another, and returns how many these are."""
    with transaction.atomic():
        fresh = _keep(mailbox, mails, at=at)
        colleagues = _colleagues(mail.sender for mail in fresh.values())
        sent = {
            pk: mail
            for pk, mail in fresh.items()
            if mail.kind == Kind.MESSAGE and mail.sender in colleagues
        }
        came = {pk: mail for pk, mail in fresh.items() if pk not in sent}
        leads = _leads_of(mailbox, came, at=at)
        _store(mailbox, came, leads, at=at)
        _hand_up(sent, colleagues, at=at)
    return len(fresh)


def _keep(mailbox: Mailbox, mails: Sequence[Mail], *, at: datetime) -> dict[int, Mail]:
    """The new ones by the id of their row, in the order they lay there."""
    by_digest = {mail.digest: mail for mail in reversed(mails)}
    order = sorted(by_digest)
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO leads_mailmessage (mailbox_id, digest, kind, sender, subject, at)
               SELECT %s, t.*, %s
                 FROM unnest(%s::bytea[], %s::text[], %s::text[], %s::text[]) AS t
               ON CONFLICT (digest) DO NOTHING RETURNING id, digest""",
            [
                mailbox.pk, at, order, [by_digest[one].kind for one in order],
                [by_digest[one].sender for one in order], [by_digest[one].subject for one in order],
            ],
        )  # fmt: skip
        ids = {bytes(digest): pk for pk, digest in cursor.fetchall()}
    return {ids[mail.digest]: mail for mail in by_digest.values() if mail.digest in ids}


def _colleagues(senders: Iterable[str]) -> dict[str, User | None]:
    """Senders that are ours: people, and None for addresses that several share, such as sales@."""
    people = User.objects.filter(email__in=sorted(set(senders)), is_active=True)
    shared = [
        *Mailbox.objects.values_list("user", flat=True),
        parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
    ]
    ours: dict[str, User | None] = {email: None for one in shared if (email := normal_email(one))}
    return ours | {person.email: person for person in people}


def _leads_of(mailbox: Mailbox, came: dict[int, Mail], *, at: datetime) -> dict[int, int]:
    """Whose message each is, by the id of its row. Only what a person wrote can make a lead."""
    new = {
        pk: mail
        for pk, mail in came.items()
        if mail.kind == Kind.MESSAGE and mailbox.becomes == Mailbox.Becomes.LEADS
    }
    # A name in a header that differs from the lead's is no news: it proposes nothing.
    people = [Person(values=_values(mail)) for mail in new.values()]
    joined = joining.join(people, policy=Policy.FILL, source=mailbox.source, at=at)
    _announce(joined, at=at)
    # Asked afterwards: a machine may answer for somebody who wrote for the first time just now.
    known = _known(mail.about or mail.sender for mail in came.values())
    found = {pk: known.get(mail.about or mail.sender) for pk, mail in came.items()}
    return {pk: lead for pk, lead in found.items() if lead is not None}


def _known(emails: Iterable[str]) -> dict[str, int]:
    wanted = sorted(set(emails) - {""})
    found = ContactKey.objects.filter(kind=ContactKey.EMAIL, value__in=wanted)
    return dict(found.values_list("value", "lead_id"))


def _values(mail: Mail) -> dict[str, str]:
    """The address, and the name as far as it is one: “Petra Lang” and “Lang, Petra” are."""
    values = {"email": mail.sender}
    last, comma, first = mail.sender_name.partition(",")
    if not comma:
        first, _space, last = mail.sender_name.partition(" ")
    if "@" not in mail.sender_name and not any(c.isdigit() for c in mail.sender_name):
        values |= {"first_name": first.strip(), "last_name": last.strip()}
    return {key: value for key, value in values.items() if value}


def _announce(joined: Sequence[Joined], *, at: datetime) -> None:
    created = {one.lead_id for one in joined if one.result is Result.CREATED}
    journal.write("lead.captured", sorted(created), at=at)


def _store(mailbox: Mailbox, came: dict[int, Mail], leads: dict[int, int], *, at: datetime) -> None:
    """The messages of leads as events of theirs, and whose they are on their rows."""
    told = {pk: mail for pk, mail in came.items() if pk in leads and mail.kind in EVENTS}
    if not told:
        return
    looks = {kind: Look(key, mailbox.source) for kind, (key, _trust) in EVENTS.items()}
    known = numbers({looks[Kind(mail.kind)] for mail in told.values()})
    rows = []
    for pk, mail in told.items():
        signature, kind = known[looks[Kind(mail.kind)]]
        happened = min(mail.sent_at or at, at)
        said = {"mail": pk, "subject": mail.subject, "text": mail.text}
        trust = int(EVENTS[Kind(mail.kind)][1])
        rows.append((None, leads[pk], happened, at, kind, signature, trust, said))
    journal.wake("lead.active", events.insert(rows), at=at)
    each = {
        leads[pk]: {"mail": pk, "subject": mail.subject}
        for pk, mail in told.items()
        if mail.kind == Kind.MESSAGE
    }
    journal.write("lead.wrote", sorted(each), at=at, each=each)
    came_back = {
        leads[pk]: {"suppressed": events.LEAVING["bounce"]}
        for pk, mail in told.items()
        if mail.kind == Kind.BOUNCE
    }
    journal.write("lead.left", sorted(came_back), at=at, each=came_back)
    _name_leads({pk: leads[pk] for pk in told})


def _name_leads(leads: dict[int, int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE leads_mailmessage m SET lead_id = t.lead_id
                 FROM unnest(%s::bigint[], %s::bigint[]) AS t(id, lead_id) WHERE m.id = t.id""",
            [list(leads), list(leads.values())],
        )


def _hand_up(sent: dict[int, Mail], colleagues: dict[str, User | None], *, at: datetime) -> None:
    """What a colleague wrote to leads is a touch each; touches are kept a floor above."""
    known = _known(email for mail in sent.values() for email in mail.recipients)
    named: dict[int, int] = {}
    for pk, mail in sent.items():
        leads = sorted({known[email] for email in mail.recipients if email in known})
        happened = min(mail.sent_at or at, at)
        data = {"mail": pk, "subject": mail.subject, "at": happened.isoformat()}
        journal.write("lead.mailed", leads, at=at, by=colleagues[mail.sender], data=data)
        named |= {pk: leads[0]} if leads else {}
    MailMessage.objects.filter(pk__in=sent).update(kind=Kind.SENT)
    _name_leads(named)
