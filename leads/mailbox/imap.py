"""A folder of a mail server, read over TLS at an address that was judged first (accounts/outbound.py).

Nothing is changed there: messages stay, and stay unread. Call it outside of transactions."""

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts import outbound, secrets
from leads.models import Mailbox

TIMEOUT_S = 20.0
# What is read of a message: its headers and the beginning of its text. Attachments are not our business.
LONGEST_MESSAGE = 256 * 1024
# No answer of a server may be longer, whatever length it announces.
LONGEST_ANSWER = 2 * LONGEST_MESSAGE
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
UID = re.compile(rb"UID (\d+)")


class NotRead(Exception):
    """The mailbox could not be read; the text says why, for the person who entered it."""


class _Connection(imaplib.IMAP4_SSL):
    """Goes to the address that was judged, and asks for the certificate of the name."""

    def __init__(self, host: str, port: int, address: str) -> None:
        self.address = address
        context = ssl.create_default_context()
        super().__init__(host, port, ssl_context=context, timeout=TIMEOUT_S)

    def _create_socket(self, timeout: float | None) -> ssl.SSLSocket:
        plain = socket.create_connection((self.address, self.port), timeout)
        try:
            return self.ssl_context.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise

    def read(self, size: int) -> bytes:
        if size > LONGEST_ANSWER:
            raise self.abort("the server announces more than we read")
        return super().read(size)


class Folder:
    """The folder of a mailbox while it is open. `validity` is the life in which its numbers hold."""

    def __init__(self, connection: Any, name: str) -> None:
        self.connection = connection
        answer = self._asked("SELECT", connection.select(_quoted(name), readonly=True))
        self.count = int(answer[0] or 0)
        found = connection.response("UIDVALIDITY")[1]
        self.validity = int(found[0]) if found and found[0] else 0

    def newer(self, than: int, *, since: date) -> list[int]:
        """The numbers of messages above `than` that came on the day `since` or later, in order."""
        day = f"{since.day:02d}-{MONTHS[since.month - 1]}-{since.year}"
        found = self._asked(
            "SEARCH", self.connection.uid("SEARCH", "UID", f"{than + 1}:*", "SINCE", day)
        )
        # “7:*” means the last one as well, even if that is 5.
        return sorted(uid for uid in map(int, (found[0] or b"").split()) if uid > than)

    def fetch(self, uids: Sequence[int]) -> list[tuple[int, bytes]]:
        """The beginning of each of these messages, as far as they are there still."""
        wanted = ",".join(map(str, uids))
        parts = f"(UID BODY.PEEK[]<0.{LONGEST_MESSAGE}>)"
        found = self._asked("FETCH", self.connection.uid("FETCH", wanted, parts))
        return sorted(_messages(found))

    def _asked(self, what: str, answer: tuple[str, list[Any]]) -> list[Any]:
        status, data = answer
        if status != "OK":
            told = data[0].decode("ascii", "replace") if data and data[0] else what
            raise NotRead(_("The server refused: %s") % told[:200])
        return data


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _messages(answer: list[Any]) -> Iterator[tuple[int, bytes]]:
    """imaplib gives (what stands before the text, the text) and then what stands behind it."""
    for number, item in enumerate(answer):
        if not isinstance(item, tuple):
            continue
        after = answer[number + 1] if number + 1 < len(answer) else b""
        uid = UID.search(item[0]) or (UID.search(after) if isinstance(after, bytes) else None)
        if uid:
            yield int(uid[1]), item[1]


@contextmanager
def opened(mailbox: Mailbox) -> Iterator[Folder]:
    """The mailbox's folder, logged in. Raises NotRead for whatever goes wrong, also while it is open."""
    try:
        connection = _connect(mailbox)
        try:
            _log_in(connection, mailbox)
            yield Folder(connection, mailbox.folder)
        finally:
            with suppress(OSError, imaplib.IMAP4.error):
                connection.logout()
    except (outbound.OutboundError, secrets.Unreadable) as error:
        raise NotRead(str(error)) from error
    except ssl.SSLError as error:
        told = getattr(error, "verify_message", "") or str(error)
        raise NotRead(_("No secure connection could be made: %s") % told[:200]) from error
    except TimeoutError as error:
        raise NotRead(_("The server took too long to answer.")) from error
    except (OSError, imaplib.IMAP4.error, ValueError) as error:
        raise NotRead(_("The connection failed: %s") % str(error)[:200]) from error


def _connect(mailbox: Mailbox) -> _Connection:
    addresses = outbound.judged(mailbox.host, mailbox.port)
    for address in addresses[:-1]:
        with suppress(OSError):
            return _Connection(mailbox.host, mailbox.port, address)
    return _Connection(mailbox.host, mailbox.port, addresses[-1])


def _log_in(connection: _Connection, mailbox: Mailbox) -> None:
    try:
        connection.login(mailbox.user, secrets.unseal(mailbox.password))
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        told = str(error).strip("b'")[:200]
        raise NotRead(_("The server did not accept user and password: %s") % told) from error
    except UnicodeEncodeError as error:
        raise NotRead(_("User and password can hold ASCII letters only.")) from error
