"""Pages of an import: choose, tell the columns apart, look, mend, import, take back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianxin.kit.clock import now, today
from lianxin.kit.guards import performs
from lianxin.kit.pages import render_page
from lianxin.kit.refusals import Refused

from ..models.imports import Import, StagedRow
from . import mending, operations, pages, queries
from .forms import FORMS, ColumnsForm, SheetForm, UploadForm
from .kinds import KINDS, ORGANISATIONS
from .steps import STEPS


def _found(request: HttpRequest, pk: int, act: str) -> Import:
    """The import, if the person may do this with it; otherwise it does not exist."""
    return get_object_or_404(Import.objects.within(request.actor.scope(act, today())), pk=pk)  # type: ignore[attr-defined]


def _said(request: HttpRequest) -> dict[str, Any]:
    """Who acts and when, for an operation."""
    return {"actor": request.actor, "at": now()}  # type: ignore[attr-defined]


def _initial(request: HttpRequest, kind: str) -> dict[str, str]:
    """What an address may fill in: the page of a body leads to the import of its members."""
    return {"kind": kind, "body": request.GET.get("body", "") or request.POST.get("body", "")}


@performs("registry.view_imports")
def imports(request: HttpRequest) -> HttpResponse:
    """All imports of one's area, newest first."""
    scope = request.actor.scope("registry.view_imports", today())  # type: ignore[attr-defined]
    may_start = request.actor.may("registry.start_import", today())  # type: ignore[attr-defined]
    found = pages.lines(Import.objects.within(scope))
    return render(request, "registry/imports/list.html", {"imports": found, "may_start": may_start})


@performs("registry.start_import")
def new(request: HttpRequest) -> HttpResponse:
    """Choose a file."""
    scope = request.actor.scope("registry.start_import", today())  # type: ignore[attr-defined]
    kind = KINDS.get(request.POST.get("kind") or request.GET.get("kind", ""), ORGANISATIONS)
    shape = FORMS.get(kind.code, UploadForm)
    form = shape(request.POST or None, request.FILES or None, scope=scope, initial=_initial(request, kind.code))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        file = given.pop("file")
        try:
            batch = operations.upload(file_name=file.name, content=file.read(), **given, **_said(request))
            return redirect("registry:import_columns", batch.pk)
        except Refused as refusal:
            form.add_error("file", refusal.sentence)
    context = {"form": form, "steps": STEPS, "kind": kind, "kinds": KINDS.values()}
    return render(request, "registry/imports/new.html", context, status=422 if form.errors else 200)


@performs("registry.start_import")
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which column is which."""
    batch = _found(request, pk, "registry.start_import")
    form = ColumnsForm(request.POST or None, batch=batch)
    if request.method == "POST" and form.is_valid():
        try:
            operations.map_columns(batch=batch, columns=form.chosen, key=form.cleaned_data["key"], **_said(request))
            return redirect("registry:import", pk)
        except (operations.KeyMissing, operations.FieldTwice) as refusal:
            form.add_error(None, refusal.sentence)
    lines = [(line, form[f"c{line.index}"]) for line in pages.columns(batch)]
    context = {"batch": pages.line_of(batch), "form": form, "columns": lines, "steps": STEPS}
    context["sheet_form"] = SheetForm(batch=batch)
    return render(request, "registry/imports/columns.html", context, status=422 if form.errors else 200)


@require_POST
@performs("registry.start_import")
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Read another sheet, or another row as headers."""
    batch = _found(request, pk, "registry.start_import")
    form = SheetForm(request.POST, batch=batch)
    if form.is_valid():
        operations.read_again(batch=batch, **form.cleaned_data, **_said(request))
    return redirect("registry:import_columns", pk)


@performs("registry.view_imports")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What an import will do, or has done; while it works, how far it is."""
    batch = _found(request, pk, "registry.view_imports")
    if batch.state == "uploaded":
        return redirect("registry:import_columns", pk)
    context: dict[str, Any] = {"batch": pages.line_of(batch), "steps": STEPS, "counts": batch.counts}
    if batch.state in pages.WORKING:
        context["progress"] = pages.progress(batch)
        return render_page(request, "registry/imports/progress.html", context, part="bar")
    page = request.GET.get("page", "1")
    asked = {"show": request.GET.get("show", ""), "group": request.GET.get("group", "")}
    context["preview"] = pages.preview(batch, page=int(page) if page.isdecimal() else 1, **asked)
    context["may_mend"] = request.actor.may("registry.start_import", today())  # type: ignore[attr-defined]
    return render(request, "registry/imports/detail.html", context)


@performs("registry.view_imports")
def faults(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows set aside, as a file to mend and import again."""
    batch = _found(request, pk, "registry.view_imports")
    response = HttpResponse(queries.faults_csv(batch), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="set-aside-{batch.pk}.csv"'
    return response


@require_POST
@performs("registry.start_import")
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the rows in."""
    operations.apply(batch=_found(request, pk, "registry.start_import"), **_said(request))
    return redirect("registry:import", pk)


@require_POST
@performs("registry.start_import")
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """A trial run against the registry as it is now; after a failure, go on where it stopped."""
    batch = _found(request, pk, "registry.start_import")
    todo = operations.go_on if batch.state in pages.WORKING else operations.check_again
    todo(batch=batch, **_said(request))
    return redirect("registry:import", pk)


@performs("registry.start_import")
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a file away."""
    batch = _found(request, pk, "registry.start_import")
    if request.method == "POST":
        operations.discard(batch=batch, **_said(request))
        messages.success(request, _("The file was put away. Nothing of it is in the registry."))
        return redirect("registry:imports")
    return render(request, "registry/imports/discard.html", {"batch": pages.line_of(batch)})


@performs("registry.undo_import")
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a whole import back, or see which rows forbid it."""
    batch = _found(request, pk, "registry.undo_import")
    if request.method == "POST":
        operations.undo(batch=batch, **_said(request))
        return redirect("registry:import", pk)
    context = {"batch": pages.line_of(batch), "counts": batch.counts, "changed": queries.changed_lines(batch)}
    return render(request, "registry/imports/undo.html", context)


@require_POST
@performs("registry.start_import")
def mend(request: HttpRequest, pk: int) -> HttpResponse:
    """Mend one row, or decide between two rows about the same record."""
    reached = Import.objects.within(request.actor.scope("registry.start_import", today()))  # type: ignore[attr-defined]
    row = get_object_or_404(StagedRow, pk=pk, batch__in=reached)
    if request.POST.get("keep") == "other":
        mending.leave_out(row=row, **_said(request))
    else:
        cells = {name: value for name, value in request.POST.items() if name not in ("csrfmiddlewaretoken", "keep")}
        mending.mend(row=row, cells=cells, over=request.POST.get("keep") == "this", **_said(request))  # type: ignore[arg-type]
    _tell(request, row)
    return redirect(reverse("registry:import", args=[row.batch_id]) + "?show=set_aside")


def _tell(request: HttpRequest, row: StagedRow) -> None:
    """Say what became of a row that was mended."""
    if row.state == "set_aside":
        messages.warning(request, _("Row %(row)d is still set aside: look at its reason.") % {"row": row.row})
    else:
        messages.success(request, _("Row %(row)d is mended.") % {"row": row.row})
