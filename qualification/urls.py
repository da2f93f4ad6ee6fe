"""Pages of qualification."""

from django.urls import URLPattern, path

from qualification.views import asking, card, chats, panel, reasons, verdicts

app_name = "qualification"
urlpatterns: list[URLPattern] = [
    path("reasons/", reasons.reasons, name="reasons"),
    path("chats/", chats.list_chats, name="chats"),
    path("chats/add/", chats.add, name="chat_add"),
    path("chats/<slug:slug>/", chats.edit, name="chat"),
    path("chats/<slug:slug>/<uuid:conversation>/", chats.decide, name="chat_decide"),
    path("ask/", asking.ask_listed, name="ask_listed"),
    path("lead/<uuid:public_id>/", panel.panel, name="panel"),
    path("lead/<uuid:public_id>/ask", asking.ask, name="ask"),
    path("lead/<uuid:public_id>/ask/<int:number>/revoke", asking.revoke, name="ask_revoke"),
    path("<uuid:public_id>/card", card.card, name="card"),
    path("<uuid:public_id>/framework", card.framework, name="framework"),
    path("<uuid:public_id>/answer/<slug:element>", card.answer, name="answer"),
    path("<uuid:public_id>/accept", verdicts.accept, name="accept"),
    path("<uuid:public_id>/recycle", verdicts.recycle, name="recycle"),
    path("<uuid:public_id>/disqualify", verdicts.disqualify, name="disqualify"),
]
