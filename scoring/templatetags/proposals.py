"""What the editor says of a proposal that is under way."""

from typing import Any

from django import template

from scoring.models import ModelVersion, ScoringModel
from scoring.publishing import proposals

register = template.Library()


@register.inclusion_tag("scoring/proposal_note.html")
def proposal_note(model: ScoringModel) -> dict[str, Any]:
    """That a version waits for somebody or for its day, and why the draft was sent back."""
    draft = model.versions.filter(state=ModelVersion.State.DRAFT).exclude(comment="").first()
    return {"proposed": proposals.under_way(model), "sent_back": draft}
