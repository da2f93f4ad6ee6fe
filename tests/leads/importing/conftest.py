"""Uploads of tests are kept in a folder of the test's own."""

from typing import Any

import pytest
from django.core.files.storage import default_storage


@pytest.fixture(autouse=True)
def uploads(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(default_storage, "base_location", str(tmp_path), raising=False)
