"""Where things lie in a checkout."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("LEADHUB_VAR") or ROOT / "var").resolve()


def make_var(var: Path = VAR) -> Path:
    """Make the folder for everything that is not in git and return it.

    Root's may be passed through, because the database server, which refuses to run as root,
    keeps its own folder in there.
    """
    var.mkdir(parents=True, exist_ok=True)
    if os.stat(var).st_uid == os.geteuid():
        var.chmod(0o711 if os.geteuid() == 0 else 0o700)
    return var
