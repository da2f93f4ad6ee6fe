"""The URLs of leadhub and the page of components, which is otherwise served in DEBUG only."""

from django.urls import path

from leadhub import styleguide, urls

urlpatterns = [*urls.urlpatterns, path("styleguide/", styleguide.styleguide, name="styleguide")]
