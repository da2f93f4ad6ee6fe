"""What a report suggests becomes a change of the draft; the editor then shows its impact."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts import clock
from accounts.signed_in import person
from scoring.definition.reading import DefinitionError
from scoring.live import read
from scoring.publishing import drafts, suggestions
from scoring.publishing.drafts import Gone
from scoring.publishing.suggestions import Deed
from scoring.views import in_use


def suggest(request: HttpRequest, key: str) -> HttpResponse:
    """Puts the suggestion `deed` for a criterion into the draft of the model, and opens the editor."""
    if request.POST.get("deed") not in set(Deed):
        return HttpResponseBadRequest()
    model = in_use.model(request)
    live = drafts.draft_and_live(model)[1] if model else None
    criterion = read(live).by_key.get(key) if live else None
    if model is None or criterion is None:
        messages.error(request, _("This criterion is no longer in the live model."))
        return redirect("scoring:model")
    change = suggestions.change(criterion, Deed(request.POST["deed"]))
    try:
        drafts.edit(model, change, by=person(request), at=clock.now())
    except DefinitionError as error:
        why = " ".join(text for each in error.problems.values() for text in each)
        said = {"name": criterion.label, "why": why}
        messages.error(request, _("“%(name)s” stays as it was. %(why)s") % said)
    except Gone:
        messages.warning(
            request, _("The draft has “%(name)s” no more.") % {"name": criterion.label}
        )
    else:
        said = {"name": criterion.label}
        messages.success(
            request,
            _("“%(name)s” is changed in the draft. Its impact stands beside the rules.") % said,
        )
    return redirect("scoring:model")
