"""Notes are written once, and with them an e-mail row for those who want one: at once, when their quiet hours end,
or together with others when there are too many."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count

from accounts import prepared
from accounts.models import User
from handoff.models import Delivery
from handoff.notifications.choices import Wishes, wishes_of
from handoff.notifications.quiet import ends_at

A_MINUTE = timedelta(minutes=1)
# A note of the minute may commit a moment after its end.
GRACE = timedelta(seconds=5)


@dataclass(frozen=True)
class Note:
    """`kind` is one of kinds.KINDS; `about` names what happened: the same is told once. `by_mail`: by e-mail too,
    unless the person chose otherwise."""

    user: User
    kind: str
    about: str
    text: str
    lead_id: int | None = None
    by_mail: bool = False


Key = tuple[int, str, str]


def tell(notes: Iterable[Note], *, at: datetime) -> int:
    """Writes the notes not told before, with an e-mail row where they go by mail; says how many. Who wants nothing
    of a kind is told nothing."""
    asked = {(note.user.pk, note.kind, note.about): note for note in notes}
    if not asked:
        return 0
    with transaction.atomic():
        wishes = wishes_of({note.user.pk: note.user for note in asked.values()}.values())
        wanted = {key: note for key, note in asked.items() if _is_wanted(note, wishes)}
        made = _insert(wanted, wishes, at)
        _mail(made, wanted, wishes, at)
    return len(made)


def _is_wanted(note: Note, wishes: Mapping[int, Wishes]) -> bool:
    choice = wishes[note.user.pk].of(note.kind, by_mail=note.by_mail)
    return choice.in_app or choice.by_mail


def _insert(
    wanted: Mapping[Key, Note], wishes: Mapping[int, Wishes], at: datetime
) -> list[tuple[int, Key]]:
    keys = list(wanted)
    with prepared.cursor() as cursor:
        cursor.execute(
            """INSERT INTO handoff_notification
                      (user_id, kind, about, text, lead_id, in_app, created_at, read_at)
               SELECT t.*, %(at)s, CASE WHEN NOT t.in_app THEN %(at)s END
                 FROM unnest(%(users)s::bigint[], %(kinds)s::text[], %(abouts)s::text[], %(texts)s::text[],
                             %(leads)s::bigint[], %(in_app)s::boolean[])
                      AS t(user_id, kind, about, text, lead_id, in_app)
               ON CONFLICT DO NOTHING RETURNING id, user_id, kind, about""",
            {
                "at": at, "users": [k[0] for k in keys], "kinds": [k[1] for k in keys],
                "abouts": [k[2] for k in keys],
                "texts": [note.text[:400] for note in wanted.values()],
                "leads": [note.lead_id for note in wanted.values()],
                "in_app": [wishes[k[0]].of(k[1]).in_app for k in keys],
            },
        )  # fmt: skip
        return [(row[0], row[1:4]) for row in cursor.fetchall()]


def _mail(
    made: Iterable[tuple[int, Key]],
    wanted: Mapping[Key, Note],
    wishes: Mapping[int, Wishes],
    at: datetime,
) -> None:
    mailed = [
        (pk, wanted[key])
        for pk, key in made
        if wishes[key[0]].of(key[1], by_mail=wanted[key].by_mail).by_mail
    ]
    lately = _lately({note.user.pk for _pk, note in mailed}, at)
    rows = []
    for pk, note in mailed:
        lately[note.user.pk] += 1
        next_at, digest = _when(note, wishes[note.user.pk], lately[note.user.pk], at)
        rows.append(
            Delivery(
                notification_id=pk, user=note.user, to=note.user.email, created_at=at,
                next_at=next_at, digest=digest,
            )
        )  # fmt: skip
    Delivery.objects.bulk_create(rows)


def _lately(user_ids: Iterable[int], at: datetime) -> Counter[int]:
    """How many e-mails each person was written within the last minute."""
    ids = list(user_ids)
    if not ids:
        return Counter()
    lately = Delivery.objects.filter(user__in=ids, created_at__gt=at - A_MINUTE)
    return Counter(dict(lately.values_list("user").annotate(Count("id"))))


def _when(note: Note, wishes: Wishes, number: int, at: datetime) -> tuple[datetime, str]:
    """When the e-mail leaves, and with which others; this is the `number`th within a minute."""
    passes = wishes.of(note.kind, by_mail=note.by_mail).passes
    quiet_until = at if passes else ends_at(wishes.quiet, at)
    if quiet_until > at:
        return quiet_until, f"{note.user.pk}:{quiet_until.isoformat()}"
    if number <= wishes.at_most:
        return at, ""
    minute = at.replace(second=0, microsecond=0) + A_MINUTE
    return minute + GRACE, f"{note.user.pk}:{minute.isoformat()}"
