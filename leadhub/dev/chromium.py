"""Finds the Chromium that browser tests drive."""

import os
import shutil
import subprocess
import sys

from leadhub.dev.say import say, step

NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
HOW_TO_GET_ONE = (
    "no Chromium: install one (sudo apt install chromium), or run `playwright install chromium`, "
    "or set CHROMIUM_PATH"
)
NO_DRIVER = "Playwright cannot start: a library is missing (sudo apt install libatomic1)"
DOWNLOAD_MAY_TAKE = 300


def of_the_system() -> str | None:
    """Return the path of an installed Chromium or Chrome."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def runs(*command: str) -> bool:
    """Tell whether it starts: what was downloaded may miss libraries of the system."""
    try:
        asked = [*command, "--version"]
        return subprocess.run(asked, capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def fetch_if_missing() -> None:
    """Have Playwright download its own when the system has none; not getting it is no error."""
    if os.environ.get("CHROMIUM_PATH") or of_the_system():
        return
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    with step("Looking for a Chromium for the browser tests"):
        try:
            done = subprocess.run(command, capture_output=True, timeout=DOWNLOAD_MAY_TAKE)
            got_it = done.returncode == 0
        except subprocess.TimeoutExpired:
            got_it = False
    if not got_it:
        say(f"Browser tests are skipped: {HOW_TO_GET_ONE}.")
