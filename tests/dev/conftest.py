import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder every account can reach; pytest's own are closed to all but their owner."""
    made = Path(tempfile.mkdtemp(prefix="leadhub-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(autouse=True)
def no_servers_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "CELERY_BROKER_URL", "EMBEDDED_PG_BIN", "PORT", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
