"""What is asked about a draft: what it says, for whom it would hold, and what is live today."""

from collections.abc import Collection
from dataclasses import dataclass

from leads import bands as live_bands
from scoring import live, promotion
from scoring.definition import Definition, Effect
from scoring.impact.vectors.asking import Asked
from scoring.models import ScoringModel
from scoring.statement.scope import TO_ALL, Applies


@dataclass(frozen=True)
class Question:
    """The draft of a model and what is live: to whom it applies, from which stages a lead may cross, and the
    keys of the bands that are handed to sales today."""

    definition: Definition
    applies: Applies = TO_ALL
    may_cross: Collection[str] = ()
    handed_today: Collection[str] = ()

    @property
    def asked(self) -> Asked:
        return Asked(self.definition, self.applies)


def asked_of(model: ScoringModel, definition: Definition) -> Question:
    """What a definition would do as the next version of a model: to whom it applies as the models stand."""
    place = (model.order, model.pk)
    others = [one for one in live.live_models() if (one.model.order, one.model.pk) < place]
    applies = Applies(
        live.segments_of([model])[model.pk], tuple(one.applies.mine for one in others)
    )
    handed = {key for key, band in live_bands.bands().items() if Effect(band.effect).hands_over}
    return Question(definition, applies, promotion.may_cross(model), handed)
