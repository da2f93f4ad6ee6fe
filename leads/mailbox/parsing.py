"""A message as it lies on the server becomes what we can keep of it. Pure, and hostile mail is expected.

Which messages were written by no person: RFC 3834 (Auto-Submitted), RFC 3464 (delivery reports), RFC 2369
(List-*), and the headers that servers used before there was a standard."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any

from charset_normalizer import from_bytes

from accounts.text import LONE_SURROGATE, clean_text
from leads.identity.contact_keys import normal_email
from leads.models import MailMessage

Kind = MailMessage.Kind
LONGEST_SUBJECT, LONGEST_NAME, LONGEST_TEXT = 200, 120, 2000
# What is looked at of a text before it is shortened.
LONGEST_READ = 100_000
MOST_RECIPIENTS = 50
MACHINES = re.compile(r"^(mailer-daemon|postmaster|bounces?)([+-].*)?@", re.IGNORECASE)
NO_REPLY = re.compile(r"^(no|do-?not)[._-]?reply([+-].*)?@", re.IGNORECASE)
AWAY = re.compile(
    r"^\s*(auto(matic)?[ -]?(reply|response)|out of (the )?office|abwesenheit|automatische antwort"
    r"|r[ée]ponse automatique|respuesta autom[áa]tica|risposta automatica|resposta autom[áa]tica)",
    re.IGNORECASE,
)
ORIGINAL = re.compile(
    r"^-{2,}\s*(original message|forwarded message|urspr\w+ nachricht)", re.IGNORECASE
)


@dataclass(frozen=True)
class Mail:
    """`sender` is a normal address or empty; `about` is whom a bounce was written to."""

    digest: bytes
    kind: str
    sender: str = ""
    sender_name: str = ""
    recipients: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    sent_at: datetime | None = None
    about: str = ""


def understand(raw: bytes) -> Mail:
    """What a message says. One that no parser can read is of the kind UNREADABLE, and never an error."""
    try:
        return _understand(raw)
    except Exception:
        # The parser of the standard library raises almost anything for a message that is broken on purpose.
        return Mail(_digest(b"raw", raw), Kind.UNREADABLE)


def _understand(raw: bytes) -> Mail:
    message = BytesParser(policy=policy.default).parsebytes(raw)
    assert isinstance(message, EmailMessage)
    senders = _addresses(message, ["From"])
    name, sender = senders[0] if senders else ("", "")
    subject = _line(_header(message, "Subject"), LONGEST_SUBJECT)
    kind = _kind(message, sender, subject)
    return Mail(
        digest=_identity(message, raw),
        kind=kind,
        sender=sender,
        sender_name=name,
        recipients=tuple(found for _name, found in _addresses(message, ["To", "Cc"])),
        subject=subject,
        text=_excerpt(_body(message)),
        sent_at=_date(message),
        about=_bounced(message) if kind == Kind.BOUNCE else "",
    )


def _identity(message: Message, raw: bytes) -> bytes:
    named = _header(message, "Message-ID").strip()
    return _digest(b"id", named.encode("utf-8", "replace")) if named else _digest(b"raw", raw)


def _digest(scope: bytes, told: bytes) -> bytes:
    return hashlib.blake2b(scope + b"\0" + told, digest_size=16).digest()


def _header(message: Message, name: str) -> str:
    """The first header of that name in words; empty if there is none or it cannot be read."""
    try:
        return str(message.get(name, ""))
    except Exception:
        # Parsing is put off until a header is asked for, and so are its errors.
        return ""


def _line(text: str, limit: int) -> str:
    return " ".join(_fit(text).split())[:limit]


def _fit(text: str) -> str:
    """The text as the database can hold it."""
    whole = LONE_SURROGATE.sub("\ufffd", text[:LONGEST_READ]).replace("\0", "")
    # Normal form can make a text longer.
    return clean_text(whole, limit=LONGEST_READ * 20)


def _addresses(message: Message, names: Iterable[str]) -> list[tuple[str, str]]:
    """(name, address) of everybody in these headers whose address is one."""
    found: list[tuple[str, str]] = []
    for name in names:
        try:
            listed: tuple[Address, ...] = getattr(message.get(name), "addresses", ())
        except Exception:
            continue
        for one in listed[:MOST_RECIPIENTS]:
            email = normal_email(_fit(one.addr_spec))
            if email:
                found.append((_line(one.display_name, LONGEST_NAME), email))
    return found


def _kind(message: Message, sender: str, subject: str) -> str:
    written = {name: _header(message, name).strip().lower() for name in TELLING}
    if _is_bounce(message, written, sender):
        return Kind.BOUNCE
    if _is_automatic(message, written, subject):
        return Kind.AUTO_REPLY
    if _is_bulk(written, sender):
        return Kind.BULK
    return Kind.MESSAGE if sender else Kind.UNREADABLE


TELLING = (
    "Auto-Submitted", "X-Autoreply", "X-Autorespond", "X-Failed-Recipients", "Precedence", "List-Id",
    "List-Unsubscribe", "X-Spam-Flag", "Return-Path",
)  # fmt: skip


def _is_bounce(message: Message, written: dict[str, str], sender: str) -> bool:
    if written["X-Failed-Recipients"]:
        return True
    if message.get_content_type() == "multipart/report":
        return bool(_bounced(message))
    return written["Return-Path"] == "<>" and bool(MACHINES.match(sender))


def _is_automatic(message: Message, written: dict[str, str], subject: str) -> bool:
    if message.get_content_type() == "multipart/report":
        return True
    if written["Auto-Submitted"].partition(";")[0].strip() not in ("", "no"):
        return True
    if written["X-Autoreply"] not in ("", "no") or written["X-Autorespond"]:
        return True
    return written["Precedence"] == "auto_reply" or bool(AWAY.match(subject))


def _is_bulk(written: dict[str, str], sender: str) -> bool:
    if written["Precedence"] in ("bulk", "junk", "list") or written["X-Spam-Flag"] == "yes":
        return True
    listed = written["List-Id"] or written["List-Unsubscribe"]
    return bool(listed or MACHINES.match(sender) or NO_REPLY.match(sender))


def _bounced(message: Message) -> str:
    """The address that a report says could not be reached for good; a delay is no such report."""
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks: Any = part.get_payload()
        for block in blocks if isinstance(blocks, list) else []:
            told = block.get("Final-Recipient") or block.get("Original-Recipient") or ""
            failed = str(block.get("Action", "failed")).strip().lower() == "failed"
            email = normal_email(str(told).rpartition(";")[2].strip(" <>"))
            if failed and email:
                return email
    return normal_email(_header(message, "X-Failed-Recipients").partition(",")[0]) or ""


def _date(message: Message) -> datetime | None:
    try:
        sent = parsedate_to_datetime(_header(message, "Date"))
        return (sent if sent.tzinfo else sent.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, TypeError):
        return None


def _body(message: EmailMessage) -> str:
    part = message.get_body(("plain", "html"))
    if not isinstance(part, Message):
        return ""
    text = _decoded(part)
    return _words_of(text) if part.get_content_subtype() == "html" else text


def _decoded(part: Message) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    data = data[: LONGEST_READ * 2]
    charset = part.get_content_charset() or "utf-8"
    try:
        return data.decode(charset)
    except (LookupError, ValueError):
        guess = from_bytes(data[:LONGEST_READ]).best()
        return str(guess) if guess else data.decode("utf-8", "replace")


class _Words(HTMLParser):
    """What a reader sees of a page."""

    HIDDEN = frozenset({"script", "style", "head", "title"})
    BLOCKS = frozenset({"p", "br", "div", "tr", "li", "h1", "h2", "h3"})

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.hidden += tag in self.HIDDEN
        if tag in self.BLOCKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.hidden = max(0, self.hidden - (tag in self.HIDDEN))

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(data)


def _words_of(html: str) -> str:
    reader = _Words()
    reader.feed(html[:LONGEST_READ])
    return "".join(reader.words)


def _excerpt(text: str) -> str:
    """What was written now: without what it answers to."""
    kept: list[str] = []
    for line in _fit(text).split("\n"):
        if ORIGINAL.match(line):
            break
        if not line.startswith(">"):
            kept.append(line.strip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()[:LONGEST_TEXT]
