"""Journal entries become events for other systems."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from handoff.channels.posting import Event, post
from handoff.models import Channel, Handoff, SlaEvent, SlaTimer, Touch
from leads.journal import Entry
from leads.models import Crossing

Facts = dict[int, dict[str, Any]]
ALARMS = {
    SlaEvent.Kind.WARN: "timer.warned",
    SlaEvent.Kind.BREACH: "timer.breached",
    SlaEvent.Kind.ANNULLED: "timer.annulled",
}


def tell(entries: Sequence[Entry], at: datetime) -> None:
    """Posts what these entries (of one kind) tell of, to the channels that want it."""
    if not entries or not Channel.objects.filter(is_on=True).exists():
        return
    post(READERS[entries[0].kind](entries), at=at)


def _event(entry: Entry, kind: str, **more: Any) -> Event:
    about = f"journal:{entry.id}"
    return Event(kind, about, lead_id=entry.lead_id, happened_at=entry.at, **more)


def _crossed(entries: Sequence[Entry]) -> list[Event]:
    crossings = Crossing.objects.select_related("lead").in_bulk(
        [entry.data["crossing"] for entry in entries]
    )
    made = []
    for entry in entries:
        crossing = crossings.get(entry.data["crossing"])
        if crossing is not None:
            data = {
                "crossing": crossing.number, "score": crossing.total, "band": crossing.band,
                "cause": crossing.cause,
            }  # fmt: skip
            made.append(_event(entry, "lead.crossed", team_id=crossing.lead.team_id, data=data))
    return made


def _of_handoffs(kind: str, told: Callable[[Handoff, Entry], dict[str, Any]]) -> Any:
    """A reader of entries that name a handoff; `told` says what is told of it beside the usual."""

    def read(entries: Sequence[Entry]) -> list[Event]:
        handoffs = _handoffs([entry.data.get("handoff") for entry in entries])
        return [
            _event(entry, kind, team_id=handoff.team_id, data=_handoff(handoff) | told(handoff, entry))
            for entry in entries
            if (handoff := handoffs.get(entry.data.get("handoff") or 0))
        ]  # fmt: skip

    return read


def _touched(entries: Sequence[Entry]) -> list[Event]:
    # What comes with a file is history: nobody wants to hear of it as if it happened now.
    entries = [entry for entry in entries if "import" not in entry.data]
    touches = Touch.objects.in_bulk([entry.data["touch"] for entry in entries])
    handoffs = _handoffs([touch.handoff_id for touch in touches.values()])
    made = []
    for entry in entries:
        touch = touches.get(entry.data["touch"])
        handoff = handoffs.get(touch.handoff_id or 0) if touch else None
        if touch is not None and handoff is not None:
            data = _handoff(handoff) | {
                "touch": touch.kind, "answer": touch.answer, "occurred_at": touch.occurred_at.isoformat(),
            }  # fmt: skip
            made.append(_event(entry, "handoff.touched", team_id=handoff.team_id, data=data))
    return made


def _rang(entries: Sequence[Entry]) -> list[Event]:
    timers = SlaTimer.objects.select_related("handoff__team", "handoff__owner").in_bulk(
        [entry.data["timer"] for entry in entries]
    )
    made = []
    for entry in entries:
        timer, kind = timers.get(entry.data["timer"]), ALARMS.get(entry.data["alarm"])
        if timer is not None and kind and _still_so(timer, kind):
            data = _handoff(timer.handoff) | {
                "milestone": timer.milestone,
                "due_at": timer.due_at.isoformat() if timer.due_at else None,
            }
            made.append(_event(entry, kind, team_id=timer.handoff.team_id, data=data))
    return made


def _still_so(timer: SlaTimer, kind: str) -> bool:
    """A warning that the breach overtook warns of nothing."""
    return kind != "timer.warned" or timer.state == SlaTimer.State.RUNNING


def _handoffs(ids: Sequence[int | None]) -> dict[int, Handoff]:
    known = [pk for pk in ids if pk]
    return Handoff.objects.select_related("team", "owner").in_bulk(known)


def _handoff(handoff: Handoff) -> dict[str, Any]:
    owner = handoff.owner
    return {
        "handoff": str(handoff.public_id),
        "team": handoff.team.name if handoff.team else None,
        "owner": {"id": str(owner.public_id), "name": owner.name} if owner else None,
    }


READERS: dict[str, Callable[[Sequence[Entry]], list[Event]]] = {
    "lead.crossed": _crossed,
    "handoff.opened": _of_handoffs("handoff.opened", lambda h, e: {"routed_by": h.routed_by}),
    "handoff.claimed": _of_handoffs("handoff.claimed", lambda h, e: {}),
    "handoff.reassigned": _of_handoffs("handoff.reassigned", lambda h, e: {}),
    "handoff.released": _of_handoffs("handoff.released", lambda h, e: {}),
    "handoff.touched": _touched,
    "handoff.disposed": _of_handoffs(
        "handoff.disposed", lambda h, e: {"result": e.data["result"], "reason": e.data["reason"]}
    ),
    "handoff.undone": _of_handoffs("handoff.undone", lambda h, e: {"result": e.data["result"]}),
    "timer.rang": _rang,
}
