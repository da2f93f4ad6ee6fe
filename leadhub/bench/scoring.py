"""What is measured of scoring: the product's one statement beside one that a person wrote for the same model."""

import multiprocessing
import resource

from django.db import connections, transaction

from accounts import clock
from leadhub.bench.anchors import scores_sql
from leadhub.bench.measures import run_sql
from leadhub.bench.pairs import Counted, Measured, in_turn
from leads.models import Lead
from scoring import engine, runs
from scoring.live import live_models
from scoring.models import ModelVersion
from scoring.statement.scope import EVERYBODY

BATCH = 500


def one_lead(pairs: int) -> Measured:
    """One lead rescored: fifty leads one after the other, each in its own transaction."""
    ids = list(Lead.objects.order_by("id").values_list("id", flat=True)[500:550])

    def product() -> None:
        for lead_id in ids:
            engine.rescore([lead_id], at=clock.now(), cause="activity")

    sql, parameters = scores_sql("id = %(lead)s")

    def anchor() -> None:
        for lead_id in ids:
            run_sql(
                f"""UPDATE bench_score s SET total = f.total FROM ({sql}) f
                     WHERE s.lead_id = f.lead_id AND s.total IS DISTINCT FROM f.total""",
                {**parameters, "lead": lead_id},
            )

    return in_turn("one lead rescored (50 times)", product, anchor, pairs=pairs, limit=5.0)


def everything(pairs: int, version: ModelVersion) -> Measured:
    """All leads rescored by two workers, beside one parallel statement and one UPDATE of the changed rows.

    Before each, every tenth score is spoilt, so that both have as much to write, and what was written is brought to
    the disk: else few leads would be spared the copies of pages that PostgreSQL makes once after each checkpoint, and
    many leads not, who bring about a checkpoint by themselves."""
    sql, parameters = scores_sql("id > 0")
    # A forked worker must not inherit a connection, let alone close it.
    connections.close_all()
    pool = multiprocessing.get_context("fork").Pool(2)

    def spoil() -> None:
        for table in ("leads_leadscore", "bench_score"):
            run_sql(f"UPDATE {table} SET total = total + 1 WHERE lead_id % 10 = 0")
            run_sql(f"VACUUM {table}")
        run_sql("CHECKPOINT")

    def product() -> None:
        runs.start(version, cause="edit", opens_handoffs=False, at=clock.now())
        pool.map(_work, [0, 1])

    def anchor() -> None:
        with transaction.atomic():
            run_sql("DROP TABLE IF EXISTS bench_new")
            run_sql(f"CREATE UNLOGGED TABLE bench_new AS {sql}", parameters)
            run_sql(
                """UPDATE bench_score s SET total = n.total FROM bench_new n
                    WHERE s.lead_id = n.lead_id AND s.total IS DISTINCT FROM n.total"""
            )

    try:
        return in_turn("everything rescored", product, anchor, pairs=pairs, limit=1.3, before=spoil)
    finally:
        pool.terminate()


def _work(_number: int) -> None:
    while runs.advance(clock.now()):
        pass


def batch(pairs: int) -> Measured:
    """Five hundred leads in one statement, beside the hand-written form with a lateral look at each."""
    ids = list(Lead.objects.order_by("id").values_list("id", flat=True)[1000 : 1000 + BATCH])
    sql, parameters = scores_sql("id = ANY(%(leads)s)")

    def product() -> None:
        engine.rescore(ids, at=clock.now(), cause="activity")

    def anchor() -> None:
        with transaction.atomic():
            run_sql(
                f"""UPDATE bench_score s SET total = f.total FROM ({sql}) f
                     WHERE s.lead_id = f.lead_id AND s.total IS DISTINCT FROM f.total""",
                {**parameters, "leads": ids},
            )

    return in_turn(f"a batch of {BATCH} rescored", product, anchor, pairs=pairs, limit=2.0)


def nothing_to_do() -> Counted:
    """Rows written by a second rescore of everybody at the same moment."""
    with transaction.atomic():
        engine.rescore_scope(live_models(), EVERYBODY, at=clock.now(), causes={})
        again = engine.rescore_scope(live_models(), EVERYBODY, at=clock.now(), causes={})
    return Counted("rows written by a second rescore", again, 0)


def memory() -> Counted:
    """The most memory that a process took which rescored everybody."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Counted("memory of a worker, MB", round(max(children, own) / 1024), 300)
