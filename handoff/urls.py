"""Pages of handoff."""

from django.urls import URLPattern, path

from handoff.views import (
    breaches,
    chain,
    channels,
    claims,
    deliveries,
    notices,
    notifications,
    panel,
    pauses,
    promises,
    queue,
    routing,
    routing_team,
    touches,
)

app_name = "handoff"
urlpatterns: list[URLPattern] = [
    path("queue/", queue.show, name="queue"),
    path("queue/poll/", queue.poll, name="queue_poll"),
    path("handoffs/<uuid:public_id>/claim/", claims.claim, name="claim"),
    path("handoffs/<uuid:public_id>/release/", claims.release, name="release"),
    path("handoffs/<uuid:public_id>/chain/", chain.show, name="chain"),
    path("handoffs/<uuid:public_id>/pause/", pauses.pause, name="pause"),
    path("handoffs/<uuid:public_id>/resume/", pauses.resume, name="resume"),
    path("sla/breaches/", breaches.show, name="breaches"),
    path("promises/", promises.show, name="promises"),
    path("routing/", routing.show, name="routing"),
    path("routing/leads/", routing.behind, name="routing_leads"),
    path("routing/order/", routing.order, name="routing_order"),
    path("routing/rules/new/", routing.rule, name="routing_add"),
    path("routing/rules/<int:pk>/", routing.rule, name="routing_rule"),
    path("routing/teams/<int:pk>/", routing_team.team, name="routing_team"),
    path("notifications/", notifications.show, name="notifications"),
    path("notifications/bell/", notifications.poll, name="bell"),
    path("notifications/latest/", notifications.latest, name="latest"),
    path("channels/", channels.list_channels, name="channels"),
    path("channels/add/", channels.add, name="channel_add"),
    path("channels/<uuid:channel_id>/", channels.show, name="channel"),
    path("channels/<uuid:channel_id>/last/", channels.last, name="channel_last"),
    path("channels/<uuid:channel_id>/do/", channels.do, name="channel_do"),
    path("deliveries/", deliveries.show, name="deliveries"),
    path("deliveries/<int:delivery>/", deliveries.one, name="delivery"),
    path("notifications/settings/", notices.settings, name="notice_settings"),
    path("leads/<uuid:public_id>/touch/", touches.touch, name="touch"),
    path("leads/<uuid:public_id>/handoff/", panel.panel, name="panel"),
    path("leads/<uuid:public_id>/handoff/open/", claims.open_held, name="open_held"),
]
