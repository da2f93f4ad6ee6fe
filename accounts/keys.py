"""Keys of machines: made, shown once, checked, revoked."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.db.models import BooleanField, ExpressionWrapper, Q

from accounts import clock
from accounts.models import ApiKey, User
from accounts.text import flaw_of

PREFIXES = {ApiKey.Kind.PUBLIC: "pk", ApiKey.Kind.SECRET: "sk"}


def _digest(key: str) -> bytes:
    # 32 random bytes need no slow hash: there is nothing to guess.
    return hashlib.sha256(key.encode()).digest()


def make(*, kind: str, name: str, by: User | None) -> tuple[ApiKey, str]:
    """A new key and its text, which cannot be read again later."""
    prefix = f"{PREFIXES[ApiKey.Kind(kind)]}_{secrets.token_hex(4)}"
    text = f"{prefix}_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        kind=kind, name=name, prefix=prefix, digest=_digest(text), created_by=by,
        public_text=text if kind == ApiKey.Kind.PUBLIC else "",
    )  # fmt: skip
    return key, text


def revoke(*, key: ApiKey, at: datetime) -> None:
    ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at)


def find(text: str) -> ApiKey | None:
    """The live key with this text, or None. Notes the use, at most once a minute."""
    if flaw_of(text):
        return None
    prefix = "_".join(text.split("_", 2)[:2])
    long_ago = Q(last_used_at=None) | Q(last_used_at__lt=clock.NOW - timedelta(minutes=1))
    found = ApiKey.objects.filter(prefix=prefix[:16], revoked_at=None)
    key = found.annotate(is_stale=ExpressionWrapper(long_ago, BooleanField())).first()
    if key is None or not hmac.compare_digest(bytes(key.digest), _digest(text)):
        return None
    if key.is_stale:
        found.filter(long_ago).update(last_used_at=clock.NOW)
    return key
