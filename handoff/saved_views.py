"""A person's filters of the queue, kept by a name."""

from accounts.models import User
from handoff.models import SavedView

MOST = 20


class TooMany(Exception):
    """Nobody finds one among so many."""


def save(user: User, *, name: str, query: str) -> SavedView:
    """Keeps a query of the address bar under a name; a name that is in use gets the new one. Raises TooMany."""
    views = SavedView.objects.filter(user=user)
    if views.count() >= MOST and not views.filter(name=name).exists():
        raise TooMany
    view, _made = SavedView.objects.update_or_create(
        user=user, name=name, defaults={"query": query}
    )
    return view


def remove(user: User, pk: int) -> None:
    SavedView.objects.filter(user=user, pk=pk).delete()
