"""Foundings: the board, one founding, its steps. Only handlers act; only they see who the founders are."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianxin.kit.clock import today
from lianxin.kit.guards import performs
from lianxin.registry.models import OrganisationSpan
from lianxin.registry.queries.chips import line_word
from lianxin.registry.queries.organisations import line_names
from lianxin.registry.views.common import may, page, scope_of

from ..clocks import Clocks
from ..forms.foundings import (
    AnswerForm,
    ChangeForm,
    ElectionForm,
    FounderForm,
    HandlerForm,
    PartyForm,
    RegisterForm,
    StartForm,
    StopForm,
    WhenForm,
)
from ..models import Founder, Founding, Handler, Party
from ..operations import founders as founding_people
from ..operations import foundings as op
from ..operations import joining
from ..purposes import purpose
from ..queries import foundings as queries
from ..words import FOUNDING_STAGES, FOUNDING_STEPS
from .asking import answered, by, form_page

VIEW, HANDLE, DECIDE = queries.VIEW, "reach.handle_founding", queries.DECIDE
ORGANISATIONS = "registry.view_organisations"


def _mine(request: HttpRequest, pk: int) -> Founding:
    """A founding that the person handles; for others it does not exist."""
    actor = request.actor  # type: ignore[attr-defined]
    return get_object_or_404(
        queries.seen_by(actor, today()).filter(pk__in=Founding.objects.handled_by(actor.id)), pk=pk
    )


@performs(VIEW)
def foundings(request: HttpRequest) -> HttpResponse:
    """The board: what is under way, by step."""
    actor, step, line = request.actor, request.GET.get("step", ""), request.GET.get("line", "")  # type: ignore[attr-defined]
    counts, names = queries.step_counts(actor, today()), line_names()
    return page(
        request,
        "reach/foundings.html",
        found=queries.founding_lines(actor, today(), step=step if step in FOUNDING_STEPS else "", line=line),
        steps=[(code, word, counts.get(code, 0)) for code, word in FOUNDING_STEPS.items() if counts.get(code)],
        lines=[(code, line_word(names, code)) for code in names],
        chosen={"step": step, "line": line},
        under_way=sum(n for code, n in counts.items() if code not in ("registered", "stopped")),
        can_start=may(request, HANDLE),
    )


@performs(VIEW)
def founding(request: HttpRequest, pk: int) -> HttpResponse:
    """One founding: where it stands, who does what, by when."""
    detail = queries.founding_detail(pk, request.actor, today())  # type: ignore[attr-defined]
    if detail is None:
        raise Http404
    names = line_names()
    return page(
        request,
        "reach/founding.html",
        detail=detail,
        crumbs=_crumbs(detail.line.name, pk),
        stages=FOUNDING_STAGES,
        line=line_word(names, detail.line.line),
        answer=AnswerForm(),
        handler=HandlerForm(),
        party=PartyForm(scope=scope_of(request, ORGANISATIONS)),
    )


def _crumbs(name: str, pk: int, here: str = "") -> list[tuple[str, str]]:
    steps = [(_("Foundings"), reverse("reach:foundings")), (name, reverse("reach:founding", args=[pk]))]
    return [*steps, (here, "")] if here else steps


@performs(HANDLE)
def start_founding(request: HttpRequest) -> HttpResponse:
    """First talk. The address may bring along what a proposal says: line, form, site, area, org (ids), why."""
    scope = scope_of(request, HANDLE)
    lines = frozenset(reach.line for reach in scope.reaches)
    asked = {key: request.GET[key] for key in ("line", "form", "kind", "area", "site", "name") if key in request.GET}
    known = {"day": today(), "is_guarded": asked.get("form", "own") == "own", "organisations": _named(request)}
    form = StartForm(request.POST or None, scope=scope, lines=lines, initial={**known, **asked})
    made: list[Founding] = []
    why = request.GET.get("why", "")[:300]
    if answered(form, lambda: made.append(op.start_founding(**form.cleaned_data, why=why, **by(request)))):
        return redirect("reach:founding", made[0].pk)
    lead = _("A first talk is enough. Names of founders come later, each with consent of their own.")
    return form_page(request, form, heading=_("Start a founding"), lead=lead, verb=_("Start it"))


def _named(request: HttpRequest) -> str:
    """Organisations that the address brings along, by code or name, within what the person may see."""
    refs = [int(ref) for ref in request.GET.getlist("org")[:200] if ref.isdigit() and len(ref) < 18]
    spans = OrganisationSpan.objects.filter(valid_until=None, organisation__in=refs).order_by("name")
    rows = spans.within(scope_of(request, ORGANISATIONS)).values_list("credit_code", "name")
    return "\n".join(code or name for code, name in rows)


@performs(HANDLE)
def change_founding(request: HttpRequest, pk: int) -> HttpResponse:
    """Working name, kind, body above, guard."""
    held = _mine(request, pk)
    known = {"name": held.name, "kind": held.kind, "upper": held.upper_id, "is_guarded": held.is_guarded}
    form = ChangeForm(request.POST or None, line=held.line.code, day=today(), initial=known)
    if answered(form, lambda: op.change_founding(founding=held, **form.cleaned_data, **by(request))):
        return redirect("reach:founding", pk)
    return form_page(request, form, heading=_("Change the founding"), verb=_("Save"), back=("reach:founding", pk))


@performs(HANDLE)
@require_POST
def add_party(request: HttpRequest, pk: int) -> HttpResponse:
    """One more organisation."""
    held = _mine(request, pk)
    form = PartyForm(request.POST, scope=scope_of(request, ORGANISATIONS))

    def act() -> None:
        op.add_party(founding=held, organisation=form.cleaned_data["organisation"], **by(request))

    if answered(form, act):
        return redirect("reach:founding", pk)
    return form_page(request, form, heading=_("Add an organisation"), verb=_("Add it"), back=("reach:founding", pk))


@performs(HANDLE)
@require_POST
def drop_party(request: HttpRequest, pk: int, party: int) -> HttpResponse:
    """One organisation less."""
    op.drop_party(party=get_object_or_404(Party, founding=_mine(request, pk), pk=party), **by(request))
    return redirect("reach:founding", pk)


@performs(HANDLE)
@require_POST
def name_handler(request: HttpRequest, pk: int) -> HttpResponse:
    """One more handler."""
    held, form = _mine(request, pk), HandlerForm(request.POST)

    def act() -> None:
        op.name_handler(founding=held, account=form.cleaned_data["username"], **by(request))

    if answered(form, act):
        return redirect("reach:founding", pk)
    return form_page(
        request, form, heading=_("Name a handler"), verb=_("Name the handler"), back=("reach:founding", pk)
    )


@performs(HANDLE)
@require_POST
def release_handler(request: HttpRequest, pk: int, handler: int) -> HttpResponse:
    """One handler less."""
    op.release_handler(handler=get_object_or_404(Handler, founding=_mine(request, pk), pk=handler), **by(request))
    is_mine = Founding.objects.handled_by(request.actor.id).filter(pk=pk).exists()  # type: ignore[attr-defined]
    return redirect("reach:founding", pk) if is_mine else redirect("reach:foundings")


@performs(HANDLE)
def founders(request: HttpRequest, pk: int) -> HttpResponse:
    """Who the founders are: each opening of this page stands in the audit trail."""
    held = _mine(request, pk)
    detail = queries.founding_detail(pk, request.actor, today())  # type: ignore[attr-defined]
    parties = detail.parties if detail else ()
    form = FounderForm(request.POST or None, parties=parties)

    def act() -> None:
        given = {"part": form.cleaned_data["part"], "has_agreed": form.cleaned_data["has_agreed"], "day": today()}
        founding_people.add_founder(founding=held, known=form.known(), **given, **by(request))

    if answered(form, act):
        return redirect("reach:founders", pk)
    people = founding_people.read_founders(founding=held, **by(request))
    applicants = joining.read_applicants(founding=held, **by(request))
    words: dict[str, Any] = {
        "detail": detail,
        "applicants": applicants,
        "notice": purpose("founding").notice,
        "crumbs": _crumbs(held.name, pk, _("Founders")),
    }
    return page(request, "reach/founders.html", form=form, people=people, status=422 if form.errors else 200, **words)


@performs(HANDLE)
@require_POST
def answer_applicant(request: HttpRequest, pk: int, application: str) -> HttpResponse:
    """Somebody who came with a code is entered among the founders, or not."""
    row = get_object_or_404(_mine(request, pk).applications, pk=application)
    if request.POST.get("answer") == "enter":
        joining.take_in(application=row, organisation=0, day=today(), **by(request))
    else:
        reason = _("The handlers could not confirm it. Please ask whoever gave you the code.")
        joining.refuse(application=row, reason=reason, day=today(), **by(request))
    return redirect("reach:founders", pk)


@performs(HANDLE)
@require_POST
def drop_founder(request: HttpRequest, pk: int, founder: str) -> HttpResponse:
    """A founder takes the consent back."""
    row = get_object_or_404(Founder, founding=_mine(request, pk), pk=founder)
    founding_people.drop_founder(founder=row, **by(request))
    return redirect("reach:founders", pk)


@performs(HANDLE)
def form_group(request: HttpRequest, pk: int) -> HttpResponse:
    """The preparation group is formed."""
    held, form = _mine(request, pk), WhenForm(request.POST or None, initial={"day": today()})
    if answered(form, lambda: op.form_group(founding=held, **form.cleaned_data, **by(request))):
        return redirect("reach:founding", pk)
    back = {"back": ("reach:founding", pk), "verb": _("The group is formed")}
    return form_page(request, form, heading=_("Form the preparation group"), **back)


@performs(HANDLE)
@require_POST
def ask_approval(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the body above."""
    op.ask_approval(founding=_mine(request, pk), day=today(), **by(request))
    return redirect("reach:founding", pk)


@performs(DECIDE)
@require_POST
def answer_request(request: HttpRequest, pk: int) -> HttpResponse:
    """The body above approves or sends back."""
    held = get_object_or_404(queries.to_decide(request.actor, today()), pk=pk)  # type: ignore[attr-defined]
    form = AnswerForm(request.POST)

    def act() -> None:
        given = {"is_approved": form.cleaned_data["answer"] == "approve", "reason": form.cleaned_data["reason"]}
        op.answer_request(founding=held, **given, day=today(), **by(request))

    if answered(form, act):
        is_seen = queries.seen_by(request.actor, today()).filter(pk=pk).exists()  # type: ignore[attr-defined]
        return redirect("reach:founding", pk) if is_seen else redirect("reach:foundings")
    return form_page(request, form, heading=held.name, verb=_("Answer"), back=("reach:founding", pk))


@performs(HANDLE)
def enter_election(request: HttpRequest, pk: int) -> HttpResponse:
    """The election and its result."""
    held = _mine(request, pk)
    people = founding_people.read_founders(founding=held, **by(request))
    form = ElectionForm(request.POST or None, people=[(p.id, p.name) for p in people], initial={"day": today()})

    def act() -> None:
        given: dict[str, Any] = {key: form.cleaned_data[key] for key in ("day", "eligible", "present")}
        op.enter_election(founding=held, **given, elected=form.elected(), **by(request))

    if answered(form, act):
        return redirect("reach:founding", pk)
    return form_page(request, form, heading=_("Record the election"), verb=_("Save"), back=("reach:founding", pk))


@performs(HANDLE)
def register_founding(request: HttpRequest, pk: int) -> HttpResponse:
    """The body enters the registry."""
    held = _mine(request, pk)
    until = Clocks.on(today()).years(f"{held.line.code}.term_years", held.elected_on or today())
    form = RegisterForm(request.POST or None, initial={"day": today(), "term_until": until})

    def act() -> None:
        made.append(founding_people.register_founding(founding=held, **form.cleaned_data, **by(request)).pk)

    made: list[int] = []
    if answered(form, act):
        return (
            redirect("registry:body", made[0]) if may(request, "registry.view_bodies") else redirect("reach:foundings")
        )
    lead = _("Body, scope, organisations covered, term and posts go into the registry. What was sealed is deleted.")
    return form_page(
        request, form, heading=_("Register the body"), lead=lead, verb=_("Register it"), back=("reach:founding", pk)
    )


@performs(HANDLE)
def stop_founding(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing comes of it."""
    held, form = _mine(request, pk), StopForm(request.POST or None)
    if answered(form, lambda: op.stop_founding(founding=held, **form.cleaned_data, day=today(), **by(request))):
        return redirect("reach:founding", pk)
    lead = _("What is known of the founders is deleted at once and cannot be brought back.")
    return form_page(
        request, form, heading=_("Give it up"), lead=lead, verb=_("Give it up"), back=("reach:founding", pk)
    )
