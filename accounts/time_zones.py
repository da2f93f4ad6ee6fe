"""The time zones people may choose from: places, and UTC."""

from functools import cache
from zoneinfo import available_timezones

AREAS = (
    "Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/",
    "Europe/", "Indian/", "Pacific/",
)  # fmt: skip


@cache
def choices() -> list[tuple[str, str]]:
    """Value and label of every zone, UTC first, without offsets like Etc/GMT+5."""
    places = sorted(name for name in available_timezones() if name.startswith(AREAS))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in places)]
