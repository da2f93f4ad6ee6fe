"""People are told by rows: an in-app note, and an e-mail row where it matters.

Delivery leaves the house outside of any transaction and is tried again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.db.models import F

from accounts.models import User
from handoff.models import Delivery, Notification
from leads.privacy.suppression import suppressed

LEASE = timedelta(seconds=60)
PAUSES = [timedelta(seconds=30), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2)]


@dataclass(frozen=True)
class Note:
    user: User
    kind: str
    about: str
    text: str
    lead_id: int | None = None
    by_mail: bool = False


def tell(notes: Iterable[Note], *, at: datetime) -> int:
    """Writes the notes not told before, with an e-mail row where they go by mail; says how many."""
    wanted = {(note.user.pk, note.kind, note.about): note for note in notes}
    if not wanted:
        return 0
    with transaction.atomic():
        keys = list(wanted)
        with connection.cursor() as cursor:
            cursor.execute(
                """INSERT INTO handoff_notification
                          (user_id, kind, about, text, lead_id, created_at)
                   SELECT t.*, %s FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[],
                                              %s::bigint[]) AS t
                   ON CONFLICT DO NOTHING RETURNING id, user_id, kind, about""",
                [
                    at, [k[0] for k in keys], [k[1] for k in keys], [k[2] for k in keys],
                    [note.text[:400] for note in wanted.values()],
                    [note.lead_id for note in wanted.values()],
                ],
            )  # fmt: skip
            made = cursor.fetchall()
        Delivery.objects.bulk_create(
            Delivery(notification_id=row[0], to=wanted[row[1:4]].user.email, next_at=at)
            for row in made
            if wanted[row[1:4]].by_mail
        )
    return len(made)


def deliver_one(at: datetime) -> bool:
    """Sends one waiting e-mail, under a lease and outside of any transaction; false when none waits."""
    delivery = _claim(at)
    if delivery is None:
        return False
    if delivery.lead_id and suppressed([delivery.to]):
        # Asked for nothing more while the letter waited.
        Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.WITHHELD)
        return True
    try:
        _send(delivery)
    except (OSError, ValueError) as error:
        _set_back(delivery, str(error), at)
    else:
        Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.SENT, sent_at=at)
    return True


def _claim(at: datetime) -> Delivery | None:
    with transaction.atomic():
        delivery = (
            Delivery.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(state=Delivery.State.PENDING, next_at__lte=at)
            .select_related("notification__lead").order_by("next_at", "id").first()
        )  # fmt: skip
        if delivery is not None:
            Delivery.objects.filter(pk=delivery.pk).update(
                next_at=at + LEASE, attempts=F("attempts") + 1
            )
    return delivery


def _send(delivery: Delivery) -> None:
    mail = _of_note(delivery.notification) if delivery.notification else _of_letter(delivery)
    mail.to = [delivery.to]
    mail.send()


def _of_letter(delivery: Delivery) -> EmailMessage:
    headers = {"Message-ID": f"<letter-{delivery.pk}@leadhub>"}
    return EmailMessage(delivery.subject, delivery.body, headers=headers)


def _of_note(note: Notification) -> EmailMessage:
    # Lead text is hostile: one line, no control characters, one recipient.
    subject = " ".join("".join(c if c.isprintable() else " " for c in note.text).split())[:200]
    body = note.text
    if note.lead is not None:
        body += f"\n\n{settings.SITE_URL}/leads/{note.lead.public_id}/"
    return EmailMessage(subject, body, headers={"Message-ID": f"<notice-{note.pk}@leadhub>"})


def _set_back(delivery: Delivery, error: str, at: datetime) -> None:
    attempts = delivery.attempts + 1
    row = Delivery.objects.filter(pk=delivery.pk)
    if attempts > len(PAUSES):
        row.update(state=Delivery.State.FAILED, error=error[:500])
    else:
        row.update(next_at=at + PAUSES[attempts - 1], error=error[:500])


def page(
    user: User, *, before: int | None = None, size: int = 50
) -> tuple[list[Notification], bool]:
    """A person's notes, newest first, older than the note `before`; and whether there are more."""
    notes = Notification.objects.filter(user=user).select_related("lead").order_by("-id")
    if before is not None:
        notes = notes.filter(pk__lt=before)
    found = list(notes[: size + 1])
    return found[:size], len(found) > size


def mark_read(user: User, *, at: datetime, upto: int | None = None) -> None:
    """Marks notes as read: all, or those not newer than the note `upto`."""
    notes = Notification.objects.filter(user=user, read_at=None)
    if upto is not None:
        notes = notes.filter(pk__lte=upto)
    notes.update(read_at=at)


def unread(user: User) -> int:
    return Notification.objects.filter(user=user, read_at=None).count()
