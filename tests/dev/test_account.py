"""Where root keeps the database, which refuses to run as root."""

import os
from pathlib import Path

import pytest

from leadhub.dev.account import home_for

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to choose an account")


def test_the_database_lies_in_the_checkout_where_it_can(folder: Path) -> None:
    home, account = home_for(folder / "pg")
    assert home == folder / "pg"
    assert home.stat().st_uid == account.uid != 0


@only_root
def test_a_checkout_nobody_else_can_reach_keeps_its_database_elsewhere(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    home, account = home_for(closed / "var" / "pg", state=folder / "state")
    assert home.parent.parent == folder / "state"
    assert account.can("-w", home)
    assert closed.stat().st_mode & 0o777 == 0o700
    assert home_for(closed / "var" / "pg", state=folder / "state") == (home, account)


@only_root
def test_a_new_checkout_in_the_same_place_does_not_meet_the_old_ones_data(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    old, _ = home_for(closed / "var" / "pg", state=folder / "state")
    (closed / "var").rename(folder / "old")
    new, _ = home_for(closed / "var" / "pg", state=folder / "state")
    assert new != old


@only_root
def test_root_goes_on_as_the_owner_of_data_that_is_there(folder: Path) -> None:
    data = folder / "pg" / "data"
    data.mkdir(parents=True)
    os.chown(data, 12345, 12345)
    os.chown(data.parent, 12345, 12345)
    _, account = home_for(folder / "pg")
    assert account.uid == 12345
