"""Token buckets in PostgreSQL: how often somebody may do something, counted exactly.

A bucket holds `burst` tokens and gets `rate_per_minute` new ones a minute; each deed takes one.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from accounts.models import TokenBucket

LONGEST_KEY = 200
KEPT_UNUSED = timedelta(days=1)
IPV6_PREFIX = 64

# What the bucket holds at this moment, in millionths of a token and in integers, so that no
# rounding ever gives one too many. A clock that stands still or lags behind fills nothing.
_MOMENT = "(SELECT coalesce(%(at)s::timestamptz, app_now()) AS at)"
_FILLED = f"""
    least(
        %(burst)s::bigint * 1000000,
        bucket.micro_tokens + greatest(0, floor(
            extract(epoch FROM {_MOMENT} - bucket.refreshed_at) * 1000000 * %(rate)s / 60
        ))
    )::bigint
"""

# The row lock of the upsert lets one deed after the other look into the bucket; whoever finds no
# whole token changes nothing. Only then the second part tells how long one will take to come.
_TAKE = f"""
    WITH taken AS (
        INSERT INTO accounts_tokenbucket AS bucket (key, micro_tokens, refreshed_at)
        SELECT %(key)s, (%(burst)s::bigint - 1) * 1000000, moment.at FROM {_MOMENT} AS moment
        ON CONFLICT (key) DO UPDATE
        SET micro_tokens = {_FILLED} - 1000000,
            refreshed_at = greatest(bucket.refreshed_at, excluded.refreshed_at)
        WHERE {_FILLED} >= 1000000
        RETURNING 1
    )
    SELECT EXISTS (SELECT FROM taken),
           (SELECT ceil((1000000 - micro_tokens) * 60.0 / %(rate)s / 1000000
                        - extract(epoch FROM moment.at - refreshed_at))::integer
            FROM accounts_tokenbucket, {_MOMENT} AS moment WHERE key = %(key)s)
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the deed may be done, and if not, in how many seconds to come back."""

    allowed: bool
    retry_after_s: int = 0


def take(key: str, *, rate_per_minute: int, burst: int, at: datetime | None = None) -> Verdict:
    """Take a token out of the bucket with this key. Call it outside of a transaction:
    a rollback would put the token back."""
    if rate_per_minute < 1 or burst < 1:
        raise ValueError("a bucket needs a rate and a burst of at least 1")
    given: dict[str, Any] = {"key": _stored(key), "burst": burst, "rate": rate_per_minute, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, given)
        allowed, wait = cursor.fetchone()
    return Verdict(True) if allowed else Verdict(False, max(1, wait or 1))


def forget_unused(*, at: datetime) -> int:
    """Delete the buckets that nobody took from for a day; returns how many."""
    return TokenBucket.objects.filter(refreshed_at__lt=at - KEPT_UNUSED).delete()[0]


def client_key(request: HttpRequest) -> str:
    """Who asks, for a bucket's key: the IPv4 address, or the /64 network of an IPv6 one."""
    address = client_address(request)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, IPV6_PREFIX), strict=False))
    return str(address) if address else "unknown"


def client_address(request: HttpRequest) -> IPv4Address | IPv6Address | None:
    """The address that our outermost proxy saw; without proxies, the one that connected.

    X-Forwarded-For is believed for settings.TRUSTED_PROXIES hops from its right end: what stands
    further left was written by the client itself.
    """
    peer = _address(request.META.get("REMOTE_ADDR", ""))
    hops = settings.TRUSTED_PROXIES
    if not hops:
        return peer
    seen = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[-hops:]
    return _address(seen[0]) or peer


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(_without_port(text.strip()))
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _without_port(text: str) -> str:
    """Some proxies write 192.0.2.1:4711 or [2001:db8::1]:4711."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text


def _stored(key: str) -> str:
    if len(key) <= LONGEST_KEY:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()
    return key[: LONGEST_KEY - len(digest)] + digest
