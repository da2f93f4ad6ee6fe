"""A replay beside what was stored, and beside the replay of an earlier moment: what moved, line by line."""

from dataclasses import dataclass
from datetime import datetime

from leads.models import Lead, ScoreHistory
from scoring.definition import MICRO
from scoring.explaining import replay
from scoring.explaining.explain import Explanation
from scoring.explaining.replay import Kept, Replay
from scoring.models import ModelVersion


@dataclass(frozen=True)
class Verdict:
    """What was stored last by the moment, and what the replay of the moment of storing gives on the same
    knowledge. `by` is what the turning of days has done since; `version` is the one that stored."""

    kept: Kept | None
    again: int
    agrees: bool
    by: int
    version: str

    @property
    def differs(self) -> int:
        """Points that the replay gives more than was stored."""
        return self.again - self.kept.total if self.kept else 0


@dataclass(frozen=True)
class Moved:
    """A line that gives other points at the second of two moments."""

    label: str
    group: str
    before: float
    after: float

    @property
    def by(self) -> float:
        return round(self.after - self.before, 1)


@dataclass(frozen=True)
class Difference:
    """What moved between two moments; `versions` names both where another one was in force."""

    since: datetime
    before: int
    lines: list[Moved]
    versions: tuple[str, str] | None


def verdict(lead: Lead, made: Replay) -> Verdict:
    """Whether the replay comes to what was stored. With what is known today it need not."""
    kept = replay.kept(lead, made.at)
    if kept is None:
        return Verdict(None, made.total, made.found is None, 0, "")
    known = kept.at if made.known == made.at else made.known
    again = replay.replay(lead, kept.at, known=known)
    agrees = again.found is not None and (again.total, again.found.band) == (kept.total, kept.band)
    version = ModelVersion.objects.select_related("model").filter(pk=kept.version).first()
    return Verdict(kept, again.total, agrees, made.total - again.total, str(version or ""))


def moved(lead: Lead, made: Replay) -> Difference | None:
    """Since the stored moment before this one; None at the first, or where no model applied at both."""
    rows = ScoreHistory.objects.filter(lead=lead, at__lt=made.at).order_by("-at", "-id")
    since = rows.values_list("at", flat=True).first()
    if since is None or made.found is None:
        return None
    known = since if made.known == made.at else made.known
    before = replay.replay(lead, since, known=known)
    if before.found is None:
        return None
    names = str(before.found.model.version), str(made.found.model.version)
    lines = _moved(before.found, made.found)
    return Difference(since, before.total, lines, names if names[0] != names[1] else None)


def _moved(before: Explanation, after: Explanation) -> list[Moved]:
    """Largest steps first."""
    old, new = _by_key(before), _by_key(after)
    lines = [
        Moved(label, group, old.get(place, 0) / MICRO, new.get(place, 0) / MICRO)
        for place, (label, group) in _labels(before, after).items()
        if old.get(place, 0) != new.get(place, 0)
    ]
    return sorted(lines, key=lambda line: -abs(line.by))


Place = tuple[str, str]


def _by_key(found: Explanation) -> dict[Place, int]:
    return {(line.group, line.key): line.micro for line in found.lines}


def _labels(*found: Explanation) -> dict[Place, tuple[str, str]]:
    return {(line.group, line.key): (line.label, line.group) for one in found for line in one.lines}
