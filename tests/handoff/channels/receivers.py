"""Receivers on this machine that do what they are told, and keep what they got."""

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

Serve = Callable[[socket.socket], None]


@dataclass
class Request:
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """`serve` answers each request; `got` are the requests that came whole."""

    serve: Serve
    got: list[Request] = field(default_factory=list)
    url: str = ""

    def ids(self) -> list[str]:
        return [request.headers["webhook-id"] for request in self.got]


@contextmanager
def receiver(serve: Serve, *, reads: bool = True) -> Iterator[Receiver]:
    """One that does not read answers before it was asked."""
    listening = socket.create_server(("127.0.0.1", 0))
    made = Receiver(serve, url=f"http://127.0.0.1:{listening.getsockname()[1]}/hook?key=s3cret")

    def accept() -> None:
        while True:
            try:
                sock, _peer = listening.accept()
            except OSError:
                return
            threading.Thread(target=_one, args=(made, sock, reads), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield made
    finally:
        listening.close()


def _one(made: Receiver, sock: socket.socket, reads: bool) -> None:
    with sock:
        try:
            if not reads:
                made.serve(sock)
                return
            raw = b""
            while b"\r\n\r\n" not in raw:
                raw += sock.recv(65536) or _gone()
            head, _blank, body = raw.partition(b"\r\n\r\n")
            lines = head.decode().split("\r\n")[1:]
            headers = {
                name.lower(): value.strip()
                for name, _c, value in (line.partition(":") for line in lines)
            }
            while len(body) < int(headers.get("content-length", 0)):
                body += sock.recv(65536) or _gone()
            made.got.append(Request(headers, body))
            made.serve(sock)
        except OSError:
            return


def _gone() -> Any:
    raise ConnectionResetError


def says(status: str, *headers: str, body: bytes = b"") -> Serve:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return lambda sock: sock.sendall("\r\n".join(lines).encode() + body)


def resets(sock: socket.socket) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


def drips(sock: socket.socket) -> None:
    """Slower than anybody waits."""
    sock.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        sock.sendall(b"X")
        time.sleep(0.02)


def floods(sock: socket.socket) -> None:
    """A body without an end."""
    sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        sock.sendall(b"x" * 65536)


BOMB = gzip.compress(bytes(5_000_000))
FINE = says("204 No Content")
