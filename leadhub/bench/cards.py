"""A scorecard under a rep's hands: saving one answer, through all middleware."""

from itertools import cycle, islice

from django.conf import settings
from django.test import Client

from accounts import clock
from accounts.models import Role, User
from handoff.models import Handoff
from leadhub.bench import measures
from leadhub.bench.pairs import Spread, timed
from qualification import scorecards

ELEMENTS = ("budget", "authority", "need", "timeline")


def save(runs: int) -> Spread:
    """Server time of one answer saved, each a change of what stands on one of 200 cards."""
    rep = User.objects.filter(role=Role.SDR).order_by("id")[0]
    handoffs = _held_by(rep)
    client = Client(HTTP_HOST=settings.ALLOWED_HOSTS[0], headers={"HX-Request": "true"})
    client.force_login(rep)
    places = cycle([(one, element) for one in handoffs for element in ELEMENTS])
    times = []
    for turn, (handoff, element) in enumerate(islice(places, runs + 20)):
        url = f"/qualification/{handoff.public_id}/answer/{element}"
        sent = {"level": str(1 + turn % 3), "evidence": f"They said it, and {turn} more."}
        took = timed(lambda url=url, sent=sent: _saved(client, url, sent))  # type: ignore[misc]
        times.append(1000 * took)
    # The first ones load what every process loads once.
    return Spread("an answer on a card", times[20:], 50.0)


def _saved(client: Client, url: str, sent: dict[str, str]) -> None:
    assert client.post(url, sent).status_code == 200


def _held_by(rep: User) -> list[Handoff]:
    """Open handoffs in the hands of one rep, each with a card."""
    ids = Handoff.objects.filter(state="queued").order_by("id").values_list("pk", flat=True)[:200]
    taken, at = list(ids), clock.now()
    if len(taken) < 200:
        measures.open_handoffs(200)
        taken = list(ids)
    Handoff.objects.filter(pk__in=taken).update(state="claimed", owner=rep, claimed_at=at)
    scorecards.start(taken, at=at)
    return list(Handoff.objects.filter(pk__in=taken).order_by("pk"))
