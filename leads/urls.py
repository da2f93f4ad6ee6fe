"""Pages of leads."""

from django.urls import URLPattern, path

from leads.views import (
    companies,
    custom_fields,
    forms,
    imports,
    lists,
    people,
    quarantine,
    value_lists,
)

app_name = "leads"
urlpatterns: list[URLPattern] = [
    path("", lists.list_leads, name="list"),
    path("export/", lists.export_leads, name="export"),
    path("companies/", companies.list_companies, name="companies"),
    path("companies/<uuid:public_id>/", companies.company, name="company"),
    path("add/", people.add, name="add"),
    path("fields/", custom_fields.fields, name="fields"),
    path("lists/", value_lists.overview, name="value_lists"),
    path("lists/<slug:key>/", value_lists.edit, name="value_list"),
    path("forms/", forms.list_forms, name="forms"),
    path("forms/add/", forms.add, name="form_add"),
    path("forms/quarantine/", quarantine.overview, name="quarantine"),
    path("forms/preview/", forms.preview, name="form_preview"),
    path("forms/<slug:slug>/", forms.edit, name="form"),
    path("imports/", imports.list_imports, name="imports"),
    path("imports/add/", imports.upload, name="import_upload"),
    path("imports/<uuid:public_id>/", imports.show, name="import"),
    path("imports/<uuid:public_id>/progress/", imports.progress, name="import_progress"),
    path("imports/<uuid:public_id>/rejected/", imports.rejected, name="import_rejected"),
    path("imports/<uuid:public_id>/handoffs/", imports.open_handoffs, name="import_open_handoffs"),
    path("<uuid:public_id>/", people.lead, name="lead"),
    path("<uuid:public_id>/edit/", people.edit, name="edit"),
    path("<uuid:public_id>/proposals/", people.decide, name="proposals"),
    path("<uuid:public_id>/timeline/", people.timeline, name="timeline"),
]
