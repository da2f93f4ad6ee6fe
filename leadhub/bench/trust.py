"""How fast events of the past are reclassified: what it would do, doing it, and the scores that follow."""

from collections.abc import Callable

from accounts import clock
from accounts.models import User
from leadhub import pipeline
from leadhub.bench.pairs import Spread, timed
from leads.activity import trust
from leads.models import Event, TrustRule
from scoring.impact import trust_preview

# One event in sixteen of the benchmark's, from leads all over the base.
KIND = "email_click"


def preview() -> Spread:
    """What the rule would do to events and scores."""
    rule = TrustRule(trust=Event.Trust.BOT, kind=KIND)
    return _spread("reclassifying: the preview", lambda: trust_preview.preview(rule))


def apply() -> Spread:
    """Every event of the rule; then the rule is taken back, so that the next run finds the same."""
    by = User.objects.order_by("pk").first()
    assert by is not None
    made: list[TrustRule] = []

    def keep() -> None:
        rule = TrustRule(trust=Event.Trust.BOT, kind=KIND)
        made.append(trust.make(rule, by=by, at=clock.now()))
        _finish()

    taken = _spread("", keep)
    made[0].refresh_from_db()
    trust.undo(made[0], by=by, at=clock.now())
    _finish()
    pipeline.drain()
    return Spread(f"reclassifying: {made[0].events:,} events", taken.milliseconds)


def _finish() -> None:
    while trust.advance(clock.now()):
        pass


def _spread(name: str, deed: Callable[[], object]) -> Spread:
    return Spread(name, [1000 * timed(deed)] * 2)
