"""Mail servers for tests: one that takes mail by SMTP, and one that gives it out by IMAP over TLS."""

import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

PASSWORD = "app pass word"


@dataclass
class Box:
    """What lies in the folder, by UID. `speaks` are answers to commands instead of the usual ones."""

    messages: dict[int, bytes] = field(default_factory=dict)
    validity: int = 1
    speaks: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def put(self, raw: bytes) -> int:
        uid = max(self.messages, default=0) + 1
        self.messages[uid] = raw
        return uid


class _Session(socketserver.StreamRequestHandler):
    """Just enough of RFC 3501 to log in, open a folder, search and fetch by UID."""

    def handle(self) -> None:
        try:
            self.request.do_handshake()
            self._say("* OK ready")
            while line := self.rfile.readline().decode().strip():
                self._answer(line)
        except OSError:
            return

    @property
    def box(self) -> Box:
        return self.server.box  # type: ignore[attr-defined,no-any-return]

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")

    def _answer(self, line: str) -> None:
        tag, _space, told = line.partition(" ")
        self.box.asked.append(told)
        verb = " ".join(told.split()[:2] if told.startswith("UID") else told.split()[:1]).upper()
        if verb in self.box.speaks:
            return self._say(self.box.speaks[verb].format(tag=tag))
        if verb == "LOGIN" and PASSWORD not in told:
            return self._say(f"{tag} NO [AUTHENTICATIONFAILED] Invalid credentials")
        self._data(verb, told)
        self._say(f"{tag} OK done")
        return None

    def _data(self, verb: str, told: str) -> None:
        if verb == "CAPABILITY":
            self._say("* CAPABILITY IMAP4rev1")
        elif verb in ("SELECT", "EXAMINE"):
            self._say(f"* {len(self.box.messages)} EXISTS")
            self._say(f"* OK [UIDVALIDITY {self.box.validity}] numbers hold")
        elif verb == "UID SEARCH":
            first = int(told.split()[3].split(":")[0])
            known = sorted(self.box.messages)
            found = [uid for uid in known if uid >= first] or known[-1:]
            self._say(" ".join(["* SEARCH", *map(str, found)]))
        elif verb == "UID FETCH":
            for uid in map(int, told.split()[2].split(",")):
                self._give(uid, told)

    def _give(self, uid: int, told: str) -> None:
        if uid in self.box.messages:
            raw = self.box.messages[uid][: int(told.rpartition("<0.")[2].partition(">")[0])]
            self._say(f"* 1 FETCH (UID {uid} BODY[]<0> {{{len(raw)}}}")
            self.wfile.write(raw + b")\r\n")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def imap(box: Box, folder: Path) -> Iterator[tuple[int, Path]]:
    """The port of a server that gives out the box, and the certificate to trust."""
    certificate, key = _certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.box = box  # type: ignore[attr-defined]
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield server.server_address[1], certificate
        finally:
            server.shutdown()


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail of a test")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=400))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = serialization.Encoding.PEM
    (folder / "cert.pem").write_bytes(made.public_bytes(pem))
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(pem, *plain))
    return folder / "cert.pem", folder / "key.pem"


class _Postman:
    def __init__(self, box: Box) -> None:
        self.box = box

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.box.put(envelope.content)
        return "250 taken"


@contextmanager
def smtp(box: Box) -> Iterator[int]:
    """The port of a server that puts what it takes into the box."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(_Postman(box), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()
