#!/usr/bin/env python3
"""Start, test and check leadhub on a machine that has nothing but Python.

    python3 dev.py run [--empty]      start everything (PORT chooses the port, 8000 unless set)
    python3 dev.py test [...]         run the tests; what follows is handed to pytest
    python3 dev.py lint               style, types, templates, missing migrations
    python3 dev.py bench [...]        measure
    python3 dev.py manage ...         Django's manage.py, with the database of `run`

This file only makes .venv and fills it from the locked requirements; leadhub/dev does the rest.
"""

import fcntl
import hashlib
import importlib.util
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
COMMANDS = {
    "run": "requirements.txt",
    "manage": "requirements.txt",
    "test": "requirements-dev.txt",
    "lint": "requirements-dev.txt",
    "bench": "requirements-dev.txt",
}


def main() -> None:
    if sys.version_info < (3, 11):
        sys.exit("leadhub needs Python 3.11 or newer; this is " + sys.version.split()[0] + ".")
    if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:
        sys.exit((__doc__ or "").strip())
    os.chdir(ROOT)
    try:
        set_up(ROOT / COMMANDS[sys.argv[1]])
    except PermissionError as problem:
        sys.exit(f"{problem.filename} belongs to another user: start as that user, or remove it.")
    os.execv(PYTHON, [str(PYTHON), "-m", "leadhub.dev", *sys.argv[1:]])


def set_up(requirements: Path) -> None:
    """Make .venv hold exactly what the file asks for; does nothing when it does already."""
    wanted = fingerprint(requirements)
    stamp = VENV / f"{requirements.stem}.installed"
    if is_current(stamp, wanted):
        return
    with (ROOT / ".venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_current(stamp, wanted):
            return
        if not usable():
            make_venv()
        install(requirements)
        stamp.write_text(wanted)


def fingerprint(requirements: Path) -> str:
    # The path is in it because a virtual environment does not survive being moved.
    return hashlib.sha256(requirements.read_bytes() + str(VENV).encode()).hexdigest()


def is_current(stamp: Path, wanted: str) -> bool:
    return PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted


def usable() -> bool:
    if not PYTHON.exists():
        return False
    check = "import pip, sys; assert sys.version_info >= (3, 11)"
    return subprocess.run([PYTHON, "-c", check], capture_output=True).returncode == 0


def make_venv() -> None:
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        sys.exit(missing_venv())
    print("Making a virtual environment in .venv", flush=True)
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV])
    if made.returncode:
        sys.exit(missing_venv())


def missing_venv() -> str:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    return (
        "This Python cannot make virtual environments. On Debian and Ubuntu run\n"
        f"    sudo apt install python3-venv      (or {version})\n"
        "and start again."
    )


def install(requirements: Path) -> None:
    """Run pip and show how far it is; its own words only if it fails."""
    total = sum("==" in line for line in requirements.read_text().splitlines())
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    # Compiling everything takes longer than installing it; Python compiles what it loads anyway.
    command += ["--no-compile", "--require-hashes", "-r", str(requirements)]
    began, seen, said = time.monotonic(), 0, 0.0
    lines = []
    print(f"Installing {total} libraries, about a minute the first time", flush=True)
    with subprocess.Popen(command, stdout=-1, stderr=subprocess.STDOUT, text=True) as pip:
        for line in pip.stdout or ():
            lines.append(line)
            seen += line.startswith(("Collecting ", "Requirement already", "Ignoring "))
            unpacking = line.startswith("Installing collected")
            if unpacking or time.monotonic() - said > 2:
                said = time.monotonic()
                print("  unpacking" if unpacking else f"  {seen} of {total}", flush=True)
    if pip.returncode:
        sys.exit("".join(lines[-30:]) + "\nThe libraries could not be installed, see above.")
    print(f"Installed in {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
