"""The pages where hosted forms are made and changed."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock, organisation
from accounts.strangers import framed
from leads import fields
from leads.capturing import form_editing, look, places
from leads.capturing.form_shapes import FormForm
from leads.models import Form
from leads.privacy import consents
from leads.views.hosted import asked_of
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


def _form(request: HttpRequest, hosted: Form | None = None) -> FormForm:
    return FormForm(
        fields.catalogue(),
        request.POST if request.method == "POST" else None,
        hosted=hosted,
        purposes=consents.current_texts(),
        our_sites=organisation.sites(),
    )


def _editor(request: HttpRequest, hosted: Form | None) -> HttpResponse:
    form = _form(request, hosted)
    if form.is_valid():
        try:
            saved = form_editing.save(hosted, form.values(), by=signed_in(request), at=clock.now())
        except form_editing.SlugTaken:
            form.add_error("slug", _("Another form has this address."))
        else:
            messages.success(request, _("The form is saved."))
            return redirect("leads:form", saved.slug)
    # A refused change has left its marks on the object.
    kept = Form.objects.get(pk=hosted.pk) if hosted else None
    context = {
        "form": form,
        **{part: form.part(part) for part in ("texts", "after", "guard")},
        "hosted": hosted,
        "path": reverse("hosted_form", args=[kept.slug]) if kept else "",
        "codes": places.codes(kept, settings.SITE_URL) if kept else [],
    }
    answer = render(request, "leads/form.html", context, status=422 if form.is_bound else 200)
    answer._csp_update = {"frame-src": ["'self'"]}  # type: ignore[attr-defined]
    return answer


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What visitors would see of a form as it stands in the builder, finished or not."""
    form = _form(request)
    form.is_valid()
    given = form.cleaned_data
    shown = Form(name=given.get("name", ""), fields=form.shape, look=form.look)
    shown.heading, shown.button = given.get("heading", ""), given.get("button", "")
    shown.most_asked = given.get("most_asked") or 0
    context = {
        "hosted": shown,
        "form": asked_of(shown, None, given={}),
        "look": look.query(shown.look),
        "preview": True,
    }
    return framed(render(request, "leads/hosted_form.html", context), ["'self'"])
