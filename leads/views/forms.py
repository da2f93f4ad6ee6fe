"""The pages where hosted forms are made and changed."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from leads import fields
from leads.capturing import form_editing
from leads.capturing.form_shapes import FormForm
from leads.models import Form
from leads.views.lists import signed_in


@require_safe
def list_forms(request: HttpRequest) -> HttpResponse:
    return render(request, "leads/forms.html", {"forms": form_editing.listed()})


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    return _editor(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    return _editor(request, get_object_or_404(form_editing.listed(), slug=slug))


def _editor(request: HttpRequest, hosted: Form | None) -> HttpResponse:
    sent = request.POST if request.method == "POST" else None
    form = FormForm(fields.catalogue(), sent, hosted=hosted)
    if form.is_valid():
        try:
            saved = form_editing.save(hosted, form.values(), by=signed_in(request), at=clock.now())
        except form_editing.SlugTaken:
            form.add_error("slug", _("Another form has this address."))
        else:
            messages.success(request, _("The form is saved."))
            return redirect("leads:form", saved.slug)
    status = 422 if form.is_bound else 200
    path = _path(hosted)
    context = {"form": form, "hosted": hosted, "path": path, "link": settings.SITE_URL + path}
    return render(request, "leads/form.html", context, status=status)


def _path(hosted: Form | None) -> str:
    """What visitors open; empty for a form that is not saved yet."""
    if hosted is None:
        return ""
    # A refused change has left its marks on the object.
    slug = Form.objects.values_list("slug", flat=True).get(pk=hosted.pk)
    return reverse("hosted_form", args=[slug])
