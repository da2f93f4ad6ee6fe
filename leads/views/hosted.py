"""The hosted form: what a visitor sees."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from leads.models import Form


def form(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "leads/hosted_form.html", {"form": get_object_or_404(Form, slug=slug)})


def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "leads/hosted_thanks.html", {"form": get_object_or_404(Form, slug=slug)})
