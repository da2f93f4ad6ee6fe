"""The page where custom fields are declared."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from leads import custom_fields
from leads.forms import FieldForm
from leads.models import AttributeField


@require_http_methods(["GET", "HEAD", "POST"])
def fields(request: HttpRequest) -> HttpResponse:
    form = FieldForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            declared = custom_fields.declare(**form.cleaned_data)
        except custom_fields.KeyTaken:
            form.add_error("key", _("There is a field with this key already."))
        else:
            messages.success(request, _("Leads have the field “%s” now.") % declared.label)
            return redirect("leads:fields")
    context = {"form": form, "declared": AttributeField.objects.all()}
    return render(request, "leads/fields.html", context, status=422 if form.is_bound else 200)
