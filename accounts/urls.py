"""Pages of accounts."""

from django.urls import URLPattern, path

from accounts.views import entry, keys, me, people, teams

app_name = "accounts"
urlpatterns: list[URLPattern] = [
    path("first-run/", entry.first_run, name="first_run"),
    path("login/", entry.login, name="login"),
    path("logout/", entry.logout, name="logout"),
    path("set-password/<uuid:public_id>/<str:token>/", entry.set_password, name="set_password"),
    path("me/", me.me, name="me"),
    path("people/", people.people_list, name="people"),
    path("people/invite/", people.invite, name="invite"),
    path("people/<uuid:public_id>/", people.person, name="person"),
    path("teams/", teams.teams, name="teams"),
    path("teams/<int:pk>/", teams.team, name="team"),
    path("keys/", keys.keys, name="keys"),
    path("keys/<int:pk>/revoke/", keys.revoke_key, name="revoke_key"),
    path("organisation/", teams.organisation, name="organisation"),
]
