"""Small models for tests that are about one thing."""

from typing import Any


def act(key: str, points: int, kind: str = "page", **over: Any) -> dict[str, Any]:
    group = "engagement" if points > 0 else "negative"
    shape = {"key": key, "label": key.title(), "group": group, "points": points}
    event = {"kind": kind, "name": "", "path": over.pop("path", "")}
    rest = {"each": True, "at_least": 1, "within_days": None, "cap": None, "decay": None}
    return {**shape, "event": event, **rest, **over}


def fit(
    key: str, points: int, field: str = "title", op: str = "known", value: Any = None
) -> dict[str, Any]:
    group = "fit" if points > 0 else "negative"
    condition = {"field": field, "op": op, "value": value}
    return {
        "key": key,
        "label": key.title(),
        "group": group,
        "points": points,
        "condition": condition,
    }


def together(key: str, points: int, people: int = 2, kind: str = "page") -> dict[str, Any]:
    """So many people of one company did it within 90 days."""
    deeds = [{"kind": kind, "name": "", "path": ""}]
    told = {"within_days": 90, "people": {"people": people, "deeds": deeds}}
    return {"key": key, "label": key.title(), "group": "account", "points": points, **told}


def model(*criteria: dict[str, Any], line: int = 50, **over: Any) -> dict[str, Any]:
    """A model of these criteria whose MQL line is at `line`."""
    bands = [
        {"key": "cold", "name": "Cold", "start": None, "effect": "none"},
        {"key": "mql", "name": "MQL", "start": line, "effect": "mql"},
    ]
    caps = {"fit": None, "engagement": None, "negative": None}
    whole = {
        "criteria": list(criteria),
        "bands": bands,
        "caps": caps,
        "total_cap": None,
        "total_floor": None,
    }
    return {**whole, "trust": [0, 1], **over}
