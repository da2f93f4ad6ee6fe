"""The JSON of a definition, which parsing reads back to an equal one. What is not said is left out."""

from typing import Any

from scoring.definition.parts import (
    Band,
    Criterion,
    Disqualifier,
    EventMatch,
    Sequence,
    Variant,
)

Shape = dict[str, Any]


def disqualifier_json(q: Disqualifier) -> Shape:
    return {"key": q.key, "label": q.label, "condition": q.condition.to_json()}


def variant_json(v: Variant) -> Shape:
    when = [condition.to_json() for condition in v.when]
    return {"key": v.key, "label": v.label, "when": when, "points": dict(v.points)}


def criterion_json(c: Criterion) -> Shape:
    shape: Shape = {"key": c.key, "label": c.label, "group": str(c.group), "points": c.points}
    if c.first_of:
        shape["first_of"] = c.first_of
    if c.condition is not None:
        return {**shape, "condition": c.condition.to_json()}
    shape["within_days"] = c.within_days
    if c.people is not None:
        deeds = [match_json(match) for match in c.people.deeds]
        return {**shape, "people": {"people": c.people.people, "deeds": deeds}}
    if not c.counts:
        return shape
    if c.event is not None:
        shape["event"] = match_json(c.event)
    if c.sequence is not None:
        shape["sequence"] = _sequence_json(c.sequence)
    return {**shape, **_behaviour_json(c)}


def _behaviour_json(c: Criterion) -> Shape:
    shape: Shape = {"each": c.each, "at_least": c.at_least, "cap": c.cap}
    shape["decay"] = {"kind": c.decay.kind, "days": c.decay.days} if c.decay else None
    if c.bonus:
        shape["bonus"] = {"points": c.bonus.points, "days": c.bonus.days}
    if c.idle:
        shape["idle"] = {"lose": c.idle.lose, "days": c.idle.days}
    return shape


def match_json(match: EventMatch) -> Shape:
    shape: Shape = {"kind": match.kind, "name": match.name, "path": match.path}
    if match.campaign:
        shape["campaign"] = match.campaign
    if match.properties:
        shape["properties"] = [
            {"property": p.property, "op": p.op, "value": p.value} for p in match.properties
        ]
    return shape


def _sequence_json(sequence: Sequence) -> Shape:
    return {
        "steps": [match_json(step) for step in sequence.steps],
        "span_days": sequence.span_days,
        "again_days": sequence.again_days,
    }


def band_json(band: Band) -> Shape:
    shape: Shape = {
        "key": band.key,
        "name": band.name,
        "start": band.start,
        "effect": str(band.effect),
    }
    said = {
        "needs": list(band.needs), "min_fit": band.min_fit, "min_engagement": band.min_engagement,
        "leave": band.leave, "reason": band.reason,
    }  # fmt: skip
    return {**shape, **{name: value for name, value in said.items() if value not in (None, "", [])}}
