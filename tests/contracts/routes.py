"""Every way in: pages, API operations, commands; each with the act it performs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.management import get_commands
from django.urls import URLPattern, URLResolver, get_resolver

OUTSIDE = "outside"
"""The act of a route of a third-party app (allauth), which knows no acts."""


@dataclass(frozen=True)
class Route:
    """One address, or one operation of the API."""

    name: str
    """URL name with its namespace; operations of the API are `api:` and the name of their function."""
    act: str
    verbs: tuple[str, ...] = ()
    """Verbs an API operation is declared for; pages are tried with all."""


def pages(patterns: Any = None, namespace: str = "") -> Iterator[Route]:
    """The pages, out of the resolver; the API's own addresses are left to `operations`."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            if inner != "api:":
                yield from pages(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            act = getattr(pattern.callback, "act", OUTSIDE)
            yield Route(f"{namespace}{pattern.name}", act)


def operations() -> Iterator[Route]:
    """The operations of the integration API, and its description."""
    from lianxin.conf.api import api

    yield Route("api:openapi-json", "public", ("GET",))
    for router in api._get_bound_routers():
        for path_view in router.path_operations.values():
            for operation in path_view.operations:
                act = getattr(operation.view_func, "act", OUTSIDE)
                yield Route(f"api:{operation.view_func.__name__}", act, tuple(operation.methods))


def routes() -> list[Route]:
    """All of them."""
    return [*pages(), *operations()]


def commands() -> list[str]:
    """Our management commands."""
    return sorted(name for name, app in get_commands().items() if str(app).startswith("lianxin."))
