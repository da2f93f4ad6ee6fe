"""The commands of dev.py, once the virtual environment stands."""

import importlib
import os
import sys

from leadhub.dev.say import CannotGoOnError

# Loaded by name, since each needs other libraries.
COMMANDS = {
    "run": "leadhub.dev.run",
    "test": "leadhub.dev.test",
    "lint": "leadhub.dev.lint",
    "bench": "leadhub.dev.django_commands",
    "manage": "leadhub.dev.django_commands",
}


def main(command: str, arguments: list[str]) -> int:
    """Run a command and return its exit code; what a person must mend is said in plain words."""
    # Web, workers and each command of manage.py would otherwise compile all they import at every start, which takes
    # longer than the rest of it. What they keep lies in folders that git does not see.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    try:
        return int(getattr(importlib.import_module(COMMANDS[command]), command)(arguments))
    except CannotGoOnError as problem:
        print(problem, file=sys.stderr)
    except PermissionError as problem:
        print(
            f"{problem.filename} belongs to another user: start as that user, or remove it.",
            file=sys.stderr,
        )
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
