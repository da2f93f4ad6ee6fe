"""Who held a handoff, and how long: the ledger as stretches of time for eyes."""

from collections.abc import Sequence
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
        """Whole seconds, cut so that stretches add up."""
        return int(self.end.timestamp()) - int(self.start.timestamp())


def stretches(handoff: Handoff, *, at: datetime, until: datetime | None = None) -> list[Stretch]:
    """From the lead's act to the end of the handoff, or to `at` while it is open; in order and without gaps.
    With `until`, only segments that began before."""
    return joined(segments(handoff, until=until), at=at)


def segments(handoff: Handoff, *, until: datetime | None = None) -> list[Segment]:
    """The chain with its names and hours, or the part of it that began before `until`."""
    chain = ledger.standing([handoff.pk]).select_related("user", "team", "calendar_version")
    return [segment for segment in chain if until is None or segment.started_at < until]


def joined(chain: Sequence[Segment], *, at: datetime) -> list[Stretch]:
    """Segments one after the other in the same hands as one stretch; those of no length are left out."""
    made = [
        _stretch(list(some), at)
        for _who, some in groupby(chain, key=lambda s: (s.holder, s.user_id))
    ]
    return [stretch for stretch in made if stretch.seconds > 0]


def _stretch(segments: list[Segment], at: datetime) -> Stretch:
    first, last = segments[0], segments[-1]
    return Stretch(
        name_of(first),
        TONES[Segment.Holder(first.holder)],
        tuple(str(segment.get_step_display()) for segment in segments),
        first.started_at,
        last.ended_at or max(at, last.started_at),
        sum(worked(segment, at) for segment in segments),
    )


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
