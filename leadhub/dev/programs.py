"""The programs that together are leadhub, beside the database and the broker."""

import sys
from pathlib import Path

from leadhub.dev.ports import HOST
from leadhub.dev.processes import Program


def web(port: int) -> Program:
    """The pages and the API."""
    listen = ["--bind", f"{HOST}:{port}", "--no-control-socket", "--log-level", "warning"]
    # Loaded once and then forked: half the work at the start, and less memory.
    workers = ["--preload", "--worker-class", "gthread", "--workers", "2", "--threads", "4"]
    patience = ["--graceful-timeout", "10", "--timeout", "60"]
    command = [sys.executable, "-m", "gunicorn", "leadhub.wsgi", *listen, *workers, *patience]
    return Program("web", command)


def clock_worker() -> Program:
    """The worker for what must not wait behind anything: deadlines, journal, deliveries."""
    return _worker("clock", processes=1)


def work_worker() -> Program:
    """The worker for what takes its time: imports, rescores, mail."""
    return _worker("work", processes=2)


def beat(var: Path) -> Program:
    """What rings the workers every few seconds."""
    folder = var / "beat"
    folder.mkdir(mode=0o700, exist_ok=True)
    schedule = ["--schedule", str(folder / "schedule"), "--pidfile="]
    return Program("beat", [*_celery("beat"), *schedule], patience=5)


def all_programs(port: int, var: Path) -> list[Program]:
    """Everything `run` starts, in order."""
    # Nothing is collected there on one's own machine, but whitenoise warns of a missing folder.
    (var / "static").mkdir(exist_ok=True)
    return [web(port), clock_worker(), work_worker(), beat(var)]


def _worker(queue: str, *, processes: int) -> Program:
    options = ["--queues", queue, "--concurrency", str(processes), "--hostname", f"{queue}@%h"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return Program(queue, [*_celery("worker"), *options, *quiet], patience=20)


def _celery(command: str) -> list[str]:
    quiet = ["--quiet", "-A", "leadhub", command, "--loglevel", "WARNING"]
    return [sys.executable, "-m", "celery", *quiet]
