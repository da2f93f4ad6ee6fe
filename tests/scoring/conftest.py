"""A live model and a draft of it, for tests of publishing."""

import pytest

from accounts.models import User
from scoring.models import ModelVersion
from scoring.publishing import drafts
from tests import factories
from tests.scoring.models import act, fit, model


@pytest.fixture
def live(db: None) -> ModelVersion:
    return factories.publish_model(model(fit("title", 20), act("page", 5)))


@pytest.fixture
def draft(live: ModelVersion, marketer: User) -> ModelVersion:
    return drafts.edit(live.model, drafts.points("title", 60), by=marketer, at=factories.now())
