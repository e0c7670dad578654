from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse

from lianxin.kit.clock import now
from lianxin.kit.guards import PUBLIC, performs

from . import queries


@performs(PUBLIC)
def health(request: HttpRequest) -> JsonResponse:
    """Alive; whether the database answers and some worker works. Says nothing else."""
    try:
        is_working = queries.worker_is_alive(now())
    except DatabaseError:
        return JsonResponse({"status": "down", "database": "down"}, status=503)
    status, worker = ("ok", "ok") if is_working else ("degraded", "silent")
    return JsonResponse({"status": status, "database": "ok", "worker": worker})
