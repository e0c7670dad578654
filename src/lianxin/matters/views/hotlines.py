"""The exports of hotlines: choose a file, see what became of each row."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from lianxin.kit.guards import performs
from lianxin.kit.pages import render_page
from lianxin.registry.views.asking import answered, by
from lianxin.registry.views.common import page, scope_of

from ..forms.hotlines import HotlineForm
from ..models import HotlineFile
from ..operations.hotlines import go_on, receive
from ..queries.hotline_files import hotline_file, hotline_files
from .entry import TAKE_IN


@performs(TAKE_IN)
def hotlines(request: HttpRequest) -> HttpResponse:
    """Choose a file; below, those that came before."""
    form = HotlineForm(request.POST or None, request.FILES or None, scope=scope_of(request, TAKE_IN))
    made: list[HotlineFile] = []
    if answered(form, lambda: made.append(receive(**form.given(), **by(request)))):
        return redirect("matters:hotline_file", made[0].pk)
    status = 422 if form.errors else 200
    return page(request, "matters/hotlines.html", form=form, files=hotline_files(), status=status)


@performs(TAKE_IN)
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is; then what was opened, what was known, and what was set aside and why."""
    found = hotline_file(get_object_or_404(HotlineFile.objects.defer("sealed"), pk=pk))
    return render_page(request, "matters/hotline_file.html", {"found": found, "line": found.line}, part="bar")


@performs(TAKE_IN)
@require_POST
def go_on_with(request: HttpRequest, pk: int) -> HttpResponse:
    """A file whose job gave up goes on where it stopped."""
    go_on(file=get_object_or_404(HotlineFile, pk=pk), **by(request))
    return redirect("matters:hotline_file", pk)
