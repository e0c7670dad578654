"""A body's own problems: the list, one problem, its steps; what is published, for everybody."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from lianxin.access.actors import signed_in
from lianxin.kit.clock import now, today
from lianxin.kit.guards import PUBLIC, performs
from lianxin.kit.pages import Count
from lianxin.registry.views.asking import answered, by
from lianxin.registry.views.common import may, page, scope_of

from ..forms import problems as asked
from ..models import OwnProblem
from ..operations import problems as op
from ..operations import published as published_op
from ..queries import problems as queries
from .desk import picture

VIEW, MEND = queries.VIEW, queries.MEND


def _held(request: HttpRequest, pk: int, act: str = MEND) -> OwnProblem:
    found = queries.problem_of(pk, scope_of(request, act))
    if found is None:
        raise Http404
    return found


def _crumbs(*last: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Own problems"), reverse("matters:rectifications")), *last]


@performs(VIEW)
def rectifications(request: HttpRequest) -> HttpResponse:
    """The list of own problems, most urgent first."""
    show = request.GET.get("show", "")
    found = queries.problem_page(scope_of(request, VIEW), show)
    return page(
        request,
        "matters/problems.html",
        found=found,
        counts=_counts(found, show),
        show=show,
        may_mend=may(request, MEND),
    )


def _counts(found: queries.ProblemPage, show: str) -> list[Count]:
    words = (
        ("open", pgettext("problems", "Open"), found.open, "list-check"),
        ("overdue", _("Overdue"), found.overdue, "alert-triangle"),
        ("to_check", _("To be checked by another"), found.to_check, "user-check"),
        ("watched", _("Published, watched"), found.watched, "eye"),
        ("closed", _("Resolved and closed"), found.closed, "circle-check"),
    )
    url = reverse("matters:rectifications")
    return [
        Count(label, count, _("problems"), f"{url}?show={code}", icon=icon, is_on=code == show)
        for code, label, count, icon in words
    ]


@performs(VIEW)
def rectification(request: HttpRequest, pk: int) -> HttpResponse:
    """One problem: where it stands, what is on record, what comes next."""
    held = _held(request, pk, VIEW)
    detail = queries.problem_detail(held, request.actor, now())  # type: ignore[attr-defined]
    stages = [
        _("Listed"),
        _("Planned"),
        _("Being mended"),
        _("Checked by another"),
        _("Published"),
        _("Resolved and closed"),
    ]
    crumbs = _crumbs((detail.line.title, ""))
    return page(request, "matters/problem.html", detail=detail, stages=stages, crumbs=crumbs)


def _asked(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[], OwnProblem],
    *,
    heading: str,
    verb: str,
    pk: int = 0,
    template: str = "matters/problem_form.html",
    **more: Any,
) -> HttpResponse:
    """A page with one form; once it is done, the problem's page."""
    made: list[OwnProblem] = []
    if answered(form, lambda: made.append(act())):
        return redirect("matters:rectification", made[0].pk)
    back = reverse("matters:rectification", args=[pk]) if pk else reverse("matters:rectifications")
    context: dict[str, Any] = {"form": form, "heading": heading, "verb": verb, "back_url": back, **more}
    return page(request, template, status=422 if form.errors else 200, **context)


@performs(MEND)
def list_problem(request: HttpRequest) -> HttpResponse:
    """A problem is put on the list."""
    known = {
        "key": uuid4().hex,
        "number": request.GET.get("from", ""),
        "source": request.GET.get("source", "complaint"),
    }
    form = asked.ListForm(request.POST or None, scope=scope_of(request, MEND), initial=known)

    def act() -> OwnProblem:
        return op.list_problem(listing=form.listing(), **by(request))

    return _asked(request, form, act, heading=_("List a problem of our own"), verb=_("Put it on the list"))


@performs(MEND)
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """The five things are set."""
    held, me = _held(request, pk), signed_in(request).id
    form = asked.PlanForm(
        request.POST or None, scope=scope_of(request, MEND), me=me, initial={"owner": me, "due_on": held.due_on}
    )
    words = {"heading": _("Set the plan"), "verb": _("Save the plan")}
    return _asked(request, form, lambda: op.plan_problem(problem=held, five=form.five(), **by(request)), **words, pk=pk)


@performs(MEND)
@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """The work begins."""
    op.start_problem(problem=_held(request, pk), **by(request))
    return redirect("matters:rectification", pk)


@performs(MEND)
def hand_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Evidence is handed in."""
    held, form = _held(request, pk), asked.EvidenceForm(request.POST or None, request.FILES or None)
    words = {"heading": _("Hand in evidence"), "verb": pgettext("evidence", "Hand in")}
    return _asked(request, form, lambda: op.hand_in(problem=held, **form.cleaned_data, **by(request)), **words, pk=pk)


@performs(VIEW)
def problem_photo(request: HttpRequest, pk: int, photo: str) -> HttpResponse:
    """What was handed in as evidence."""
    return picture(request, _held(request, pk, VIEW).pk, photo)


@performs(MEND)
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody else has seen that it is mended; it is published."""
    held = _held(request, pk)
    form = asked.PassForm(request.POST or None, initial={"title": held.matter.title})

    def act() -> OwnProblem:
        seen = form.cleaned_data["seen"]
        return op.pass_problem(problem=held, seen=seen, words=form.words(), **by(request))

    detail = queries.problem_detail(held, request.actor, now())  # type: ignore[attr-defined]
    words = {"heading": _("Check and publish"), "verb": _("Passed, publish")}
    return _asked(request, form, act, **words, pk=pk, template="matters/problem_check.html", detail=detail)


@performs(MEND)
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """What everybody reads is put right."""
    held = _held(request, pk)
    known = {"title": held.public_title, "problem": held.public_problem, "done": held.public_done}
    form = asked.CorrectForm(request.POST or None, initial=known)

    def act() -> OwnProblem:
        reason = form.cleaned_data["reason"]
        return published_op.correct_words(problem=held, words=form.words(), reason=reason, **by(request))

    verb = _("Publish as it stands here")
    return _asked(request, form, act, heading=_("Put right what everybody reads"), verb=verb, pk=pk)


@performs(MEND)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """A problem is taken off the public page."""
    held, form = _held(request, pk), asked.WithdrawForm(request.POST or None)

    def act() -> OwnProblem:
        return published_op.withdraw_words(problem=held, **form.cleaned_data, **by(request))

    words = {"heading": _("Take off the public page"), "verb": _("Take it off")}
    return _asked(request, form, act, **words, pk=pk, lead=held.public_title)


@performs(MEND)
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """It is not mended yet."""
    held, form = _held(request, pk), asked.BackForm(request.POST or None)
    words = {"heading": _("Not mended yet"), "verb": _("Send it back")}
    return _asked(request, form, lambda: op.send_back(problem=held, **form.cleaned_data, **by(request)), **words, pk=pk)


@performs(MEND)
def look_again(request: HttpRequest, pk: int) -> HttpResponse:
    """The second look."""
    held, form = _held(request, pk), asked.LookForm(request.POST or None, initial={"is_back": ""})

    def act() -> OwnProblem:
        result = form.cleaned_data["result"]
        return op.look_again(problem=held, result=result, is_back=form.is_back, **by(request))

    return _asked(request, form, act, heading=_("Look again"), verb=_("Save what was seen"), pk=pk)


@performs(PUBLIC)
def published(request: HttpRequest) -> HttpResponse:
    """What the bodies mended in themselves, for everybody."""
    return render(request, "matters/problems_public.html", {"lines": queries.public_lines(today())})
