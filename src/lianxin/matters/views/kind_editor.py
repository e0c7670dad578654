"""Kinds of matters as an administrator lists, makes and changes them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianxin.kit.guards import performs
from lianxin.registry.views.asking import by
from lianxin.registry.views.common import page

from ..forms.kind_editor import KindEditor
from ..kinds import Kind
from ..needs import said
from ..operations.kinds import current, offer_kind, save_kind
from ..queries.kinds_read import current_kinds

EDIT = "matters.edit_kinds"


@performs(EDIT)
def kinds(request: HttpRequest) -> HttpResponse:
    """Every kind: its states, clocks, version, and whether new matters may be of it."""
    return page(request, "matters/kinds.html", rows=list(current_kinds().values()))


@performs(EDIT)
def new_kind(request: HttpRequest) -> HttpResponse:
    """A kind that was not there before."""
    return _edit(request, None)


@performs(EDIT)
def kind(request: HttpRequest, code: str) -> HttpResponse:
    """Change a kind: matters under way keep the version they began with."""
    found = current_kinds().get(code)
    if found is None:
        raise Http404
    return _edit(request, found.kind)


def _edit(request: HttpRequest, kind: Kind | None) -> HttpResponse:
    """Redraw, or check and save. A new kind may not take the code of another."""
    editor = KindEditor(sent=request.POST if request.method == "POST" else None, kind=kind)
    faults = [] if editor.is_new else editor.faults()
    saves = request.method == "POST" and request.POST.get("act") == "save"
    if saves and not faults and kind is None and editor.content()["code"] in current_kinds():
        faults = [_("A kind of this English name exists already. Choose another name, or change that one.")]
    if saves and not faults:
        made = save_kind(content=editor.content(), **by(request))
        messages.success(request, _("Saved as version %(version)s.") % {"version": made.version})
        return redirect("matters:kinds")
    shown: dict[str, Any] = {"name": said((kind.zh, kind.en)) if kind else "", "flow": editor.flow()}
    return page(request, "matters/kind.html", status=422 if saves else 200, editor=editor, faults=faults, **shown)


@performs(EDIT)
@require_POST
def offer(request: HttpRequest, code: str) -> HttpResponse:
    """Let new matters of it be opened, or no more."""
    found = current_kinds().get(code)
    if found is None:
        raise Http404
    moment = by(request)
    if not found.version:
        current(code, moment["at"])
    offer_kind(code=code, is_offered=not found.is_offered, **moment)
    return redirect("matters:kinds")
