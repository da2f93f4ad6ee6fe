"""Everything is rescored in chunks of leads: short transactions, two workers, resumable, counted."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, Q

from leads import bands
from scoring import engine
from scoring.live import live_model, live_models
from scoring.models import ModelVersion, RescoreChunk, RescoreRun
from scoring.statement.scope import between

CHUNK = 10_000
LEASE = timedelta(seconds=90)


def start(version: ModelVersion, *, cause: str, opens_handoffs: bool, at: datetime) -> RescoreRun:
    """Cuts the base into chunks; earlier unfinished runs of the model are overtaken by this one.

    A chunk is a stretch of keys, of which few were ever lost: nobody has to be counted. The last one ends with
    the last lead there is: whoever comes later crosses on their own terms."""
    with transaction.atomic():
        RescoreRun.objects.filter(version__model=version.model_id, finished_at=None).update(
            finished_at=at
        )
        run = RescoreRun.objects.create(
            version=version, cause=cause, opens_handoffs=opens_handoffs, created_at=at
        )
        with connection.cursor() as cursor:
            cursor.execute(
                """INSERT INTO scoring_rescorechunk (run_id, first_lead, last_lead)
                   SELECT %(run)s, chunk, least(chunk + %(size)s - 1, l.last)
                     FROM (SELECT min(id) AS first, max(id) AS last FROM leads_lead) l,
                          generate_series(l.first, l.last, %(size)s) AS chunk""",
                {"run": run.pk, "size": CHUNK},
            )
        if not run.chunks.exists():
            run.finished_at = at
            run.save(update_fields=["finished_at"])
    return run


def start_of_day(at: datetime) -> RescoreRun | None:
    """Decay moves scores once a UTC day: starts that day's run unless one was started since midnight.

    It waits for a publication that is still under way, which must reach its leads on its own terms."""
    model = live_model()
    if model is None:
        return None
    midnight = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    today_or_open = Q(created_at__gte=midnight) | Q(finished_at=None)
    with transaction.atomic():
        ModelVersion.objects.select_for_update().get(pk=model.version.pk)
        if RescoreRun.objects.filter(today_or_open, version=model.version).exists():
            return None
        return start(model.version, cause="decay", opens_handoffs=True, at=at)


def advance(at: datetime) -> bool:
    """Rescores one waiting chunk; false when there is none."""
    chunk = _claim(at)
    if chunk is None:
        _close_finished(at)
        return False
    run = chunk.run
    causes = {run.version_id: (run.cause, run.opens_handoffs)}
    with transaction.atomic():
        scope = between(chunk.first_lead, chunk.last_lead)
        engine.rescore_scope(live_models(), scope, at=at, causes=causes)
        RescoreChunk.objects.filter(pk=chunk.pk).update(done_at=at)
    _close_finished(at)
    return True


def last_finished() -> datetime | None:
    """When the last rescoring of everybody was begun that is done."""
    done = RescoreRun.objects.exclude(finished_at=None).order_by("-id")
    return done.values_list("created_at", flat=True).first()


bands.as_of_told_by(last_finished)


def _close_finished(at: datetime) -> None:
    """Also closes the run of a worker that died right after its last chunk."""
    waiting = RescoreChunk.objects.filter(run=OuterRef("pk"), done_at=None)
    RescoreRun.objects.filter(~Exists(waiting), finished_at=None).update(finished_at=at)


def _claim(at: datetime) -> RescoreChunk | None:
    with transaction.atomic():
        chunk = (
            RescoreChunk.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(Q(leased_until=None) | Q(leased_until__lt=at), done_at=None,
                    run__finished_at=None, run__version__state=ModelVersion.State.LIVE)
            .select_related("run__version").order_by("run_id", "id").first()
        )  # fmt: skip
        if chunk is not None:
            RescoreChunk.objects.filter(pk=chunk.pk).update(leased_until=at + LEASE)
    return chunk


@dataclass(frozen=True)
class Progress:
    done: int
    chunks: int

    @property
    def percent(self) -> int:
        return 100 * self.done // self.chunks if self.chunks else 100


def progress(run: RescoreRun) -> Progress:
    counted = run.chunks.aggregate(all=Count("id"), done=Count("id", filter=~Q(done_at=None)))
    return Progress(counted["done"], counted["all"])
