"""Filters of the queue by a name."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.signed_in import person
from handoff import saved_views
from handoff.queue import Ask
from handoff.queue_forms import ViewForm


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    form = ViewForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("A view needs a name of at most 60 letters."))
        return redirect("handoff:queue")
    # Only what the queue understands is kept.
    query = Ask.of(QueryDict(form.cleaned_data["query"].lstrip("?")).dict()).url()
    try:
        view = saved_views.save(person(request), name=form.cleaned_data["name"], query=query)
    except saved_views.TooMany:
        messages.error(request, _("You have 20 views: remove one first."))
    else:
        messages.success(request, _("Saved: %(name)s.") % {"name": view.name})
    return redirect(reverse("handoff:queue") + query)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    saved_views.remove(person(request), pk)
    return redirect("handoff:queue")
