"""PostgreSQL refuses to run as root: as root its server runs as another account of the machine."""

import os
import pwd
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leadhub.dev.say import CannotGoOnError

# For checkouts that no other account can reach, such as those under /root.
STATE = Path("/var/lib/leadhub")


@dataclass(frozen=True)
class Account:
    """The account a server runs as. `other` says that it is not our own."""

    uid: int
    gid: int
    other: bool

    @property
    def popen(self) -> dict[str, Any]:
        """The arguments that make subprocess start a program as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.other else {}

    def can(self, test: str, path: Path) -> bool:
        """Ask as this account; `test` is a flag of test(1), such as -x."""
        command = ["test", test, str(path)]
        return subprocess.run(command, cwd="/", **self.popen).returncode == 0

    def own(self, path: Path) -> None:
        """Give a file or folder, not what is in it, to this account."""
        if self.other:
            os.chown(path, self.uid, self.gid)

    @contextmanager
    def acting(self) -> Iterator[None]:
        """Look at processes with this account's eyes: in a container root may not see into them."""
        if not self.other:
            yield
            return
        os.setegid(self.gid)
        os.seteuid(self.uid)
        try:
            yield
        finally:
            os.seteuid(0)
            os.setegid(0)


def account_for(data: Path) -> Account:
    """Return the account whose data this is, or would be."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), other=False)
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid, other=True)
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(found.pw_uid, found.pw_gid, other=True)
    raise CannotGoOnError(
        "PostgreSQL does not run as root, and this machine has no account 'postgres' or 'nobody'.\n"
        "Start as an ordinary user, or set DATABASE_URL to a server of your own."
    )


def home_for(wanted: Path, *, state: Path = STATE) -> tuple[Path, Account]:
    """Return the folder a server can keep its files in, and the account that owns it.

    It is the wanted one wherever the account can reach it. Otherwise it lies under `state`, named
    by a token kept beside the wanted one, so that a new checkout never meets an old one's data.
    """
    account = account_for(wanted / "data")
    wanted.parent.mkdir(parents=True, exist_ok=True)
    home = wanted
    if not wanted.exists() and not account.can("-x", wanted.parent):
        home = state / _token(wanted.parent) / wanted.name
        account = account_for(home / "data")
        for folder in (state, home.parent):
            folder.mkdir(mode=0o711, parents=True, exist_ok=True)
            folder.chmod(0o711)
    home.mkdir(mode=0o700, exist_ok=True)
    account.own(home)
    if not account.can("-x", home):
        raise CannotGoOnError(f"The database's folder {home} cannot be reached by its own account.")
    return home, account


def _token(beside: Path) -> str:
    file = beside / "installation"
    if not file.exists():
        file.write_text(secrets.token_hex(8))
    return file.read_text().strip()
