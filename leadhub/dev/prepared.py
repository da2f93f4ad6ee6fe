"""Remembers which migrations the database of an installation has seen."""

import hashlib
import os
from pathlib import Path

from leadhub.dev.places import ROOT


class Prepared:
    """A note in `var`. It only says what may be done in parallel: nothing is skipped for it."""

    def __init__(self, var: Path, root: Path = ROOT) -> None:
        self._note = var / "prepared"
        database = os.environ.get("DATABASE_URL", "")
        found = hashlib.sha256(database.encode())
        for migration in sorted(root.glob("*/migrations/*.py")):
            found.update(migration.read_bytes())
        self._wanted = found.hexdigest()

    def is_current(self) -> bool:
        """Tell whether the tables were made by these very migrations."""
        return self._note.exists() and self._note.read_text() == self._wanted

    def keep(self) -> None:
        """Note that they are made."""
        self._note.write_text(self._wanted)
