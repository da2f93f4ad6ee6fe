"""The first page by role."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts import clock
from accounts.signed_in import person
from leadhub import welcome


def home(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    context = {**welcome.page(person(request), at=at), "now": at}
    return render(request, context["template"], context)
