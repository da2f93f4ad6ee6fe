"""Pages of qualification."""

from django.urls import URLPattern, path

from qualification.views import card, panel, reasons, verdicts

app_name = "qualification"
urlpatterns: list[URLPattern] = [
    path("reasons/", reasons.reasons, name="reasons"),
    path("lead/<uuid:public_id>/", panel.panel, name="panel"),
    path("<uuid:public_id>/card", card.card, name="card"),
    path("<uuid:public_id>/answer/<slug:element>", card.answer, name="answer"),
    path("<uuid:public_id>/accept", verdicts.accept, name="accept"),
    path("<uuid:public_id>/recycle", verdicts.recycle, name="recycle"),
    path("<uuid:public_id>/disqualify", verdicts.disqualify, name="disqualify"),
]
