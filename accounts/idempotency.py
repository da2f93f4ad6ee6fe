"""A write that is sent again under the same Idempotency-Key happens once, and is answered as it was the first time.

The answer is kept in the transaction of the effect: what is rolled back was never done, and may be tried again."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from accounts.models import ApiKey, IdempotentAnswer, User

KEPT = timedelta(hours=72)
LONGEST_KEY = 255


class UnderWay(Exception):
    """The first of two equal requests has not been answered yet."""


class OtherRequest(Exception):
    """The key was used for a request that asked for something else."""


@dataclass(frozen=True)
class Asked:
    """A request that shall happen once: who asks, by which method, at which path, under which key, for what."""

    asker: str
    method: str
    path: str
    key: str
    body: Any


@dataclass(frozen=True)
class Answer:
    """`again` says that it was given before."""

    status: int
    body: Any
    again: bool = False


def asker_of(principal: User | ApiKey) -> str:
    return f"{'key' if isinstance(principal, ApiKey) else 'user'}:{principal.pk}"


def once(asked: Asked, deed: Callable[[], Answer], *, at: datetime) -> Answer:
    """Does the deed and keeps its answer, or gives the answer that is kept. An answer that says no is not kept.
    Raises UnderWay and OtherRequest."""
    sent = _digest(asked.body)
    with transaction.atomic():
        if not _alone(asked):
            raise UnderWay
        kept = _kept(asked, at)
        if kept is not None:
            if bytes(kept.request_hash) != sent:
                raise OtherRequest
            return Answer(kept.status, kept.body, again=True)
        answer = deed()
        if answer.status < 400:
            _keep(asked, sent, answer, at)
    return answer


def forget(at: datetime) -> int:
    """Deletes answers that nobody asks for again; says how many."""
    return IdempotentAnswer.objects.filter(created_at__lt=at - KEPT).delete()[0]


def _alone(asked: Asked) -> bool:
    """Held until the transaction ends; whoever comes second does not wait, but is told."""
    words = "\0".join((asked.asker, asked.method, asked.path, asked.key))
    number = int.from_bytes(hashlib.blake2b(words.encode(), digest_size=8).digest(), signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone()[0])


def _kept(asked: Asked, at: datetime) -> IdempotentAnswer | None:
    rows = IdempotentAnswer.objects.filter(
        asker=asked.asker, method=asked.method, path=asked.path, key=asked.key
    )
    rows.filter(created_at__lt=at - KEPT).delete()
    return rows.first()


def _keep(asked: Asked, sent: bytes, answer: Answer, at: datetime) -> None:
    IdempotentAnswer.objects.create(
        asker=asked.asker, method=asked.method, path=asked.path, key=asked.key, request_hash=sent,
        status=answer.status, body=answer.body, created_at=at,
    )  # fmt: skip


def _digest(body: Any) -> bytes:
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).digest()
