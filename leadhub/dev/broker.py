"""An embedded broker: a Valkey on the loopback that keeps what it was told on disk."""

import shutil
import socket
from pathlib import Path

from leadhub.dev import ports
from leadhub.dev.binaries import find_valkey
from leadhub.dev.private_files import kept_password, write_private
from leadhub.dev.processes import Program


class Broker:
    """The folder of one broker and what it takes to start it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._password = kept_password(home / "password")
        self._port_file = home / "port"

    @property
    def port(self) -> int:
        """Where it listens, or did when it ran last; 0 before it ever ran."""
        return int(self._port_file.read_text()) if self._port_file.exists() else 0

    @property
    def url(self) -> str:
        """The CELERY_BROKER_URL of this broker."""
        return f"redis://:{self._password}@{ports.HOST}:{self.port}/0"

    def program(self) -> Program:
        """Choose a port, write the configuration and return what starts it."""
        settings = {
            "port": ports.remembered(self._port_file),
            "bind": ports.HOST,
            "requirepass": f'"{self._password}"',
            "dir": f'"{self.home}"',
            "appendonly": "yes",
            "save": '""',
            "maxmemory-policy": "noeviction",
            "logfile": '"server.log"',
        }
        # In a file, since ps shows a command line to everybody.
        configuration = self.home / "valkey.conf"
        write_private(configuration, "".join(f"{k} {v}\n" for k, v in settings.items()))
        return Program("broker", [str(find_valkey()), str(configuration)])

    def is_ready(self) -> bool:
        """Tell whether it answers."""
        try:
            with socket.create_connection((ports.HOST, self.port), timeout=1) as line:
                line.sendall(f"AUTH {self._password}\r\nPING\r\n".encode())
                return b"+PONG" in _read(line)
        except OSError:
            return False

    def forget(self) -> None:
        """Throw away what it kept. Only doorbells are lost: PostgreSQL knows all that is to do."""
        shutil.rmtree(self.home / "appendonlydir", ignore_errors=True)


def _read(line: socket.socket) -> bytes:
    answer = b""
    while b"+PONG" not in answer and b"-" not in answer and (part := line.recv(1024)):
        answer += part
    return answer
