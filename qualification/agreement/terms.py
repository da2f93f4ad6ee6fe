"""What each side promises a team, in numbers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import Team
from leads import fields
from qualification.models import Terms

MOST_MQLS = 1_000_000


@dataclass(frozen=True)
class Promised:
    """A team's terms; those of a team that has none yet promise nothing."""

    team: Team
    terms: Terms


def of_teams(teams: Iterable[Team]) -> list[Promised]:
    """In the order of the teams."""
    chosen = list(teams)
    known = {terms.team_id: terms for terms in Terms.objects.filter(team__in=chosen)}
    return [Promised(team, known.get(team.pk) or Terms(team=team)) for team in chosen]


def put(team: Team, values: Mapping[str, Any]) -> Terms:
    """Keeps both sides' numbers for a team; `values` are its columns."""
    return Terms.objects.update_or_create(team=team, defaults=values)[0]


def names_of(keys: Iterable[str]) -> list[str]:
    """The labels of lead fields; one that is gone is called by its key."""
    known = fields.catalogue()
    return [str(known[key].label) if key in known else key for key in keys]
