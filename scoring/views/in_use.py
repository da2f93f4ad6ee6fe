"""Which of the models a person works on: the one opened last, or the first in order."""

from django.http import HttpRequest

from scoring.models import ScoringModel
from scoring.publishing import drafts


def model(request: HttpRequest) -> ScoringModel | None:
    """The model named by `model`, which is remembered for the session; what is saved says of which it is."""
    asked = request.POST.get("model") or request.GET.get("model", "")
    if asked.isdigit():
        request.session["model"] = int(asked[:9])
    chosen = request.session.get("model")
    found = ScoringModel.objects.filter(pk=chosen).first() if chosen else None
    return found or drafts.model_in_use()
