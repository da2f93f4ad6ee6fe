"""Ports on the loopback."""

import socket
from pathlib import Path

HOST = "127.0.0.1"


def is_free(port: int) -> bool:
    """Tell whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen()
        except OSError:
            return False
    return True


def remembered(file: Path) -> int:
    """Return the port kept in this file; another one, kept instead, when it is taken or unknown."""
    try:
        port = int(file.read_text())
    except (OSError, ValueError):
        port = 0
    if not port or not is_free(port):
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            port = probe.getsockname()[1]
        file.write_text(str(port))
    return port
