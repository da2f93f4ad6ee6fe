"""E-mails to leads. They leave by the same rows as the notes to colleagues (handoff/delivering)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from handoff.models import Delivery
from leads.privacy.suppression import suppressed


@dataclass(frozen=True)
class Letter:
    """`key` names the letter: one with the same key is written once."""

    key: str
    lead_id: int
    to: str
    subject: str
    body: str


def post_sample(*, to: str, subject: str, body: str, at: datetime) -> None:
    """A letter that a colleague sends to the own address to look at it; it is about no lead."""
    Delivery.objects.create(
        key=f"sample:{uuid.uuid4().hex}", to=to, subject=subject[:200], body=body, next_at=at, created_at=at
    )  # fmt: skip


def held_back(letters: Sequence[Letter]) -> set[str]:
    """The addresses among these letters that nothing may be sent to."""
    return suppressed({letter.to for letter in letters})


def post(letters: Sequence[Letter], *, at: datetime) -> list[int]:
    """Writes the letters not written before; gives the leads they go to.

    None is written to an address that asked for nothing (ask `held_back` first to tell people)."""
    refused = held_back(letters)
    rows = sorted((one for one in letters if one.to not in refused), key=lambda one: one.key)
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO handoff_delivery (key, lead_id, "to", subject, body, state, attempts, next_at, created_at,
                                            error)
               SELECT t.*, 'pending', 0, %s, %s, ''
                 FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[]) AS t
               ON CONFLICT (key) DO NOTHING RETURNING lead_id""",
            [
                at, at, [letter.key for letter in rows], [letter.lead_id for letter in rows],
                [letter.to for letter in rows], [letter.subject[:200] for letter in rows],
                [letter.body for letter in rows],
            ],
        )  # fmt: skip
        return sorted(row[0] for row in cursor.fetchall())
