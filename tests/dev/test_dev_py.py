"""dev.py before there is a virtual environment."""

import importlib.util
import subprocess
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

import dev


def test_without_venv_it_names_the_package_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    known = importlib.util.find_spec

    def find_spec(name: str) -> ModuleSpec | None:
        return None if name == "ensurepip" else known(name)

    monkeypatch.setattr(importlib.util, "find_spec", find_spec)
    monkeypatch.setattr(dev, "VENV", tmp_path / ".venv")
    with pytest.raises(SystemExit, match="sudo apt install python3-venv"):
        dev.make_venv()
    assert not (tmp_path / ".venv").exists()


def test_an_old_python_is_told_which_one_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11"):
        dev.main()


def test_without_a_command_it_says_which_there_are() -> None:
    done = subprocess.run([sys.executable, dev.__file__, "fly"], capture_output=True, text=True)
    assert done.returncode == 1
    assert "dev.py run [--empty]" in done.stderr


def test_libraries_are_installed_when_what_is_asked_for_changed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = tmp_path / "requirements.txt"
    asked.write_text("django==5.2.19\n")
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    installed = []
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(dev, "PYTHON", python)
    monkeypatch.setattr(dev, "usable", lambda: True)
    monkeypatch.setattr(dev, "install", lambda file: installed.append(file.read_text()))
    dev.set_up(asked)
    dev.set_up(asked)
    asked.write_text("django==5.2.20\n")
    dev.set_up(asked)
    assert installed == ["django==5.2.19\n", "django==5.2.20\n"]


def test_the_locked_requirements_name_no_index_and_hash_everything() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (dev.ROOT / name).read_text()
        assert "--index-url" not in text
        assert "--find-links" not in text
        for library in text.split("\n\n")[0].split(" \\\n"):
            assert "://" not in library
        assert text.count("==") <= text.count("--hash=sha256:")
