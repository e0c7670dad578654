from django.db import connection
from django.http import HttpRequest, JsonResponse

from .guards import PUBLIC, performs


@performs(PUBLIC)
def health(request: HttpRequest) -> JsonResponse:
    """Alive, and the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
