"""How much memory the embedded database may keep pages in."""

import os
from pathlib import Path

MB = 1024 * 1024
LEAST_MB, MOST_MB = 128, 4096
# What a container may take, by the second and the first version of control groups.
LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


def of_machine() -> int:
    """Bytes of this machine, or of the container it is."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([whole, *filter(None, map(_limit, LIMITS))])


def for_pages() -> str:
    """A quarter of it, as PostgreSQL's manual advises, as a value of shared_buffers. What is not used is not taken."""
    quarter = of_machine() // 4 // MB
    return f"{min(MOST_MB, max(LEAST_MB, quarter))}MB"


def _limit(file: Path) -> int | None:
    try:
        said = file.read_text().strip()
    except OSError:
        return None
    return int(said) if said.isdigit() else None
