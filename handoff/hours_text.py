"""Working hours as people write them: “9-12:30, 13:30 to 5pm” becomes windows of exact times.

What cannot be read is handed on as it was written, for handoff/week_json.py to refuse in words."""

import re

BETWEEN = re.compile(r"\s*(?:[-–—]|\bto\b|\buntil\b)\s*", re.I)
APART = re.compile(r"\s*(?:[,;+&\n]|\band\b)\s*", re.I)
TIME = re.compile(r"(\d{1,2})(?:[:.h]?(\d{2}))?\s*(am|pm)?", re.I | re.ASCII)
ALL_DAY = {"24h", "24 h", "all day", "always", "round the clock"}
CLOSED = {"closed", "-", "–", "—", "none"}


def windows(text: str) -> list[list[str]]:
    """The windows of a day; none where it is closed."""
    said = text.strip().lower()
    if said in CLOSED:
        return []
    if said in ALL_DAY:
        return [["00:00", "24:00"]]
    parts = [part for part in APART.split(text.strip()) if part]
    return [[clock_time(one) for one in BETWEEN.split(part.strip())] for part in parts]


def clock_time(text: str) -> str:
    """“9”, “9.30”, “0930” and “5pm” as 09:00, 09:30, 09:30 and 17:00; anything else as it was."""
    found = TIME.fullmatch(text.strip())
    if found is None:
        return text
    hour, minute, half = int(found[1]), found[2] or "00", (found[3] or "").lower()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return f"{hour:02d}:{minute}"


def written(pairs: list[list[str]]) -> str:
    return ", ".join("-".join(pair) for pair in pairs)
