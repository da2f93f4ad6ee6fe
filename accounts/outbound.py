"""The one way to call another system over HTTP, to an address that somebody typed in.

The name is resolved once, every address it has is judged, and the connection goes to the address that was
judged: nothing can be swapped in between. No redirects, no proxies of the environment, no compression, an end to
time and size. Machines of the own network are called only where OUTBOUND_ALLOWED names their network.

Call it outside of transactions."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import SplitResult, urlsplit

import urllib3
from django.conf import settings
from django.utils.translation import gettext as _

TIMEOUT_S = 10.0
LIMIT = 64 * 1024
CHUNK = 8 * 1024
PORTS = {"https": 443, "http": 80}
# Of machines on the open internet; in an allowed network any port will do.
OPEN_PORTS = {443, 8443}
MOST_ADDRESSES = 4

# What ipaddress takes for global and is not, or is only by way of another address.
CLOSED = [
    ip_network(text)
    for text in (
        "168.63.129.16/32",  # the platform service of Azure
        "192.0.0.0/24",
        "192.88.99.0/24",
        "::/96",
        "64:ff9b:1::/48",
        "2001::/32",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
        "fec0::/10",
    )
]
NAT64 = ip_network("64:ff9b::/96")

Address = IPv4Address | IPv6Address


class OutboundError(Exception):
    """A call that brought no answer; the text says why, for the person who gave the address."""


class Refused(OutboundError):
    """An address that is never called, however often one tries."""


class Unreachable(OutboundError):
    """Nobody answered in time, or the answer broke off; later it may go well."""


class AnswerTooLarge(OutboundError):
    """More bytes than the caller wants to read; `status` came before them."""

    def __init__(self, limit: int, status: int) -> None:
        super().__init__(_("The answer has more than %d bytes.") % limit)
        self.status = status


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever the status. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    took_ms: int


@dataclass(frozen=True, slots=True)
class _Target:
    scheme: str
    host: str
    port: int
    path: str
    addresses: list[Address]

    @property
    def named(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    timeout_s: float = TIMEOUT_S,
    limit: int = LIMIT,
) -> Answer:
    """Calls `url` and reads at most `limit` bytes within `timeout_s` in all. A redirect is an answer like any
    other. Raises Refused, Unreachable or AnswerTooLarge."""
    began = time.monotonic()
    target = _target(url)
    sent = {"Accept-Encoding": "identity", "User-Agent": "leadhub", **(headers or {})}
    sent["Host"] = target.named
    deadline = began + timeout_s
    connection = _connect(target, deadline)
    try:
        with _cut_off(connection, deadline):
            connection.request(
                method, target.path, body=body, headers=sent, preload_content=False,
                decode_content=False,
            )  # fmt: skip
            response = connection.getresponse()
            read = b"".join(_read(response, limit))
    except (urllib3.exceptions.HTTPError, HTTPException, OSError, ValueError) as error:
        raise _no_answer(deadline, error) from None
    finally:
        connection.close()
    if time.monotonic() >= deadline:
        raise Unreachable(_("The answer took too long."))
    found = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status, found, read, int((time.monotonic() - began) * 1000))


def check(url: str) -> None:
    """Raises Refused or Unreachable for an address that `request` would not call: for the form where it is
    typed in. It is judged again at every call."""
    _target(url)


def judged(host: str, port: int) -> list[str]:
    """The addresses of a machine that may be called by another protocol, to connect to one of these and to no
    name. Raises Refused or Unreachable."""
    addresses = _resolve(host, port)
    for address in addresses:
        _judge(address)
    return [str(address) for address in addresses]


def _target(url: str) -> _Target:
    parts = _parts(url)
    host, port = _host_and_port(parts)
    addresses = _resolve(host, port)
    for address in addresses:
        _judge(address)
        if not _is_allowed(address):
            _judge_door(parts.scheme, port)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return _Target(parts.scheme, host, port, path, addresses[:MOST_ADDRESSES])


def _parts(url: str) -> SplitResult:
    if not url.isprintable() or set(url) & {" ", "\\"}:
        raise Refused(_("This address has characters that no address has."))
    try:
        parts = urlsplit(url)
    except ValueError:
        raise Refused(_("This is not an address.")) from None
    if parts.scheme not in PORTS or not parts.netloc:
        raise Refused(_("Give an address that begins with https://."))
    if "@" in parts.netloc:
        raise Refused(_("Leave name and password out of the address."))
    return parts


def _host_and_port(parts: SplitResult) -> tuple[str, int]:
    try:
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        name = host if ":" in host else host.encode("idna").decode()
    except (ValueError, UnicodeError):
        raise Refused(_("This is not an address.")) from None
    if not name or "%" in name:
        raise Refused(_("This is not an address."))
    return name, port


def _resolve(host: str, port: int) -> list[Address]:
    """Every address of the name, in the order to try them."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable(_("There is no machine called “%s”.") % host[:80]) from None
    return list(dict.fromkeys(ip_address(str(one[4][0]).partition("%")[0]) for one in found))


def _judge(address: Address) -> None:
    if not _is_allowed(address) and not _is_public(address):
        raise Refused(_("This address lies in a network that leadhub does not call."))


def _judge_door(scheme: str, port: int) -> None:
    if scheme != "https":
        raise Refused(_("Give an address that begins with https://."))
    if port not in OPEN_PORTS:
        raise Refused(_("leadhub does not call port %d.") % port)


def _is_allowed(address: Address) -> bool:
    inner = _inner(address)
    return any(inner in ip_network(text) for text in settings.OUTBOUND_ALLOWED)


def _is_public(address: Address) -> bool:
    inner = _inner(address)
    closed = any(inner in network for network in CLOSED)
    return inner.is_global and not inner.is_multicast and not inner.is_reserved and not closed


def _inner(address: Address) -> Address:
    """An IPv4 address dressed up as IPv6 is judged as what it is."""
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address


def _connect(target: _Target, deadline: float) -> Any:
    """A connection to the first of the addresses that answers."""
    for number, address in enumerate(target.addresses):
        left = deadline - time.monotonic()
        # Half of what is left each, so that a dead first address leaves time for the second.
        last = number == len(target.addresses) - 1
        connection = _connection(target, str(address), max(left if last else left / 2, 0.001))
        try:
            connection.connect()
        except (urllib3.exceptions.HTTPError, OSError) as error:
            connection.close()
            failed = _no_answer(deadline, error)
        else:
            return connection
    raise failed


def _connection(target: _Target, address: str, timeout_s: float) -> Any:
    if target.scheme == "http":
        return urllib3.connection.HTTPConnection(address, target.port, timeout=timeout_s)
    return urllib3.connection.HTTPSConnection(
        address,
        target.port,
        timeout=timeout_s,
        server_hostname=target.host,
        assert_hostname=target.host,
        cert_reqs="CERT_REQUIRED",
    )


class _cut_off:
    """Ends the connection at the deadline, also one that sends a byte a second for ever."""

    def __init__(self, connection: Any, deadline: float) -> None:
        self.timer = threading.Timer(max(deadline - time.monotonic(), 0.0), self._cut)
        self.timer.daemon = True
        self.socket = connection.sock

    def _cut(self) -> None:
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            return

    def __enter__(self) -> None:
        self.timer.start()

    def __exit__(self, *_error: object) -> None:
        self.timer.cancel()


def _read(response: Any, limit: int) -> Iterator[bytes]:
    total = 0
    while chunk := response.read(CHUNK, decode_content=False):
        total += len(chunk)
        if total > limit:
            raise AnswerTooLarge(limit, response.status)
        yield chunk


def _no_answer(deadline: float, error: Exception) -> Unreachable:
    if time.monotonic() >= deadline or isinstance(error, TimeoutError):
        return Unreachable(_("The answer took too long."))
    if isinstance(error, ssl.SSLError | urllib3.exceptions.SSLError):
        return Unreachable(_("No secure connection could be made: %s") % str(error)[:200])
    return Unreachable(_("The connection failed: %s") % str(error)[:200])
