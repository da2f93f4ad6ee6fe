"""Pages of lists and of the table that reads titles."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from leads.models import ValueList
from leads.vocabulary import value_lists
from leads.vocabulary.list_forms import ListForm, TitleForm, initial


@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """Every list with how much it holds; a new one; and a title tried."""
    form = ListForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and (made := _keep(form, None)):
        messages.success(request, _("Rules can ask the list “%s” now.") % made.name)
        return redirect("leads:value_lists")
    tried = TitleForm(request.GET or None)
    title = tried.cleaned_data["title"] if tried.is_valid() else ""
    rows = list(ValueList.objects.all())
    context = {
        "form": form,
        "tried": tried,
        "title": title,
        "read": value_lists.read(title) if title else None,
        "plain": [row for row in rows if row.kind == ValueList.Kind.VALUES],
        "seniority": [row for row in rows if row.kind == ValueList.Kind.SENIORITY],
        "department": [row for row in rows if row.kind == ValueList.Kind.DEPARTMENT],
    }
    return render(request, "leads/value_lists.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, key: str) -> HttpResponse:
    found = get_object_or_404(ValueList, key=key)
    form = ListForm(
        request.POST if request.method == "POST" else None,
        initial=initial(found),
    )
    if form.is_valid() and _keep(form, found):
        messages.success(
            request,
            _("Saved. Scores follow when a version of the model that uses it is published."),
        )
        return redirect("leads:value_lists")
    context = {"form": form, "list": found}
    return render(request, "leads/value_list.html", context, status=422 if form.is_bound else 200)


def _keep(form: ListForm, found: ValueList | None) -> ValueList | None:
    try:
        return value_lists.keep(found, **form.cleaned_data)
    except value_lists.NameTaken:
        form.add_error("name", _("There is a list with this name already."))
        return None
    except value_lists.FieldTaken:
        form.add_error("controls", _("Another list controls this field already."))
        return None
