"""`dev.py lint`: style, types, templates and missing migrations."""

import sys

from leadhub.dev.foreground import foreground
from leadhub.dev.say import CannotGoOnError, say

CHECKS = {
    "ruff check": ["-m", "ruff", "check", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "mypy": ["-m", "mypy", "."],
    "djlint": ["-m", "djlint", "--lint", "--quiet", "."],
    "migrations": ["-W", "ignore", "manage.py", "makemigrations", "--check", "--dry-run"],
}
# Settings are read, but nothing is connected to.
NOWHERE = {"SECRET_KEY": "lint", "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing"}


def lint(arguments: list[str]) -> int:
    """Run every check, even after one has failed; 0 if all are content."""
    if arguments:
        raise CannotGoOnError("usage: python3 dev.py lint")
    failed = [name for name, command in CHECKS.items() if not _passes(name, command)]
    say(f"Failed: {', '.join(failed)}" if failed else "All checks passed")
    return 1 if failed else 0


def _passes(name: str, command: list[str]) -> bool:
    say(f"-- {name}")
    return foreground([sys.executable, *command], NOWHERE) == 0
