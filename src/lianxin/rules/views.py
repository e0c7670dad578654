"""Pages of rules, decision tables and parameters, and the editor."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianxin.kit.clock import now, today
from lianxin.kit.guards import performs

from . import editor, operations, queries
from .catalogue import TARGETS, Target, target_of
from .forms import RuleForm, ValueForm, VersionForm, initial_day
from .lookup import Unreadable
from .models import DecisionTable, Parameter, RuleVersion, StoredRule


@performs("rules.view_rules")
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule and decision table."""
    day = today()
    shown = {"rules": queries.rule_lines(day), "tables": queries.table_lines(day), "targets": TARGETS.values()}
    return render(request, "rules/rules.html", {**shown, **_rights(request)})


@performs("rules.view_rules")
def rule(request: HttpRequest, code: str) -> HttpResponse:
    """One rule with its history."""
    found = get_object_or_404(StoredRule, code=code)
    return render(request, "rules/rule.html", {"page": queries.rule_page(found, today()), **_rights(request)})


@performs("rules.view_rules")
def table(request: HttpRequest, code: str) -> HttpResponse:
    """A decision table as it stands today."""
    found = get_object_or_404(DecisionTable, code=code)
    return render(request, "rules/table.html", {"page": queries.table_page(found, today())})


@performs("rules.try_rules")
def try_out(request: HttpRequest, target: str) -> HttpResponse:
    """The editor over a target, to try a rule without saving it."""
    found = target_of(target)
    given = request.POST if request.method == "POST" else request.GET
    shown = {"target": found, "trial": _trial(request, found), "text": given.get("text", "")}
    return _editor(request, {**shown, "names": editor.name_lines(found), **_rights(request)})


@performs("rules.edit_rules")
def add(request: HttpRequest) -> HttpResponseBase:
    """A new rule: its code and name; the text comes next."""
    form = RuleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = operations.add_rule(**form.cleaned_data, actor=_actor(request), at=now())
        return redirect("rules:edit", made.code)
    return render(request, "rules/add.html", {"form": form}, status=422 if form.errors else 200)


@performs("rules.edit_rules")
def edit(request: HttpRequest, code: str) -> HttpResponseBase:
    """The editor over a stored rule: try the text, then save it as a new version."""
    found = get_object_or_404(StoredRule, code=code)
    last = found.versions.order_by("-number").first()
    initial = {**initial_day(today()), "text": last.text if last else "", "source": last.source if last else ""}
    form = VersionForm(request.POST if "save" in request.POST else None, initial=initial)
    if form.is_bound and form.is_valid() and _saved(request, found, form):
        return redirect("rules:rule", code)
    target = target_of(found.vocabulary)
    text = request.POST.get("text", initial["text"])
    shown = {"rule": found, "form": form, "target": target, "text": text, "trial": _trial(request, target, text)}
    return _editor(request, {**shown, "names": editor.name_lines(target)}, 422 if form.errors else 200)


def _saved(request: HttpRequest, rule: StoredRule, form: VersionForm) -> bool:
    data = form.cleaned_data
    given = {"text": data["text"], "valid_from": data["valid_from"], "in_force": data["in_force"]}
    try:
        operations.save_rule(rule=rule, source=form.as_source(), **given, actor=_actor(request), at=now())
    except Unreadable as refused:
        form.add_error("text", refused.sentence)
        return False
    messages.success(request, _("Saved as a new version."))
    return True


def _editor(request: HttpRequest, shown: dict[str, Any], status: int = 200) -> HttpResponse:
    is_fragment = request.headers.get("HX-Request") == "true"
    return render(request, "rules/trial.html" if is_fragment else "rules/editor.html", shown, status=status)


def _trial(request: HttpRequest, target: Target, text: str | None = None) -> editor.Trial | None:
    """What the editor shows of the text sent; None where there is none yet."""
    given = request.POST if request.method == "POST" else request.GET
    sent = given.get("text", "") if text is None else text
    if not sent.strip():
        return None
    pick = given.get("pick", "")
    return editor.try_rule(
        target_code=target.code,
        text=sent,
        actor=_actor(request),
        day=today(),
        who=given.get("who", "")[:100],
        pick=int(pick) if pick.isascii() and pick.isdigit() and len(pick) < 19 else None,
    )


@require_POST
@performs("rules.edit_rules")
def put_in_force(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
    """Let a draft hold from its day on."""
    version = get_object_or_404(RuleVersion, rule__code=code, number=number)
    operations.put_in_force(version=version, actor=_actor(request), at=now())
    messages.success(request, _("In force from its day on."))
    return redirect("rules:rule", code)


@require_POST
@performs("rules.edit_rules")
def verify(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
    """Somebody has compared the text with its source."""
    version = get_object_or_404(RuleVersion, rule__code=code, number=number)
    operations.verify_source(version=version, actor=_actor(request), at=now())
    return redirect("rules:rule", code)


@performs("rules.view_rules")
def parameters(request: HttpRequest) -> HttpResponse:
    """Every parameter with its dates and sources."""
    lines = queries.parameter_lines(today())
    return render(request, "rules/parameters.html", {"lines": lines, **_rights(request)})


@performs("rules.edit_parameters")
def parameter(request: HttpRequest, code: str) -> HttpResponseBase:
    """A new value of a parameter."""
    found = get_object_or_404(Parameter, code=code)
    form = ValueForm(request.POST or None, parameter=found, initial=initial_day(today()))
    if request.method == "POST" and form.is_valid():
        data = {key: form.cleaned_data[key] for key in ("value", "valid_from", "jurisdiction")}
        operations.set_parameter(parameter=found, source=form.as_source(), **data, actor=_actor(request), at=now())
        return redirect("rules:parameters")
    shown = {"line": queries.parameter_line(found, today()), "form": form}
    return render(request, "rules/parameter.html", shown, status=422 if form.errors else 200)


def _actor(request: HttpRequest) -> Any:
    return request.actor  # type: ignore[attr-defined]


def _rights(request: HttpRequest) -> dict[str, bool]:
    """Which buttons the page has."""
    acts = ("edit_rules", "edit_parameters", "try_rules")
    return {f"may_{act}": _actor(request).may(f"rules.{act}", today()) for act in acts}
