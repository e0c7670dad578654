"""Registers: how they overlap, what no list holds, loading a list, whom the registry does not know."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from lianxin.kit.clock import today
from lianxin.kit.guards import performs
from lianxin.kit.tables_out import FORMATS, download
from lianxin.kit.templatetags.lx import listed
from lianxin.registry.models import Import
from lianxin.registry.views.common import may, page, scope_of

from ..forms.counts import LoadForm, RegisterForm
from ..models import Register
from ..operations import registers as op
from ..queries import registers as queries
from ..queries.counts import first_open
from .asking import answered, by, form_page

VIEW, LOAD = "reach.view_counts", "reach.load_register"


@performs(VIEW)
def registers(request: HttpRequest) -> HttpResponse:
    """Which lists name whom, and about how many no list names."""
    asked = {key: _number(request.GET.get(key, "")) for key in ("first", "second", "walk")}
    found = queries.registers_page(scope_of(request, VIEW), **asked)
    return page(request, "reach/registers.html", page=found, can_load=may(request, LOAD), count=first_open())


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 18 else 0


@performs(VIEW)
def unknown(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Whom lists name and the registry does not know: a file that its import reads."""
    if kind not in FORMATS:
        raise Http404
    header = ["统一社会信用代码", "单位名称", "地址", "名单"]
    lines = queries.unknown_lines(scope_of(request, VIEW))
    rows = ([x.credit_code, x.name, x.address, listed(x.registers)] for x in lines)
    return download(kind, f"not-in-registry-{today()}", header, rows)


@performs(LOAD)
def new_register(request: HttpRequest) -> HttpResponse:
    """A further list."""
    form = RegisterForm(request.POST or None)
    if answered(form, lambda: op.add_register(**form.cleaned_data, **by(request))):
        return redirect("reach:registers")
    words = {"heading": _("Add a register"), "lead": _("A list that names organisations, whoever keeps it.")}
    return form_page(request, form, **words, verb=_("Add"), back_url=reverse("reach:registers"))


@performs(LOAD)
def load_register(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a file into a register, or take the rows of an import; below, what came of the last files."""
    register, scope = get_object_or_404(Register, pk=pk), scope_of(request, LOAD)
    imports = queries.applied_imports(scope)
    form = LoadForm(request.POST or None, request.FILES or None, imports=imports, initial={"on": today()})
    if answered(form, lambda: _load(request, register, form)):
        return redirect("reach:load_register", register.pk)
    name, loads = queries.register_name(register), queries.load_lines(register)
    status = 422 if form.errors else 200
    shown: dict[str, Any] = {"form": form, "register": register, "name": name, "loads": loads}
    return page(request, "reach/register.html", status=status, count=first_open(), **shown)


def _load(request: HttpRequest, register: Register, form: LoadForm) -> None:
    given = form.cleaned_data
    if given["batch"]:
        batch = get_object_or_404(Import.objects.within(scope_of(request, LOAD)), pk=given["batch"])
        made = op.take_import(register=register, batch=batch, **by(request))
    else:
        content, name = given["file"].read(), given["file"].name
        days = {"on": given["on"], "is_whole": given["is_whole"]}
        made = op.load_register(register=register, content=content, file_name=name, **days, **by(request)).counts["new"]
    messages.success(request, _("%(n)d organisations are new on this list.") % {"n": made})
