"""Inspections: rounds, their lists, the record at the door, findings and their steps."""

from typing import Any
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from lianxin.access.actors import signed_in
from lianxin.kit.clock import now, today
from lianxin.kit.guards import performs
from lianxin.kit.templatetags.lx import day
from lianxin.registry.views.asking import answered, by
from lianxin.registry.views.common import may, page, scope_of

from ..forms import inspections as asked
from ..kinds import Step
from ..models import Finding, Listed, Round
from ..needs import said
from ..operations import inspections as op
from ..operations import rounds
from ..operations.checklists import current_lists
from ..operations.steps import check_time
from ..queries import inspections as queries
from ..queries.inspected import inspected
from ..queries.notice import notices
from .desk import picture

VIEW, PLAN, RECORD, HANDLE = queries.VIEW, queries.PLAN, op.RECORD, op.HANDLE


def _form(request: HttpRequest, form: Any, back: str, **words: Any) -> HttpResponse:
    status = 422 if form.errors else 200
    return page(request, "matters/problem_form.html", form=form, status=status, back_url=back, **words)


@performs(VIEW)
def inspections(request: HttpRequest) -> HttpResponse:
    """Rounds, what the findings come to, and the findings that want something."""
    scope, show = scope_of(request, VIEW), request.GET.get("show", "open")
    return page(
        request,
        "matters/inspections.html",
        rounds=queries.rounds_in(scope),
        figures=queries.figures(scope, now()),
        latest=queries.latest_rate(scope),
        findings=queries.findings_in(scope, show=show, at=now()),
        show=show,
        may_plan=may(request, PLAN),
    )


@performs(PLAN)
def new_round(request: HttpRequest) -> HttpResponse:
    """A round is planned: drawn once, or chosen by hand."""
    lists = current_lists(now())
    known = {"starts_on": today(), "lists": [row.pk for row in lists]}
    form = asked.RoundForm(request.POST or None, scope=scope_of(request, PLAN), lists=lists, initial=known)
    made: list[Round] = []
    if answered(form, lambda: made.append(rounds.plan_round(plan=form.plan(), **by(request)))):
        return redirect("matters:round", made[0].pk)
    lead = _("The draw is made once and kept with its seed: whoever has it draws the same list again.")
    words = {"heading": _("Plan a round"), "lead": lead, "verb": _("Draw the list")}
    return _form(request, form, reverse("matters:inspections"), **words)


@performs(VIEW)
def round_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One round: its list, its findings, the share with a finding."""
    scope = scope_of(request, VIEW)
    held = get_object_or_404(Round.objects.within(scope), pk=pk)
    crumbs = [(_("Inspections"), reverse("matters:inspections")), (held.title, "")]
    detail = queries.round_detail(held, scope, now())
    may_plan, may_record = (detail.is_led and may(request, act) for act in (PLAN, RECORD))
    context: dict[str, Any] = {"crumbs": crumbs, "may_plan": may_plan, "may_record": may_record}
    return page(request, "matters/round.html", detail=detail, **context)


@performs(PLAN)
@require_POST
def change_round(request: HttpRequest, pk: int) -> HttpResponse:
    """Start, drop or close a round."""
    held = get_object_or_404(Round.objects.led_within(scope_of(request, PLAN)), pk=pk)
    act = {"open": rounds.open_round, "drop": rounds.drop_round, "close": rounds.close_round}
    chosen = act.get(request.POST.get("do", ""))
    if chosen is None:
        raise Http404
    chosen(held=held, **by(request))
    return redirect("matters:round", pk)


def _listed(request: HttpRequest, pk: int, act: str) -> Listed:
    found = queries.listed_of(pk, scope_of(request, act))
    if found is None:
        raise Http404
    return found


@performs(PLAN)
def leave_out(request: HttpRequest, pk: int) -> HttpResponse:
    """An organisation is not inspected, with the reason."""
    held, form = _listed(request, pk, PLAN), asked.LeaveOutForm(request.POST or None)
    if answered(form, lambda: rounds.cancel_inspection(listed=held, **form.cleaned_data, **by(request))):
        return redirect("matters:round", held.round_id)
    back = reverse("matters:round", args=[held.round_id])
    return _form(
        request, form, back, heading=pgettext("of a round", "Leave out"), verb=pgettext("of a round", "Leave out")
    )


@performs(RECORD)
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """The record at the door, on a phone; once it was entered, what was noted."""
    held, me = _listed(request, pk, RECORD), signed_in(request).id
    if request.method != "POST" and hasattr(held, "carried_out"):
        return _inspected(request, held)
    if request.method != "POST":
        op.check_waiting(held)
    known = {"key": uuid4(), "carried_on": today(), "first": me}
    lists = [row.list for row in held.round.lists.order_by("-code")]
    form = asked.InspectionForm(
        request.POST or None, request.FILES or None, lists=lists, scope=scope_of(request, RECORD), me=me, initial=known
    )
    if answered(form, lambda: op.record_inspection(listed=held, noted=form.noted(), **by(request))):
        return redirect("matters:round", held.round_id)
    line = queries.listed_lines(Listed.objects.filter(pk=pk))[0]
    back = reverse("matters:round", args=[held.round_id])
    context: dict[str, Any] = {"form": form, "line": line, "held": held, "back_url": back}
    return page(request, "matters/inspect.html", status=422 if form.errors else 200, **context)


def _inspected(request: HttpRequest, held: Listed) -> HttpResponse:
    """The filled-in lists, to be read."""
    detail = inspected(held, scope_of(request, VIEW), request.actor, now())  # type: ignore[attr-defined]
    if detail is None:
        raise Http404
    name = queries.listed_lines(Listed.objects.filter(pk=held.pk))[0].name
    above = reverse("matters:round", args=[held.round_id])
    crumbs = [(_("Inspections"), reverse("matters:inspections")), (detail.round[1], above), (name, "")]
    return page(request, "matters/inspected.html", detail=detail, held=held.pk, name=name, crumbs=crumbs)


@performs(VIEW)
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """What the employer is told, on paper."""
    held, scope = get_object_or_404(Listed.objects.select_related("round"), pk=pk), scope_of(request, VIEW)
    sheets = notices(held, scope, request.actor, now())  # type: ignore[attr-defined]
    if not sheets:
        raise Http404
    return page(request, "matters/notice.html", sheets=sheets, today=scope.day)


def _finding(request: HttpRequest, pk: int, act: str) -> Finding:
    found = queries.finding_of(pk, scope_of(request, act))
    if found is None:
        raise Http404
    return found


@performs(VIEW)
def finding(request: HttpRequest, pk: int) -> HttpResponse:
    """One finding: where it stands, the duties, what comes next."""
    held = _finding(request, pk, VIEW)
    detail = queries.finding_detail(held, request.actor, now())  # type: ignore[attr-defined]
    above = reverse("matters:round", args=[detail.round[0]])
    crumbs = [(_("Inspections"), reverse("matters:inspections")), (detail.round[1], above), (detail.line.title, "")]
    return page(request, "matters/finding.html", detail=detail, crumbs=crumbs)


@performs(VIEW)
def finding_photo(request: HttpRequest, pk: int, photo: str) -> HttpResponse:
    """What was seen on the spot."""
    return picture(request, _finding(request, pk, VIEW).pk, photo)


@performs(HANDLE)
def advance(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """One step on the way of a finding."""
    held = _finding(request, pk, HANDLE)
    step = next((s for s in held.matter.kind.kind.steps if s.code == code), None)
    if step is None:
        raise Http404
    check_time(held.matter, code, now())
    form = asked.FindingForm(request.POST if request.method == "POST" else None, request.FILES or None, step=step)

    def act() -> None:
        pictures = form.cleaned_data.get("photos", ())
        op.advance_finding(finding=held, code=code, given=form.given(), pictures=pictures, **by(request))

    if answered(form, act):
        return redirect("matters:finding", pk)
    words = {"heading": said((step.zh, step.en)), "lead": queries.finding_titles([held])[held.pk], "verb": _("Save")}
    if code == "notify":
        words["verb"] = _("Notice was given today")
    says = _consequences(held, step)
    return _form(request, form, reverse("matters:finding", args=[pk]), **words, says=says)


def _consequences(held: Finding, step: Step) -> list[str]:
    """What saving a step comes to: who tells the employer, and which times begin."""
    says = []
    if step.code == "notify":
        tell = _("You tell %(name)s yourself, in writing or on the spot; the system sends nothing.")
        says = [tell % {"name": queries.finding_lines([held], today())[0].organisation}]
    for name, last, source in queries.clocks_begun(held, step, now()):
        if "due_on" not in step.needs:
            words = {"clock": name, "day": day(last), "source": source}
            says.append(_("%(clock)s: counted from today, the last day is %(day)s (%(source)s).") % words)
    return says
