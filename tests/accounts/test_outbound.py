"""Calls to addresses that somebody typed in: what is refused, and servers that fail in every way."""

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from accounts import outbound
from accounts.outbound import AnswerTooLarge, Refused, Unreachable

CLOSED_NETWORKS = """
    127.0.0.1 127.1.2.3 0.0.0.0 0.1.2.3 10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1
    100.100.100.200 192.0.0.192 192.0.0.170 192.0.2.1 192.88.99.1 198.18.0.1 198.51.100.1 203.0.113.9
    224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 168.63.129.16
    [::1] [::] [fe80::1] [fec0::1] [fc00::1] [fd00:ec2::254] [ff02::1] [::ffff:127.0.0.1]
    [::ffff:169.254.169.254] [::127.0.0.1] [64:ff9b::7f00:1] [64:ff9b::a9fe:a9fe] [64:ff9b:1::7f00:1]
    [2002:7f00:1::] [2001:0:4136:e378:8000:63bf:3fff:fdd2] [2001:db8::1] [100::1] [5f00::1] [3fff::1]
    2130706433 0x7f000001 0177.0.0.1 127.1 0 ①②⑦.0.0.1 localhost LOCALHOST
"""


@pytest.mark.parametrize("host", CLOSED_NETWORKS.split())
def test_networks_that_are_not_the_open_internet_are_refused(host: str) -> None:
    with pytest.raises((Refused, Unreachable)) as told:
        outbound.check(f"https://{host}/")
    assert isinstance(told.value, Refused) or "no machine" in str(told.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://93.184.215.14/", "https://93.184.215.14:6379/", "ftp://93.184.215.14/", "file:///etc/passwd",
        "gopher://93.184.215.14/", "unix:/run/x", "//93.184.215.14/", "https://", "https:///x", "hello", "",
        "https://user@93.184.215.14/", "https://93.184.215.14\\@example.com/", "https://93.184.215.14/a b",
        "https://93.184.215.14/\r\nHost: x", "https://93.184.215.14:99999/", "https://[::1", "https://[fe80::1%25lo]/",
    ],
)  # fmt: skip
def test_addresses_of_other_kinds_are_refused(url: str) -> None:
    with pytest.raises(Refused):
        outbound.check(url)


def test_an_open_address_is_let_through() -> None:
    outbound.check("https://93.184.215.14/hook?x=1")
    outbound.check("https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/")
    assert outbound.judged("93.184.215.14", 993) == ["93.184.215.14"]


def test_one_closed_address_among_open_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, "93.184.215.14", "10.0.0.7")
    with pytest.raises(Refused, match="network"):
        outbound.check("https://both.example/")
    with pytest.raises(Refused, match="network"):
        outbound.judged("both.example", 993)


def answers(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Lets every name have these addresses; the list keeps what was asked for."""
    asked: list[str] = []

    def lookup(host: str, port: int, *_more: Any, **_named: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    monkeypatch.setattr(outbound.socket, "getaddrinfo", lookup)
    return asked


Serve = Callable[[socket.socket, bytes], None]


@pytest.fixture
def server(settings: Settings) -> Iterator[Callable[[Serve], str]]:
    """A machine of the own network that may be called; it answers as it is told."""
    settings.OUTBOUND_ALLOWED = ["127.0.0.1/32"]
    listening = socket.create_server(("127.0.0.1", 0))

    def start(serve: Serve) -> str:
        def run() -> None:
            try:
                sock, _peer = listening.accept()
                with sock:
                    serve(sock, sock.recv(65536))
            except OSError:
                return

        threading.Thread(target=run, daemon=True).start()
        return f"http://127.0.0.1:{listening.getsockname()[1]}/look?up=1"

    yield start
    listening.close()


def says(head: str, body: bytes = b"") -> Serve:
    raw = f"HTTP/1.1 {head}\r\n".encode() + body
    return lambda sock, _asked: sock.sendall(raw)


def test_an_answer_comes_back_whatever_its_status(server: Callable[[Serve], str]) -> None:
    asked: list[bytes] = []

    def serve(sock: socket.socket, raw: bytes) -> None:
        asked.append(raw if raw.endswith(b"{}") else raw + sock.recv(100))
        sock.sendall(b"HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nwait")

    answer = outbound.request("POST", server(serve), headers={"X-Key": "k"}, body=b"{}")
    assert (answer.status, answer.headers["retry-after"], answer.body) == (503, "7", b"wait")
    head = asked[0].decode()
    assert head.startswith("POST /look?up=1 HTTP/1.1\r\n")
    assert "X-Key: k\r\n" in head
    assert head.endswith("{}")


def test_a_redirect_is_not_followed(server: Callable[[Serve], str]) -> None:
    answer = outbound.request(
        "GET",
        server(says("302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n")),
    )
    assert answer.status == 302


def test_the_connection_goes_to_the_address_that_was_judged(
    server: Callable[[Serve], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = server(says("200 OK\r\nContent-Length: 2\r\n", b"ok")).replace(
        "127.0.0.1", "named.example"
    )
    asked = answers(monkeypatch, "127.0.0.1")
    assert outbound.request("GET", url).body == b"ok"
    assert [name for name in asked if name == "named.example"] == ["named.example"]


def test_proxies_of_the_environment_are_not_asked(
    server: Callable[[Serve], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert outbound.request("GET", server(says("200 OK\r\nContent-Length: 0\r\n"))).status == 200


def test_too_much_is_not_read(server: Callable[[Serve], str]) -> None:
    url = server(says("200 OK\r\n", b"x" * 200_000))
    with pytest.raises(AnswerTooLarge):
        outbound.request("GET", url)


def test_a_small_body_that_would_unfold_is_left_folded(server: Callable[[Serve], str]) -> None:
    bomb = gzip.compress(bytes(5_000_000))
    url = server(says(f"200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n", bomb))
    assert outbound.request("GET", url).body == bomb


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_byte_at_a_time_ends_at_the_deadline(server: Callable[[Serve], str], head: bytes) -> None:
    def drip(sock: socket.socket, _asked: bytes) -> None:
        sock.sendall(head)
        while True:
            sock.sendall(b"H")
            time.sleep(0.02)

    # It would drip for ever.
    with pytest.raises(Unreachable, match="too long"):
        outbound.request("GET", server(drip), timeout_s=0.4)


@pytest.mark.parametrize(
    "serve",
    [
        lambda sock, asked: None,
        lambda sock, asked: sock.sendall(b"\x16\x03\x01 no http"),
        says("200 OK\r\nContent-Length: 10\r\n", b"half"),
        says("200 OK\r\nTransfer-Encoding: chunked\r\n", b"zz\r\n"),
        lambda sock, asked: sock.sendall(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000),
    ],
)
def test_a_broken_answer_is_no_answer(server: Callable[[Serve], str], serve: Serve) -> None:
    with pytest.raises(Unreachable):
        outbound.request("GET", server(serve), timeout_s=2)


def test_a_closed_port_is_told(settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED = ["127.0.0.0/8"]
    with pytest.raises(Unreachable, match="failed"):
        outbound.request("GET", "http://127.0.0.1:1/")


def test_a_certificate_for_somebody_else_is_no_connection(server: Callable[[Serve], str]) -> None:
    url = server(says("400 Bad Request\r\n")).replace("http:", "https:")
    with pytest.raises(Unreachable, match="secure"):
        outbound.request("GET", url, timeout_s=2)
