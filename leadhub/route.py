"""A row of the route table."""

from dataclasses import dataclass

READING = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True)
class Row:
    """`read` for GET, `write` for everything else; None denies."""

    read: str | None
    write: str | None = None

    def action(self, method: str) -> str | None:
        return self.read if method in READING else self.write
