"""Pages of qualification."""

from django.urls import URLPattern

app_name = "qualification"
urlpatterns: list[URLPattern] = []
