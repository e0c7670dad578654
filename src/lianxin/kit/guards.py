"""The permission row of a view: which act it performs. The MAY table in `access` says who may."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from .clock import today

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"
"""The act of a view that anyone may open, signed in or not."""
SIGNED_IN = "signed_in"
"""The act of a view about oneself: any open account, with or without grants."""


def performs(act: str) -> Callable[[View], View]:
    """Name the act of a view; a person without it gets 403, a stranger the log-in page.

    Inside the view, `request.actor.scope(act, day)` is where the act is allowed: pass it to `within`.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if act != PUBLIC:
                if not request.user.is_authenticated:
                    return redirect_to_login(request.get_full_path())
                if act != SIGNED_IN and not request.actor.may(act, today()):  # type: ignore[attr-defined]
                    raise PermissionDenied(act)
            return view(request, *args, **kwargs)

        guarded.act = act  # type: ignore[attr-defined]
        return cast(View, guarded)

    return mark
