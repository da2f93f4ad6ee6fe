"""A person of a test whose password counts as typed just now."""

from django.test import Client

from accounts import clock, confirming


def typed_password(client: Client) -> None:
    """As after a login with it; `force_login` types none."""
    session = client.session
    session[confirming.KEPT] = clock.now().isoformat()
    session.save()
