"""Taking in a call: the caller's words first."""

import secrets

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from lianxin.kit.guards import performs
from lianxin.registry.views.asking import answered, by
from lianxin.registry.views.common import page, scope_of

from ..forms.entry import EntryForm
from ..models import Matter
from ..operations.opening import Opened, open_matter
from ..queries.desk_record import seen_by
from .hooks import address

TAKE_IN = "matters.take_in"


@performs(TAKE_IN)
def enter(request: HttpRequest) -> HttpResponse:
    """One form; what was sent twice is one matter."""
    scopes = {"scope": scope_of(request, TAKE_IN), "registry": scope_of(request, "registry.view_organisations")}
    form = EntryForm(request.POST or None, initial={"key": secrets.token_urlsafe(16)}, **scopes)
    made: list[Opened] = []
    if answered(form, lambda: made.append(open_matter(given=form.given(), **by(request)))):
        return _after(request, made[0])
    return page(
        request, "matters/enter.html", form=form, proposals=address("propose"), status=422 if form.errors else 200
    )


def _after(request: HttpRequest, opened: Opened) -> HttpResponse:
    """To the new matter, with what to tell the person; to the list where it is shut to who took it in."""
    row, at = opened.matter, by(request)["at"]
    messages.success(request, _("Recorded. The receipt number is %(number)s.") % {"number": row.number})
    is_seen = seen_by(Matter.objects.filter(pk=row.pk), request.actor, at).exists()  # type: ignore[attr-defined]
    return redirect("matters:matter", row.pk) if is_seen else redirect("matters:matters")
