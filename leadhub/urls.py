"""Every URL of leadhub; who may use which stands in leadhub/routes.py."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from handoff.views import notices
from insights.urls import sla_urlpatterns
from leadhub import agreement, blind_round, health, home, styleguide, trouble
from leads.views import hook_door, hosted, preferences, tracking
from qualification.views import asked, chat, nurture
from scoring.urls import trust_urlpatterns

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("", include("accounts.urls")),
    path("leads/", include("leads.urls")),
    path("scoring/", include("scoring.urls")),
    path("events/trust/", include(trust_urlpatterns)),
    path("", include("handoff.urls")),
    path("qualification/", include("qualification.urls")),
    path("reports/", include("insights.urls")),
    path("sla/", include((sla_urlpatterns, "sla"))),
    path("api/v1/", include("leadhub.api_urls")),
    path("", include("leads.api.urls")),
    path("f/look.css", hosted.colours, name="hosted_form_look"),
    path("leadhub.js", tracking.script, name="tracker"),
    path("f/<slug:slug>/", hosted.form, name="hosted_form"),
    path("f/<slug:slug>/thanks/", hosted.thanks, name="hosted_form_thanks"),
    path("q/<str:token>/", asked.asked, name="asked"),
    path("q/<str:token>/thanks/", asked.thanks, name="asked_thanks"),
    path("n/<str:token>/", nurture.followed, name="followed"),
    path("preferences/<str:token>/", preferences.show, name="preferences"),
    path("preferences/<str:token>/stop/", preferences.stop, name="preferences_stop"),
    path("notifications/stop/<str:token>/", notices.unsubscribe, name="unsubscribe"),
    path("hooks/<uuid:hook_id>/", hook_door.receive, name="hook_receive"),
    path("c/<slug:slug>/", chat.chat, name="chat"),
    path("c/<slug:slug>/when/", chat.when, name="chat_when"),
    path("agreement/", agreement.show, name="agreement"),
    path("agreement/teams/<int:team_id>/", agreement.edit_terms, name="agreement_terms"),
    path("agreement/round/", blind_round.show, name="agreement_round"),
    path("agreement/reviews/<slug:review>/", agreement.review, name="agreement_review"),
    path("trouble/", trouble.trouble, name="trouble"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
]

if settings.DEBUG:
    urlpatterns.append(path("styleguide/", styleguide.styleguide, name="styleguide"))

handler400 = "leadhub.refusals.bad_request"
handler403 = "leadhub.refusals.forbidden"
handler404 = "leadhub.refusals.not_found"
handler500 = "leadhub.refusals.server_error"
