"""What files, merges and models make of deals that are open here."""

from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from accounts.models import User
from leadhub import invariants, pipeline
from leads.identity import merging
from leads.importing import undoing
from leads.models import Lead, LeadScore, Outcome
from qualification.closing import deals
from qualification.models import Opportunity, PassedSql
from scoring.models import ModelVersion, ScoringModel
from scoring.publishing import line_up, versions
from tests import factories
from tests.leads.importing import making
from tests.qualification.closing.facts import accepted, opened, reason
from tests.scoring.models import fit, model

pytestmark = pytest.mark.django_db
HEAD = "Deal id,E-mail,Deal stage,Close date,Closed lost reason\n"


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(default_storage, "base_location", str(tmp_path), raising=False)


def bring(by: User, *rows: str) -> None:
    making.run(making.upload(HEAD + "\n".join(rows) + "\n", by))
    pipeline.drain()


def test_a_file_ends_the_deal_that_is_open_and_its_undoing_opens_it_again(
    live_model: ModelVersion, sdr: User, marketer: User
) -> None:
    deal = opened(sdr, deal="D-1")
    email, today = deal.lead.email, factories.now().date().isoformat()
    bring(marketer, f"D-9,{email},Closed Won,{today},")
    assert Opportunity.objects.get().state == "open"
    imported = making.run(
        making.upload(f"{HEAD}D-1,{email},Closed Lost,{today},lost_price\n", marketer)
    )
    pipeline.drain()
    lost = Opportunity.objects.select_related("outcome", "reason").get()
    assert (lost.state, lost.reason, lost.closed_by) == ("lost", reason("lost_price"), marketer)
    assert lost.outcome is not None and lost.outcome.deal == "D-1"
    assert Lead.objects.get(pk=deal.lead_id).stage == "lost"
    assert Outcome.objects.filter(deal="D-1").count() == 1
    assert invariants.check() == []
    assert undoing.weigh(imported)
    making.work()
    imported.refresh_from_db()
    assert undoing.undo(imported)
    making.work()
    pipeline.drain()
    assert Opportunity.objects.get().state == "open"
    assert Lead.objects.get(pk=deal.lead_id).stage == "opportunity"


def test_a_deal_of_before_ends_nothing_and_one_of_today_does(
    live_model: ModelVersion, sdr: User, marketer: User
) -> None:
    deal = opened(sdr)
    bring(marketer, f"D-1,{deal.lead.email},Closed Won,2025-06-17,")
    assert Opportunity.objects.get().state == "open"
    bring(marketer, f"D-2,{deal.lead.email},Closed Won,{factories.now().date().isoformat()},")
    assert Opportunity.objects.get().state == "won"


def test_of_two_leads_that_are_one_the_older_deal_stays(
    live_model: ModelVersion, sdr: User
) -> None:
    first, second, third = opened(sdr), opened(sdr), accepted(sdr)
    for loser in (second.lead, third):
        done = merging.merge(first.lead, loser, by=sdr, at=factories.now())
    assert Opportunity.objects.get(state="open") == first
    assert Opportunity.objects.get(state="merged") == second
    assert PassedSql.objects.get(lead=first.lead, end="merged")
    assert invariants.check() == []
    merging.undo(done, by=sdr, at=factories.now())
    assert PassedSql.objects.get(lead=third).ended_at is None
    assert invariants.check() == []


def test_who_is_won_is_scored_by_the_service_model(live_model: ModelVersion, sdr: User) -> None:
    at = factories.now()
    care = model(fit("title", 60), line=50)
    draft = line_up.begin("Service", care, kind="service", by=None, at=at)
    ScoringModel.objects.filter(pk=draft.model_id).update(
        segment={"all": [{"field": "lead_type", "op": "one_of", "value": ["service"]}]}
    )
    service = versions.publish(draft, reason="x", opens_handoffs=False, by=None, at=at)
    ScoringModel.objects.filter(pk=service.model_id).update(order=0)
    deal = opened(sdr)
    pipeline.drain()
    assert LeadScore.objects.get(lead=deal.lead).version == live_model.pk
    deals.end(deal, "won", reason=reason("champion"), by=sdr, at=factories.now())
    pipeline.drain()
    score = LeadScore.objects.get(lead=deal.lead)
    assert (score.stage, score.version, score.total) == ("customer", service.pk, 60)
