"""What the report card is asked for: a period, a model, a source, a segment. All of it stands in the address."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from accounts.models import User
from handoff.models import Handoff
from insights import facts
from insights.periods import Period
from insights.segments import Segment
from scoring.models import ModelVersion, ScoringModel


def of_model(model: int) -> Q:
    """Handoffs whose crossing a version of this model made."""
    return Q(crossing__version__in=ModelVersion.objects.filter(model=model).values("pk"))


@dataclass(frozen=True)
class Ask:
    """`model` is None where there is one model only, so that nothing need be told apart; `source` and `segment`
    are None for all."""

    user: User
    period: Period
    model: ScoringModel | None = None
    source: str | None = None
    segment: Segment | None = None

    @property
    def narrowing(self) -> dict[str, Any]:
        """What every list behind a number of this report is narrowed by."""
        return {
            "model": self.model.pk if self.model else None,
            "source": self.source,
            "segment": str(self.segment) if self.segment else None,
        }

    @property
    def query(self) -> str:
        """The query string of this."""
        pairs = {**self.period.query, **self.narrowing}
        return "?" + urlencode({key: value for key, value in pairs.items() if value is not None})

    def of_period(self) -> QuerySet[Handoff]:
        """MQLs handed over in the period, by this model."""
        found = facts.handed(self.user, self.period)
        return found if self.model is None else found.filter(of_model(self.model.pk))

    def handed(self) -> QuerySet[Handoff]:
        """The same, narrowed to source and segment."""
        wanted = Q() if self.source is None else Q(source=self.source)
        return self.of_period().filter(wanted, self.segment.holds() if self.segment else Q())
