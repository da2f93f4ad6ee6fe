"""Is it alive, is it ready: for whoever watches the processes."""

from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse


def livez(request: HttpRequest) -> HttpResponse:
    """The process answers; says nothing of the database, so that a lost one restarts nobody."""
    return JsonResponse({"alive": True})


def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers, and the pipeline is not far behind."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(extract(epoch FROM app_now() - min(available_at)), 0)::int"
                " FROM leads_journalentry WHERE done_at IS NULL AND parked_at IS NULL"
                " AND available_at <= app_now()"
            )
            lag = max(0, cursor.fetchone()[0])
    except OperationalError:
        return JsonResponse({"ready": False}, status=503)
    return JsonResponse({"ready": True, "pipeline_lag_seconds": lag})
