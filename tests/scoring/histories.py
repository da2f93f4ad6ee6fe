"""Histories made by the product's rooms with a clock that moves, and each stored moment beside its replay."""

import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from accounts import clock
from accounts.models import User
from leadhub import pipeline
from leads import editing, lifecycle
from leads.activity import events, trust
from leads.activity.signatures import Look
from leads.identity import merging
from leads.identity.joining import Policy
from leads.models import Lead, Merge, ScoreHistory, TrustRule
from scoring import overrides, promotion, runs
from scoring.definition import to_json
from scoring.explaining import replay
from scoring.models import ModelVersion, ScoringModel
from scoring.publishing import proposals, versions
from tests.scoring.test_oracle import parsed

Move = Callable[[timedelta], None]


def day_of_runs() -> None:
    """What the beat does at the turn of the day."""
    overrides.expire(clock.now())
    runs.start_of_day(clock.now())
    finish()


def finish() -> None:
    while trust.advance(clock.now()):
        pass
    pipeline.drain()
    while runs.advance(clock.now()):
        pass
    pipeline.drain()


def visit(browser: str, kind: str, path: str, days_ago: int, **more: Any) -> None:
    item = events.Item(
        uuid.uuid4().hex, anonymous_id=browser, look=Look(kind, "", path),
        occurred_at=clock.now() - timedelta(days=days_ago), **more,
    )  # fmt: skip
    events.record([item], sender="t", policy=Policy.FILL, source="Web", at=clock.now())


def identify(browser: str, email: str, **more: Any) -> None:
    """`more` may tell of the company, which is believed."""
    item = events.Item(uuid.uuid4().hex, anonymous_id=browser, values={"email": email}, **more)
    policy = Policy.OVERWRITE if more else Policy.FILL
    events.record([item], sender="t", policy=policy, source="Web", at=clock.now())


def publish(definition: dict[str, Any]) -> ModelVersion:
    """The next version of the one model there is."""
    owner = ScoringModel.objects.first() or ScoringModel.objects.create(
        name="Drawn", created_at=clock.now()
    )
    meant = parsed(definition)
    draft = ModelVersion.objects.create(
        model=owner, number=owner.versions.count() + 1, definition=to_json(meant),
        digest=meant.digest(), created_at=clock.now(),
    )  # fmt: skip
    return versions.publish(draft, reason="x", opens_handoffs=False, by=None, at=clock.now())


def compared(lead: Lead) -> int:
    """Every stored moment against its replay; says how many there were."""
    rows = list(ScoreHistory.objects.filter(lead=lead))
    for row in rows:
        again = replay.replay(lead, row.at).found
        assert again is not None
        names = ("total", "fit", "engagement", "account", "negative", "band")
        assert {name: again.row[name] for name in names} == {n: getattr(row, n) for n in names}
        assert again.model.version.pk == row.version
        assert sum(line.micro for line in again.lines) == row.total * 1_000_000
    crossings = list(replay.own_crossings(lead))
    for crossing in crossings:
        again = replay.replay(lead, crossing.at).found
        assert again is not None and (again.total, again.band) == (crossing.total, crossing.band)
        criteria = enumerate(again.model.definition.criteria)
        micro = {c.key: again.row[f"c{n}"] for n, c in criteria if again.row[f"c{n}"]}
        assert promotion.kept(again.model.definition, micro) == crossing.contributions
    return len(rows) + len(crossings)


def take(step: tuple[Any, ...], lead: Lead, by: User, move_clock: Move) -> None:
    lead.refresh_from_db()
    lead = lead.merged_into or lead
    at, (name, *said) = clock.now(), step
    if name == "visit":
        visit(*said)
    elif name == "identify":
        identify(said[0], lead.email or "")
    elif name == "told":
        identify(said[0], lead.email or "", company=said[1])
    elif name == "merge":
        other = Lead.objects.get(pk=said[0])
        with suppress(merging.NotTwo):
            merging.merge(lead, other.merged_into or other, by=by, at=at)
    elif name == "part":
        merge = Merge.objects.filter(undone_at=None).order_by("at", "pk").last()
        if merge:
            merging.undo(merge, by=by, at=at)
    elif name == "edit":
        with suppress(editing.AddressTaken):
            editing.edit(lead, said[0], by=by, at=at)
    elif name == "set":
        until = at.date() + timedelta(days=said[1])
        overrides.put(lead, total=said[0], reason="x", until=until, by=by, at=at)
    elif name == "end":
        overrides.end(lead, by=by, at=at)
    elif name == "stage":
        lifecycle.move([lead.pk], said[0], at=at)
    elif name == "publish":
        publish(said[0])
    elif name == "revert":
        earlier = (
            ModelVersion.objects.filter(state=ModelVersion.State.RETIRED).order_by("pk").first()
        )
        if earlier:
            proposals.revert(earlier, reason="x", by=by, at=at)
    elif name == "trust":
        kind, class_, future = said
        trust.make(TrustRule(kind=kind, trust=class_, future=future), by=by, at=at)
    elif name == "untrust":
        rule = TrustRule.objects.filter(state=TrustRule.State.APPLIED).last()
        if rule:
            trust.undo(rule, by=by, at=at)
    else:
        for _ in range(min(3, said[0])):
            move_clock(timedelta(days=max(1, said[0] // 3)))
            day_of_runs()
