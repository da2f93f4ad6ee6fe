"""Files of others are the released ones, and our style files can be served with hashed names."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

STATIC = Path(settings.BASE_DIR) / "static"
VENDOR = STATIC / "vendor"
MANIFEST: dict[str, dict[str, str]] = json.loads((VENDOR / "manifest.json").read_text())


@pytest.mark.parametrize("name", sorted(MANIFEST))
def test_a_vendored_file_is_the_released_one(name: str) -> None:
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == MANIFEST[name]["sha256"]


def test_nothing_is_vendored_without_a_line_in_the_manifest() -> None:
    files = {path.name for path in VENDOR.iterdir()} - {"manifest.json", "LICENSES.md"}
    assert files == set(MANIFEST)


def test_versions_for_maintainers_are_those_of_the_manifest() -> None:
    wanted = json.loads((Path(settings.BASE_DIR) / "package.json").read_text())["dependencies"]
    for entry in MANIFEST.values():
        assert wanted[entry["package"]] == entry["version"]


@pytest.mark.parametrize("path", sorted(STATIC.glob("css/*.css")), ids=lambda path: path.name)
def test_a_style_file_names_only_files_that_exist(path: Path) -> None:
    for name in re.findall(r'url\("([^"]+)"\)', path.read_text()):
        assert (path.parent / name).is_file(), name


def test_static_files_can_be_collected_under_hashed_names(tmp_path: Path) -> None:
    storage = ManifestStaticFilesStorage(location=tmp_path)
    files = {}
    for path in STATIC.rglob("*"):
        if path.is_file():
            name = str(path.relative_to(STATIC))
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(path.read_bytes())
            files[name] = (storage, name)
    failed = [
        result for _, _, result in storage.post_process(files) if isinstance(result, Exception)
    ]
    assert not failed


def test_style_and_script_files_stay_short_enough_to_read() -> None:
    long = {
        path.name
        for path in [*STATIC.glob("css/*.css"), *STATIC.glob("js/*.js")]
        if len(path.read_text().splitlines()) > 300
    }
    assert not long
