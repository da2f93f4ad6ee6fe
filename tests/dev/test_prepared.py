"""What `dev.py run` may do at once."""

from pathlib import Path

import pytest

from leadhub.dev.prepared import Prepared


def test_a_new_or_changed_migration_makes_the_web_wait(folder: Path) -> None:
    migrations = folder / "leads" / "migrations"
    migrations.mkdir(parents=True)
    (migrations / "0001_initial.py").write_text("one")
    assert not Prepared(folder, root=folder).is_current()
    Prepared(folder, root=folder).keep()
    assert Prepared(folder, root=folder).is_current()
    (migrations / "0002_more.py").write_text("two")
    assert not Prepared(folder, root=folder).is_current()


def test_another_database_makes_the_web_wait(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Prepared(folder, root=folder).keep()
    monkeypatch.setenv("DATABASE_URL", "postgres://somebody@db.example/leadhub")
    assert not Prepared(folder, root=folder).is_current()
