"""How the bodies of event senders are unpacked: compressed or not, as JSON, as text of a beacon, or as a form
that holds it in base64."""

import base64
import binascii
import zlib
from urllib.parse import parse_qs

from django.utils.translation import gettext as _

from accounts.safe_json import BadJson, Batch, Limits, TooLarge, loads_items

GZIP = b"\x1f\x8b"
FORM = b"data="
MOST_WRAPPERS = 3
OF_ADDRESSES = bytes.maketrans(b"-_", b"+/")


def read(raw: bytes, limits: Limits) -> Batch:
    """The items of a body, each with its own error if it has one. Raises BadJson and TooLarge."""
    return loads_items(unpacked(raw, limits.bytes), within="batch", limits=limits)


def unpacked(raw: bytes, limit: int) -> bytes:
    """The JSON in a body, found by what the bytes are: headers of senders are wrong too often.

    Never more than `limit` bytes, however well they were compressed. Raises BadJson and TooLarge."""
    for _wrapper in range(MOST_WRAPPERS):
        if len(raw) > limit:
            raise TooLarge(_("The body has more than %(limit)d bytes.") % {"limit": limit})
        if raw.startswith(GZIP):
            raw = _gunzipped(raw, limit)
        elif raw.startswith(FORM):
            raw = _of_form(raw)
        elif (plain := _of_base64(raw)) is not None:
            raw = plain
        else:
            break
    return raw


def _gunzipped(raw: bytes, limit: int) -> bytes:
    reader = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        found = reader.decompress(raw, limit + 1)
    except zlib.error:
        raise BadJson(_("The body cannot be unpacked.")) from None
    if len(found) <= limit and not reader.eof:
        raise BadJson(_("The body is cut off."))
    return found


def _of_form(raw: bytes) -> bytes:
    try:
        told = parse_qs(raw.decode("ascii"), max_num_fields=20)
    except (ValueError, UnicodeDecodeError):
        raise BadJson(_("The body cannot be unpacked.")) from None
    refuse_lz64(told.get("compression", [""])[0])
    return told.get("data", [""])[0].encode()


def refuse_lz64(compression: str) -> None:
    """What old libraries of PostHog call their own way of packing; those of today ask first and send gzip. Raises
    BadJson."""
    if compression == "lz64":
        raise BadJson(_("lz64 is not read. Let the library compress with gzip, or not at all."))


def _of_base64(raw: bytes) -> bytes | None:
    """What is in base64, if the body is; JSON begins with a bracket, which base64 does not have."""
    if raw.lstrip()[:1] in (b"{", b"[", b""):
        return None
    # In addresses it is written with - and _ and without the end, and + may have become a space.
    whole = raw.strip().replace(b" ", b"+").translate(OF_ADDRESSES).rstrip(b"=")
    try:
        plain = base64.b64decode(whole + b"=" * (-len(whole) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    return plain if plain[:1] in (b"{", b"[") or plain.startswith(GZIP) else None
