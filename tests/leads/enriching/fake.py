"""A provider on this machine that answers as it is told, and fails in every way."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pytest_django.fixtures import Settings


class Fake:
    """`says` is (status, headers, body) of the next answers, `asked` the paths and keys that came."""

    def __init__(self) -> None:
        self.says: tuple[int, dict[str, str], bytes] = (200, {}, b"{}")
        self.slow_s = 0.0
        self.asked: list[tuple[str, str]] = []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                fake.asked.append((self.path, self.headers.get("X-Api-Key", "")))
                status, headers, body = fake.says
                time.sleep(fake.slow_s)
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_words: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/v1/{{domain}}"


@pytest.fixture
def fake(settings: Settings) -> Iterator[Fake]:
    settings.OUTBOUND_ALLOWED = ["127.0.0.1/32"]
    made = Fake()
    yield made
    made.server.shutdown()
    made.server.server_close()
