"""The API, version 1."""

from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from leads import api as leads

app_name = "api"
urlpatterns = [
    path("batch", leads.EventBatch.as_view(), name="events"),
    re_path(r"^(?P<kind>identify|track|page)$", leads.OneEvent.as_view(), name="event"),
    path("leads", leads.LeadList.as_view(), name="leads"),
    path("leads/<uuid:public_id>", leads.LeadDetail.as_view(), name="lead"),
    path("schema", SpectacularAPIView.as_view(), name="schema"),
    path("docs", SpectacularSwaggerSplitView.as_view(url_name="api:schema"), name="docs"),
]
