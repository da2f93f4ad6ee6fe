"""How much memory the embedded database may keep pages in."""

from pathlib import Path

import pytest

from leadhub.dev import memory

GB = 1024 * memory.MB


def machine(monkeypatch: pytest.MonkeyPatch, megabytes: int) -> None:
    known = {"SC_PAGE_SIZE": memory.MB, "SC_PHYS_PAGES": megabytes}
    monkeypatch.setattr(memory.os, "sysconf", known.__getitem__)


@pytest.fixture
def container(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that limits it; not there at first."""
    file = tmp_path / "memory.max"
    monkeypatch.setattr(memory, "LIMITS", (tmp_path / "older", file))
    return file


@pytest.mark.usefixtures("container")
@pytest.mark.parametrize(
    ("megabytes", "kept"), [(256, "128MB"), (2048, "512MB"), (8192, "2048MB"), (65536, "4096MB")]
)
def test_a_quarter_of_the_machine_keeps_pages_within_bounds(
    monkeypatch: pytest.MonkeyPatch, megabytes: int, kept: str
) -> None:
    machine(monkeypatch, megabytes)
    assert memory.for_pages() == kept


def test_a_container_counts_as_large_as_it_may_become(
    monkeypatch: pytest.MonkeyPatch, container: Path
) -> None:
    machine(monkeypatch, 8192)
    container.write_text(f"{GB}\n")
    assert (memory.of_machine(), memory.for_pages()) == (GB, "256MB")


def test_a_container_without_a_limit_counts_as_the_machine(
    monkeypatch: pytest.MonkeyPatch, container: Path
) -> None:
    machine(monkeypatch, 8192)
    container.write_text("max\n")
    assert memory.of_machine() == 8 * GB
