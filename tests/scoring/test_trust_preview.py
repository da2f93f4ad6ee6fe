"""What a rule about events would do is told before it is kept, and comes true."""

import pytest

from accounts.models import User
from leadhub import pipeline
from leads.activity import trust
from leads.models import Event, LeadScore, TrustRule
from scoring.impact import trust_preview
from tests import factories
from tests.scoring.models import act, fit, model

pytestmark = pytest.mark.django_db


def test_the_preview_says_what_then_happens(marketer: User) -> None:
    factories.publish_model(model(fit("title", 40), act("page", 5, cap=10), line=45))
    for visits in (1, 2, 3, 0):
        lead = factories.make_lead(title="CTO")
        for n in range(visits):
            factories.make_event(lead, path="/careers" if n == 0 else "/pricing")
    pipeline.drain()
    rule = TrustRule(trust=Event.Trust.INTERNAL, path="/careers")
    told = trust_preview.preview(rule)
    # One falls below the line; three visits of which one is internal still fill the cap.
    assert (told.events, told.leads, told.scores, told.bands) == (3, 3, 2, 1)
    assert not told.is_estimate
    before = dict(LeadScore.objects.values_list("lead_id", "total"))
    trust.make(rule, by=marketer, at=factories.now())
    while trust.advance(factories.now()):
        pass
    pipeline.drain()
    after = dict(LeadScore.objects.values_list("lead_id", "total"))
    assert sum(before[lead] != after[lead] for lead in before) == told.scores


def test_of_many_leads_some_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trust_preview, "SAMPLE", 2)
    factories.publish_model(model(act("page", 5)))
    for _n in range(4):
        factories.make_event(factories.make_lead())
    pipeline.drain()
    told = trust_preview.preview(TrustRule(trust=3, kind="page"))
    assert (told.leads, told.scores, told.looked_at, told.is_estimate) == (4, 4, 2, True)


def test_nothing_is_left_behind_by_a_preview() -> None:
    factories.make_event(factories.make_lead())
    trust_preview.preview(TrustRule(trust=3, kind="page"))
    assert Event.objects.get().trust == 0
