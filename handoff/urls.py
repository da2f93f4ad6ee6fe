"""Pages of handoff."""

from django.urls import URLPattern

app_name = "handoff"
urlpatterns: list[URLPattern] = []
