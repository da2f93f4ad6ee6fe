"""How many MQLs a day sales can take: a number that a person keeps with the model."""

from django.utils.translation import gettext as _

from scoring.models import ScoringModel

MOST = 100_000


def set_to(model: ScoringModel, typed: str) -> None:
    """Keeps the number that was typed; nothing for none. Raises ValueError with what to say."""
    text = typed.strip()
    if text and not (text.isascii() and text.isdigit() and 1 <= int(text[:12]) <= MOST):
        raise ValueError(_("Give a whole number from 1 to 100,000, or nothing."))
    ScoringModel.objects.filter(pk=model.pk).update(capacity=int(text) if text else None)
