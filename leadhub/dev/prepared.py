"""Remembers which migrations the database of an installation has seen."""

import hashlib
import os
from pathlib import Path

from leadhub.dev.places import ROOT


class Prepared:
    """A note in `var`. It only says what may be done in parallel: nothing is skipped for it."""

    def __init__(self, var: Path, root: Path = ROOT) -> None:
        self._note = var / "prepared"
        self._wanted = fingerprint(root, of=os.environ.get("DATABASE_URL", ""))

    def is_current(self) -> bool:
        """Tell whether the tables were made by these very migrations."""
        return self._note.exists() and self._note.read_text() == self._wanted

    def keep(self) -> None:
        """Note that they are made."""
        self._note.write_text(self._wanted)


def fingerprint(root: Path, *, of: str = "") -> str:
    """Return what changes with any migration of this checkout, and with what else it is `of`."""
    found = hashlib.sha256(of.encode())
    for migration in sorted(root.glob("*/migrations/*.py")):
        found.update(migration.read_bytes())
    return found.hexdigest()
