"""`dev.py lint`: style, types, templates and missing migrations."""

import sys

from leadhub.dev.foreground import foreground
from leadhub.dev.say import CannotGoOnError, say

CHECKS = {
    "ruff": ["-m", "ruff", "check", "."],
    "format": ["-m", "ruff", "format", "--check", "."],
    "mypy": ["-m", "mypy", "."],
    "djlint": ["-m", "djlint", "--lint", "--quiet", "."],
    "migrations": ["-W", "ignore", "manage.py", "makemigrations", "--check", "--dry-run"],
}
# Settings are read, but nothing is connected to.
NOWHERE = {"SECRET_KEY": "lint", "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing"}


def lint(arguments: list[str]) -> int:
    """Run the checks named, or all, even after one has failed; 0 if they are content."""
    unknown = [name for name in arguments if name not in CHECKS]
    if unknown:
        raise CannotGoOnError(f"usage: python3 dev.py lint [{'] ['.join(CHECKS)}]")
    chosen = arguments or list(CHECKS)
    failed = [name for name in chosen if not _passes(name)]
    say(f"Failed: {', '.join(failed)}" if failed else "All checks passed")
    return 1 if failed else 0


def _passes(name: str) -> bool:
    say(f"-- {name}")
    return foreground([sys.executable, *CHECKS[name]], NOWHERE) == 0
