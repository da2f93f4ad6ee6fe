"""Leads belong to the team they are routed to and to nobody in it yet, but customers to the owner of their account."""

from collections.abc import Mapping, Sequence

from accounts.models import Team, User
from handoff.models import Handoff
from handoff.routing.decision import Decision
from leads import editing


def hand_to_teams(handoffs: Sequence[Handoff], decided: Mapping[int, Decision]) -> None:
    """Gives the leads of these handoffs to the teams of their decisions, which are by crossing."""
    wanted = [(decided[h.crossing_id], h.lead_id) for h in handoffs]
    teams = Team.objects.in_bulk([one.team_id for one, _lead in wanted if one.team_id])
    owners = User.objects.in_bulk([one.owner_id for one, _lead in wanted if one.owner_id])
    together: dict[tuple[int, int | None], list[int]] = {}
    for one, lead_id in wanted:
        if one.team_id:
            together.setdefault((one.team_id, one.owner_id), []).append(lead_id)
    for (team_id, owner_id), lead_ids in together.items():
        owner = owners[owner_id] if owner_id else None
        editing.assign(lead_ids, owner=owner, team=teams[team_id])
