"""A draft that is proposed, and the workers that publish it: for tests of publishing."""

from typing import Any

from accounts.models import User
from leadhub import pipeline
from scoring import runs
from scoring.models import ModelVersion, ScoringModel
from scoring.publishing import proposals, slices
from scoring.publishing.proposals import Plan
from tests import factories

PLAN = Plan(reason="Titles matter", expectation="More MQLs of those who decide")


def work() -> None:
    """What the workers do, until nothing waits."""
    while any([proposals.publish_due(factories.now()), slices.open_next(factories.now()),
               runs.advance(factories.now())]):  # fmt: skip
        pass
    pipeline.drain()


def propose(draft: ModelVersion, by: User, **over: Any) -> ModelVersion:
    plan = Plan(**{**vars(PLAN), **over})
    return proposals.propose(draft, plan, by=by, at=factories.now())


def need_approval(version: ModelVersion) -> None:
    ScoringModel.objects.filter(pk=version.model_id).update(needs_approval=True)
