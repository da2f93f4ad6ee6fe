"""Which Chromium the browser tests drive."""

from pathlib import Path

import pytest

from leadhub.dev import chromium
from tests.browser import find_chromium


def program(path: Path, *, works: bool = True) -> str:
    path.write_text(f"#!/bin/sh\nexit {0 if works else 127}\n")
    path.chmod(0o755)
    return str(path)


def test_the_one_asked_for_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CHROMIUM_PATH", "/opt/chromium")
    assert find_chromium(program(tmp_path / "chrome")) == "/opt/chromium"


def test_playwrights_own_comes_before_the_systems(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("CHROMIUM_PATH", raising=False)
    own = program(tmp_path / "chrome")
    assert find_chromium(own) == own


def test_one_that_misses_its_libraries_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("CHROMIUM_PATH", raising=False)
    monkeypatch.setattr(chromium, "of_the_system", lambda: "/usr/bin/chromium")
    assert find_chromium(program(tmp_path / "chrome", works=False)) == "/usr/bin/chromium"


def test_there_may_be_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CHROMIUM_PATH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_chromium(str(tmp_path / "none")) is None
