"""Who held a handoff, and how long: the ledger as stretches of time for eyes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.utils.translation import gettext as _

from handoff import ledger
from handoff.models import Handoff, Segment

# How each holder looks.
TONES = {
    Segment.Holder.SYSTEM: "system",
    Segment.Holder.QUEUE: "queue",
    Segment.Holder.PERSON: "human",
    Segment.Holder.PROSPECT: "prospect",
}


@dataclass(frozen=True)
class Stretch:
    """Segments in the same hands. `tone` says whose; `seconds` on the wall, `working` in the holder's hours."""

    holder: str
    tone: str
    steps: tuple[str, ...]
    start: datetime
    end: datetime
    working: int

    @property
    def seconds(self) -> int:
        return int((self.end - self.start).total_seconds())


def stretches(handoff: Handoff, *, at: datetime, until: datetime | None = None) -> list[Stretch]:
    """From the lead's act to the end of the handoff, or to `at` while it is open; in order and without gaps.
    With `until`, only segments that began before."""
    chain = ledger.standing([handoff.pk]).select_related("user", "calendar_version")
    segments = [s for s in chain if until is None or s.started_at < until]
    made = [
        _stretch(list(some), at)
        for _who, some in groupby(segments, key=lambda s: (s.holder, s.user_id))
    ]
    return [stretch for stretch in made if stretch.seconds > 0]


def _stretch(segments: list[Segment], at: datetime) -> Stretch:
    first, last = segments[0], segments[-1]
    return Stretch(
        name_of(first),
        TONES[Segment.Holder(first.holder)],
        tuple(_steps(segments)),
        first.started_at,
        last.ended_at or max(at, last.started_at),
        sum(worked(segment, at) for segment in segments),
    )


def _steps(segments: list[Segment]) -> Iterator[str]:
    for segment in segments:
        yield segment.get_step_display()


def worked(segment: Segment, at: datetime) -> int:
    """Working seconds of a segment, until `at` if it still runs."""
    if segment.working_s is not None:
        return segment.working_s
    return ledger.working(segment, segment.started_at, at)


def name_of(segment: Segment) -> str:
    """Whose hands these are, in a word or by name."""
    if segment.holder == Segment.Holder.PERSON and segment.user is not None:
        return segment.user.name
    return {
        Segment.Holder.SYSTEM: _("System"),
        Segment.Holder.PROSPECT: _("Prospect"),
    }.get(Segment.Holder(segment.holder), _("Queue"))
