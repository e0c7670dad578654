"""Renewals: terms to look after, one renewal, its steps."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianxin.kit.clock import now, today
from lianxin.kit.guards import performs
from lianxin.registry.models import Body, BodySpan, Person
from lianxin.registry.operations.people import add_person
from lianxin.registry.queries.chips import line_word
from lianxin.registry.queries.organisations import line_names
from lianxin.registry.views.common import may, page, scope_of
from lianxin.registry.words import POST_TITLES, word

from ..clocks import Clocks
from ..forms.foundings import StopForm, WhenForm
from ..forms.renewals import CandidateForm, MeetingForm, ResultForm
from ..models import Candidate, Renewal
from ..operations import renewals as op
from ..queries import renewals as queries
from ..words import RENEWAL_STAGES
from .asking import answered, by, form_page

VIEW, LEAD = queries.VIEW, queries.LEAD


def _led(request: HttpRequest, pk: int) -> Renewal:
    return get_object_or_404(Renewal.objects.within(scope_of(request, LEAD)).select_related("body__line"), pk=pk)


@performs(VIEW)
def renewals(request: HttpRequest) -> HttpResponse:
    """Terms that have ended or end soon, and what is being renewed."""
    chosen = {"line": request.GET.get("line", "")[:20], "show": request.GET.get("show", "")}
    names = line_names()
    return page(
        request,
        "reach/renewals.html",
        found=queries.term_page(scope_of(request, VIEW), **chosen),
        chosen=chosen,
        lines=[(code, line_word(names, code)) for code in names],
        can_lead=may(request, LEAD),
    )


@performs(VIEW)
def renewal(request: HttpRequest, pk: int) -> HttpResponse:
    """One renewal: where it stands, candidates, posts as they are."""
    detail = queries.renewal_detail(pk, request.actor, today())  # type: ignore[attr-defined]
    if detail is None:
        raise Http404
    steps = [
        (_("Renewals"), reverse("reach:renewals")),
        (detail.line.name, reverse("registry:body", args=[detail.line.body])),
    ]
    crumbs = [*steps, (_("Renewal"), "")]
    form = CandidateForm(body=Body(pk=detail.line.body))
    return page(request, "reach/renewal.html", detail=detail, stages=RENEWAL_STAGES, crumbs=crumbs, form=form)


@performs(LEAD)
def start_renewal(request: HttpRequest, body: int) -> HttpResponse:
    """Send the notice; one that is under way already is opened."""
    span = BodySpan.objects.filter(valid_until=None, body=body).within(scope_of(request, LEAD)).first()
    if span is None:
        raise Http404
    if running := queries.open_renewal(body):
        return redirect("reach:renewal", running)
    form, made = WhenForm(request.POST or None, initial={"day": today()}), []
    if answered(form, lambda: made.append(op.send_notice(body=span.body, **form.cleaned_data, **by(request)).pk)):
        return redirect("reach:renewal", made[0])
    words = {"heading": _("Start the renewal"), "lead": span.name, "verb": _("The notice is sent")}
    return form_page(request, form, **words, back=("registry:body", body))


@performs(LEAD)
def prepare(request: HttpRequest, pk: int) -> HttpResponse:
    """A group prepares it."""
    held, form = _led(request, pk), WhenForm(request.POST or None, initial={"day": today()})
    if answered(form, lambda: op.prepare(renewal=held, **form.cleaned_data, **by(request))):
        return redirect("reach:renewal", pk)
    words = {"heading": _("A group prepares the renewal"), "verb": _("The group is formed")}
    return form_page(request, form, **words, back=("reach:renewal", pk))


@performs(LEAD)
@require_POST
def nominate(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody stands for a post."""
    held = _led(request, pk)
    form = CandidateForm(request.POST, body=held.body)

    def act() -> None:
        op.nominate(renewal=held, person=_person(request, held, form), title=form.cleaned_data["title"], **by(request))

    if answered(form, act):
        return redirect("reach:renewal", pk)
    return form_page(request, form, heading=_("Name a candidate"), verb=_("Stands"), back=("reach:renewal", pk))


def _person(request: HttpRequest, held: Renewal, form: CandidateForm) -> Person:
    """The one chosen, or a new record in the body's area."""
    given = form.cleaned_data
    if given["person"]:
        return Person.objects.known().get(pk=given["person"])
    span = BodySpan.objects.on(today()).select_related("area").get(body=held.body_id)
    return add_person(name=given["name"], area=span.area, actor=request.actor, at=now())  # type: ignore[attr-defined]


@performs(LEAD)
@require_POST
def withdraw_candidate(request: HttpRequest, pk: int, candidate: int) -> HttpResponse:
    """The person does not stand after all."""
    row = get_object_or_404(Candidate, renewal=_led(request, pk), pk=candidate)
    op.withdraw_candidate(candidate=row, **by(request))
    return redirect("reach:renewal", pk)


@performs(LEAD)
@require_POST
def settle_candidates(request: HttpRequest, pk: int) -> HttpResponse:
    """The list of candidates is made known."""
    op.settle_candidates(renewal=_led(request, pk), day=today(), **by(request))
    return redirect("reach:renewal", pk)


@performs(LEAD)
def call_meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """The day of the meeting."""
    held, form = _led(request, pk), MeetingForm(request.POST or None)
    if answered(form, lambda: op.call_meeting(renewal=held, **form.cleaned_data, **by(request))):
        return redirect("reach:renewal", pk)
    words = {"heading": _("Call the meeting"), "lead": "", "verb": _("Call it")}
    return form_page(request, form, **words, back=("reach:renewal", pk))


@performs(LEAD)
def enter_result(request: HttpRequest, pk: int) -> HttpResponse:
    """The result: new term, new posts."""
    held = _led(request, pk)
    rows = held.candidates.select_related("person").order_by("title", "pk")
    candidates = [(c.pk, c.person.name, word(POST_TITLES, c.title)) for c in rows]
    until = Clocks.on(today()).years(f"{held.body.line.code}.term_years", held.meets_on or today())
    known = {"day": held.meets_on, "term_until": until}
    form = ResultForm(request.POST or None, candidates=candidates, initial=known)

    def act() -> None:
        given = {key: form.cleaned_data[key] for key in ("day", "eligible", "present", "term_until")}
        op.enter_result(renewal=held, elected=form.elected(), **given, **by(request))

    if answered(form, act):
        return redirect("registry:body", held.body_id)
    lead = _("The running term and the posts of today end; those elected take theirs.")
    return form_page(
        request, form, heading=_("Enter the result"), lead=lead, verb=_("Save"), back=("reach:renewal", pk)
    )


@performs(LEAD)
def stop_renewal(request: HttpRequest, pk: int) -> HttpResponse:
    """It does not come about."""
    held, form = _led(request, pk), StopForm(request.POST or None)
    if answered(form, lambda: op.stop_renewal(renewal=held, **form.cleaned_data, day=today(), **by(request))):
        return redirect("reach:renewals")
    words = {"heading": _("Stop the renewal"), "verb": _("Stop it")}
    return form_page(request, form, **words, back=("reach:renewal", pk))
