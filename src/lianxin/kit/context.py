"""What every page of the shell needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """Names of the installation and the reader's choices."""
    return {"site_name": settings.SITE_NAME, "large_type": getattr(request, "large_type", False)}
