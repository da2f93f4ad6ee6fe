"""Files only their owner may read: passwords and keys, made here once and kept."""

import os
import secrets
from pathlib import Path

KEYS = ("SECRET_KEY",)


def write_private(path: Path, text: str) -> None:
    """Write the whole file or nothing, readable by its owner only from the first byte."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def kept_password(path: Path) -> str:
    """Return the password in this file, made on first use."""
    if not path.exists():
        write_private(path, secrets.token_urlsafe(24))
    return path.read_text().strip()


def kept_keys(var: Path) -> dict[str, str]:
    """Return the keys of this installation as environment variables, made on first use."""
    path = var / "secrets.env"
    lines = path.read_text().splitlines() if path.exists() else []
    known = dict(line.split("=", 1) for line in lines if "=" in line)
    missing = {name: secrets.token_urlsafe(50) for name in KEYS if not known.get(name)}
    if missing:
        known.update(missing)
        write_private(path, "".join(f"{name}={value}\n" for name, value in known.items()))
    return known
