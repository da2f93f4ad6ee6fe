"""Hundreds of decided handoffs in a few statements, for tests of what only many leads can say."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Team
from handoff.models import Handoff
from leads.models import Crossing, Lead, LeadScore
from leads.models import Outcome as Ending


@dataclass(frozen=True)
class Told:
    """A handoff: which criteria were pivotal, whether sales accepted it, and what the deal came to."""

    carried_by: tuple[str, ...]
    accepted: bool
    ending: str = ""


def plant_all(team: Team, told: Sequence[Told], *, at: datetime, source: str = "Website") -> None:
    """A lead with a crossing, a handoff and its outcome for each of `told`, handed over at `at`."""
    leads = Lead.objects.bulk_create(
        Lead(public_id=uuid.uuid4(), first_name=f"Planted {n}", source=source, stage="sql" if one.accepted else
             "disqualified", created_at=at, updated_at=at)
        for n, one in enumerate(told)
    )  # fmt: skip
    LeadScore.objects.bulk_create(LeadScore(lead=lead, stage=lead.stage) for lead in leads)
    through = Lead.handed_to.through._default_manager
    through.bulk_create(through.model(lead_id=lead.pk, team_id=team.pk) for lead in leads)
    crossings = Crossing.objects.bulk_create(
        Crossing(lead=lead, number=1, cause="activity", version=1, at=at, total=55, band="mql",
                 contributions=_lines(one.carried_by), carried_by=list(one.carried_by))
        for lead, one in zip(leads, told, strict=True)
    )  # fmt: skip
    decided = at + timedelta(hours=3)
    Handoff.objects.bulk_create(
        Handoff(crossing=crossing, lead_id=crossing.lead_id, source=source, team=team, band="mql", routed_by="by hand",
                opened_at=at, state="accepted" if one.accepted else "disqualified", disposed_at=decided)
        for crossing, one in zip(crossings, told, strict=True)
    )  # fmt: skip
    Ending.objects.bulk_create(_endings(crossings, told, decided))


def _lines(carried_by: Iterable[str]) -> list[dict[str, object]]:
    return [
        {"key": key, "label": key.capitalize(), "group": "engagement", "micro": 10_000_000}
        for key in (*carried_by, "blog")
    ]


def _endings(crossings: Sequence[Crossing], told: Sequence[Told], at: datetime) -> Iterable[Ending]:
    for crossing, one in zip(crossings, told, strict=True):
        result = "accepted" if one.accepted else "disqualified"
        yield Ending(lead_id=crossing.lead_id, crossing=crossing, result=result, at=at)
        if one.ending:
            yield Ending(lead_id=crossing.lead_id, result=one.ending, at=at + timedelta(days=1))
