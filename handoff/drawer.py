"""What the drawer of a handoff shows: who held the lead, in working time and on the wall, as bars and as rows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, F, IntegerField, When
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from handoff import holding, ledger
from handoff.business_time import WorkWeek, open_spans
from handoff.models import Handoff, Segment, SlaEvent, SlaTimer
from handoff.promises import promise_of
from handoff.splits import Split
from handoff.words import lasting
from leads.exporting.tables import Table

# From which share of a bar on a part has room for a name, for a span of time; and from which on it is drawn.
ROOM_FOR_NAME, ROOM, SEEN = 0.42, 0.15, 0.002
TONES = {"system": "system", "queue": "unclaimed", "human": "human", "prospect": "prospect"}


def percent(share: float) -> str:
    return f"{100 * max(0.0, min(1.0, share)):.2f}%"


@dataclass(frozen=True)
class Piece:
    """A part of a bar: where it begins and how wide it is, as shares of the whole."""

    label: str
    tone: str
    begin: float
    share: float
    text: str

    @property
    def words(self) -> str:
        """What is written in it, as far as it has room."""
        if self.share >= ROOM_FOR_NAME:
            return f"{self.label} {self.text}"
        return self.text if self.share >= ROOM else ""

    @property
    def x(self) -> str:
        return percent(self.begin)

    @property
    def width(self) -> str:
        return percent(self.share)

    @property
    def middle(self) -> str:
        return percent(self.begin + self.share / 2)


@dataclass(frozen=True)
class Held:
    """From the lead's act to `end`: when the promise was kept or its clock stopped, or now. `target` is where the
    deadline lies on the bar of working time, `late_s` working seconds after it, None where it was kept."""

    stretches: list[holding.Stretch]
    timer: SlaTimer | None
    late_s: int | None
    split: Split
    working: list[Piece]
    wall: list[Piece]
    target: float | None
    start: datetime
    end: datetime
    is_over: bool
    is_annulled: bool

    @property
    def working_s(self) -> int:
        return self.split.total

    @property
    def target_x(self) -> str:
        return "" if self.target is None else percent(self.target)

    @property
    def is_short(self) -> bool:
        """Whether days need not be told apart."""
        return localtime(self.start).date() == localtime(self.end).date()

    @property
    def wall_s(self) -> int:
        return sum(stretch.seconds for stretch in self.stretches)


def held(handoff: Handoff, timer: SlaTimer | None, *, at: datetime) -> Held | None:
    """`timer` comes with its versions; without one the whole life is shown. None where nothing is known."""
    until = timer.closed_at if timer is not None else None
    segments = holding.segments(handoff, until=until)
    stretches = holding.joined(segments, at=at)
    if not stretches:
        return None
    end = stretches[-1].end
    return Held(
        stretches=stretches, timer=timer, late_s=late_s(timer, at) if timer else None,
        split=_split(stretches), working=_pieces((s, s.working) for s in stretches),
        wall=_wall(segments, at), target=_target(segments, timer, at), start=stretches[0].start,
        end=end, is_over=end < at or handoff.disposed_at is not None,
        is_annulled=timer is not None and timer.events.filter(kind=SlaEvent.Kind.ANNULLED).exists(),
    )  # fmt: skip


def late_s(timer: SlaTimer, at: datetime) -> int | None:
    """Seconds of the promise's clock after the deadline; None where it was kept, or is not due."""
    end = timer.closed_at or at
    if timer.due_at is None or end <= timer.due_at:
        return None
    return promise_of(timer).elapsed(timer.due_at, end)


def told_of(handoff: Handoff, number: int | None = None) -> SlaTimer | None:
    """The promise that the drawer is about: clock `number`, else one that was broken, else one that runs, else
    the last."""
    timers = SlaTimer.objects.filter(handoff=handoff)
    if number is not None:
        timers = timers.filter(pk=number)
    rank = Case(
        When(closed_at__gt=F("due_at"), then=0), When(state=SlaTimer.State.BREACHED, then=0),
        When(closed_at=None, then=1), default=2, output_field=IntegerField(),
    )  # fmt: skip
    versions = timers.select_related("policy_version__policy", "calendar_version")
    return versions.order_by(rank, "-due_at", "-pk").first()


def _split(stretches: Iterable[holding.Stretch]) -> Split:
    split = Split()
    for stretch in stretches:
        name = TONES[stretch.tone]
        setattr(split, name, getattr(split, name) + stretch.working)
    return split


def _pieces(parts: Iterable[tuple[holding.Stretch, int]]) -> list[Piece]:
    given = list(parts)
    whole = sum(seconds for _part, seconds in given)
    made, begin = [], 0.0
    for part, seconds in given:
        share = seconds / whole if whole else 0.0
        if share >= SEEN:
            made.append(Piece(part.holder, part.tone, begin, share, lasting(seconds)))
        begin += share
    return made


def _target(segments: Sequence[Segment], timer: SlaTimer | None, at: datetime) -> float | None:
    """Where the deadline lies on the bar of working time."""
    if timer is None or timer.due_at is None:
        return None
    whole = before = 0
    for segment in segments:
        worked = holding.worked(segment, at)
        whole += worked
        if segment.started_at < timer.due_at:
            end = min(segment.ended_at or at, timer.due_at)
            before += min(worked, ledger.working(segment, segment.started_at, end))
    return before / whole if whole and timer.due_at < (segments[-1].ended_at or at) else None


def _wall(segments: Sequence[Segment], at: datetime) -> list[Piece]:
    """Every second, with the hours in which the holder was closed apart."""
    start = segments[0].started_at
    whole = ((segments[-1].ended_at or max(at, segments[-1].started_at)) - start).total_seconds()
    made: list[Piece] = []
    for segment in segments:
        for begin, end, tone in _open_and_closed(segment, at):
            seconds = (end - begin).total_seconds()
            share = seconds / whole if whole else 0.0
            if share >= SEEN:
                name = holding.name_of(segment)
                label = _("Closed, held by %s") % name if tone == "closed" else name
                text = lasting(seconds)
                made.append(
                    Piece(label, tone, (begin - start).total_seconds() / whole, share, text)
                )
    return made


def _open_and_closed(segment: Segment, at: datetime) -> Iterator[tuple[datetime, datetime, str]]:
    tone = holding.TONES[Segment.Holder(segment.holder)]
    end = segment.ended_at or max(at, segment.started_at)
    version = segment.calendar_version
    if version is None:
        yield segment.started_at, end, tone
        return
    last = segment.started_at
    # Hours are reckoned in whole seconds; what is shorter is no closed time.
    for opening, closing in open_spans(WorkWeek.from_json(version.week), segment.started_at, end):
        if opening - last > timedelta(seconds=1):
            yield last, opening, "closed"
        yield max(opening, last), closing, tone
        last = closing
    if end - last > timedelta(seconds=1):
        yield last, end, "closed"


def table(handoff: Handoff, *, at: datetime) -> Table:
    """The chain as a file: a row a segment, also those of no length."""
    header = [
        _("Step"), _("Holder"), _("Name"), _("Team"), _("From"), _("Until"), _("Working seconds"),
        _("Wall seconds"),
    ]  # fmt: skip
    rows = [_row(segment, at) for segment in holding.segments(handoff)]
    return Table(f"handoff-{handoff.public_id}", header, rows)


def _row(segment: Segment, at: datetime) -> list[object]:
    end = segment.ended_at or max(at, segment.started_at)
    return [
        segment.get_step_display(), segment.get_holder_display(), holding.name_of(segment),
        segment.team.name if segment.team else "", segment.started_at.isoformat(),
        segment.ended_at.isoformat() if segment.ended_at else "", holding.worked(segment, at),
        int(end.timestamp()) - int(segment.started_at.timestamp()),
    ]  # fmt: skip
