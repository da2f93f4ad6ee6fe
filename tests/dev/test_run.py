"""What `dev.py run` says, and when it goes no further."""

import socket
from pathlib import Path

import pytest

from leadhub.dev import locks, ports
from leadhub.dev.account import Account
from leadhub.dev.binaries import postgres_folders
from leadhub.dev.private_files import kept_keys
from leadhub.dev.run import chosen_port, login_line, only_one, refuse_if_taken
from leadhub.dev.say import CannotGoOnError


def test_a_second_run_is_told_where_the_first_one_is(folder: Path) -> None:
    with (
        only_one(folder, 8000),
        pytest.raises(CannotGoOnError, match=r"already runs .* http://127.0.0.1:8000"),
    ):
        only_one(folder, 8001)
    only_one(folder, 8001).close()


def test_a_lock_goes_with_its_holder(folder: Path) -> None:
    first = locks.take_if_free(folder / "lock")
    assert first
    assert locks.take_if_free(folder / "lock") is None
    first.close()
    assert locks.take_if_free(folder / "lock")


def test_a_taken_port_is_named_and_another_one_proposed() -> None:
    with socket.socket() as other:
        other.bind((ports.HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CannotGoOnError, match=f"Port {port} is taken .* PORT={port + 1}"):
            refuse_if_taken(port)


@pytest.mark.parametrize("nonsense", ["eighty", "0", "65536", "-1", "80.5"])
def test_a_port_that_is_none_is_refused(nonsense: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", nonsense)
    with pytest.raises(CannotGoOnError, match="PORT must be a number"):
        chosen_port()


def test_the_last_line_names_a_marketers_login(folder: Path) -> None:
    logins = folder / "var" / "demo-users.txt"
    logins.parent.mkdir()
    logins.write_text("admin@demo.example abc\nmarketer@demo.example def-1\n")
    assert login_line(8000, logins, has_users=True) == (
        "leadhub is ready at http://127.0.0.1:8000 - "
        "log in as marketer@demo.example / def-1 (more logins in var/demo-users.txt)"
    )


def test_the_last_line_offers_to_create_the_first_administrator(folder: Path) -> None:
    line = login_line(8000, folder / "var" / "demo-users.txt", has_users=False)
    assert line.endswith("open it to create the first administrator")


def test_keys_are_made_once_and_only_their_owner_reads_them(folder: Path) -> None:
    keys = kept_keys(folder)
    assert len(keys["SECRET_KEY"]) >= 50
    assert kept_keys(folder) == keys
    assert (folder / "secrets.env").stat().st_mode & 0o777 == 0o600


def test_a_key_added_by_hand_is_kept(folder: Path) -> None:
    (folder / "secrets.env").write_text("EMAIL_URL=smtp://mail.example?tls=1\n")
    assert kept_keys(folder)["EMAIL_URL"] == "smtp://mail.example?tls=1"
    assert "EMAIL_URL=smtp://mail.example?tls=1" in (folder / "secrets.env").read_text()


def test_programs_named_by_hand_are_the_only_ones_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("EMBEDDED_PG_BIN", "/opt/pg/bin")
    assert list(postgres_folders()) == [Path("/opt/pg/bin")]


def test_our_own_account_needs_no_arguments() -> None:
    assert Account(1, 1, other=False).popen == {}
