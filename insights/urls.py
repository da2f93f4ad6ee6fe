"""Pages of insights."""

from django.urls import path

from insights import views

app_name = "insights"
urlpatterns = [
    path("stages/", views.stages, name="stages"),
    path("compliance/", views.compliance, name="compliance"),
    path("reasons/", views.reasons, name="reasons"),
    path("leads/", views.leads, name="leads"),
]
