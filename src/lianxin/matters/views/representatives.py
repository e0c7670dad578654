"""Representatives: who they are, the own desk, proposals; the public list of proposals."""

from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianxin.access.actors import signed_in
from lianxin.kit.clock import today
from lianxin.kit.guards import PUBLIC, performs
from lianxin.places.models import Area
from lianxin.registry.models import BodySpan, Post
from lianxin.registry.models.imports import seen_on
from lianxin.registry.views.asking import answered, by
from lianxin.registry.views.common import may, page, scope_of

from ..forms import representatives as asked
from ..models import JointGroup, Mandate, Proposal
from ..operations import representatives as op
from ..queries import representatives as queries

VIEW, LEAD, REPRESENT = queries.VIEW, queries.LEAD, queries.REPRESENT


def _form_page(request: HttpRequest, form: forms.Form, back: str, **words: Any) -> HttpResponse:
    status = 422 if form.errors else 200
    return page(request, "matters/election_form.html", form=form, back_url=back, status=status, **words)


def _own(request: HttpRequest, pk: int) -> Mandate:
    """The own mandate."""
    rows = Mandate.objects.within(scope_of(request, REPRESENT)).select_related("post__body", "post__person", "group")
    return get_object_or_404(rows, pk=pk, account=signed_in(request).id)


def _proposal(request: HttpRequest, pk: int, act: str = VIEW) -> Proposal:
    """A proposal of a body of the scope."""
    rows = Proposal.objects.filter(author__in=Mandate.objects.within(scope_of(request, act)))
    return get_object_or_404(rows.select_related("matter__kind", "matter__words", "author__post__person"), pk=pk)


@performs(VIEW)
def representatives(request: HttpRequest) -> HttpResponse:
    """Representatives of the scope, joint groups, proposals, ratings."""
    scope, account = scope_of(request, VIEW), signed_in(request).id
    lines = queries.mandate_lines(scope, account)
    return page(
        request,
        "matters/representatives.html",
        lines=lines,
        own=sum(line.is_mine for line in lines),
        vacant=queries.vacant_seats(scope),
        groups=queries.group_lines(scope, account),
        proposals=queries.proposals_within(scope),
        ratings=queries.ratings_within(scope),
        can_lead=may(request, LEAD),
    )


@performs(LEAD)
def form_group(request: HttpRequest) -> HttpResponse:
    """A joint group of representatives."""
    form, back = (
        asked.GroupForm(request.POST or None, scope=scope_of(request, LEAD)),
        reverse("matters:representatives"),
    )
    if answered(form, lambda: op.form_group(day=today(), **form.cleaned_data, **by(request))):
        return redirect("matters:representatives")
    return _form_page(request, form, back, heading=_("Form a joint group"), verb=_("Form it"))


@performs(VIEW)
def joint_group(request: HttpRequest, pk: int) -> HttpResponse:
    """One joint group: who belongs to it, meetings, proposals."""
    scope, account = scope_of(request, VIEW), signed_in(request).id
    row = get_object_or_404(queries.groups_within(scope, account), pk=pk)
    crumbs = [(_("Representatives"), reverse("matters:representatives")), (row.name, "")]
    found = queries.group_page(row, account, scope)
    return page(request, "matters/joint_group.html", found=found, crumbs=crumbs, can_lead=_leads(request, row))


def _leads(request: HttpRequest, row: JointGroup) -> bool:
    return JointGroup.objects.filter(pk=row.pk, area__in=Area.objects.within(scope_of(request, LEAD))).exists()


@performs(LEAD)
def hold_group_meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """A joint group met."""
    areas = Area.objects.within(scope_of(request, LEAD)).values("pk")
    row, back = get_object_or_404(JointGroup, pk=pk, area__in=areas), reverse("matters:joint_group", args=[pk])
    form = asked.MeetingForm(request.POST or None, initial={"day": today()})
    if answered(form, lambda: op.hold_meeting(group=row, **form.cleaned_data, **by(request))):
        return redirect(back)
    lead = _("How many came is noted, never who.")
    return _form_page(request, form, back, heading=_("Note a meeting"), lead=lead, verb=_("Save"))


@performs(LEAD)
def set_mandate(request: HttpRequest, post: int) -> HttpResponse:
    """For whom a representative stands, with which account."""
    scope, back = scope_of(request, LEAD), reverse("matters:representatives")
    bodies = BodySpan.objects.filter(seen_on(scope.day)).within(scope).values("body")
    held = get_object_or_404(Post.objects.select_related("person"), pk=post, body__in=bodies, title="representative")
    row = Mandate.objects.filter(post=held).values("account", "unit", "electors", "group").first()
    form = asked.MandateForm(request.POST or None, scope=scope, initial=row)
    if answered(form, lambda: op.set_mandate(post=held, **form.cleaned_data, **by(request))):
        return redirect(back)
    lead = held.person.name if held.person else ""
    return _form_page(request, form, back, heading=_("For whom the representative stands"), lead=lead, verb=_("Save"))


@performs(REPRESENT)
def mandate(request: HttpRequest, pk: int) -> HttpResponse:
    """The own desk."""
    found = queries.mandate_page(_own(request, pk), signed_in(request).id, today())
    return page(request, "matters/mandate.html", found=found)


@performs(REPRESENT)
def hold_meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """A meeting with electors."""
    held, back = _own(request, pk), reverse("matters:mandate", args=[pk])
    form = asked.MeetingForm(request.POST or None, initial={"day": today()})
    if answered(form, lambda: op.hold_meeting(mandate=held, **form.cleaned_data, **by(request))):
        return redirect(back)
    lead = _("How many came is noted, never who.")
    return _form_page(request, form, back, heading=_("Note a meeting"), lead=lead, verb=_("Save"))


@performs(REPRESENT)
def put_forward(request: HttpRequest, pk: int) -> HttpResponse:
    """A new proposal."""
    held, back, made = _own(request, pk), reverse("matters:mandate", args=[pk]), []
    form = asked.ProposalForm(request.POST or None)
    if answered(form, lambda: made.append(op.put_forward(mandate=held, **form.cleaned_data, **by(request)).pk)):
        return redirect("matters:proposal", made[0])
    lead = _("Others of the body second it, then it is screened, assigned and answered, each by a date.")
    return _form_page(request, form, back, heading=_("Put a proposal forward"), lead=lead, verb=_("Put it forward"))


@performs(VIEW)
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal: words, seconders, what became of it."""
    row = _proposal(request, pk)
    needed = op.needed_seconders(today())
    found = queries.proposal_page(row, request.actor, today(), needed)  # type: ignore[attr-defined]
    crumbs = [(_("Representatives"), reverse("matters:representatives")), (found.line.title, "")]
    return page(request, "matters/proposal.html", found=found, crumbs=crumbs)


@performs(REPRESENT)
@require_POST
def second(request: HttpRequest, pk: int) -> HttpResponse:
    """Second a proposal of somebody else."""
    row = _proposal(request, pk, REPRESENT)
    own = Mandate.objects.filter(account=signed_in(request).id, post__body=row.author.post.body_id)
    op.second(proposal=row, mandate=get_object_or_404(own.filter(~Q(pk=row.author_id))), **by(request))
    return redirect("matters:proposal", pk)


@performs(REPRESENT)
@require_POST
def author_step(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """What the author does with it."""
    row, form = _proposal(request, pk, REPRESENT), asked.ReasonForm(request.POST)
    if answered(
        form, lambda: op.author_step(proposal=row, code=code, reason=form.cleaned_data["reason"], **by(request))
    ):
        return redirect("matters:proposal", pk)
    back = reverse("matters:proposal", args=[pk])
    return _form_page(request, form, back, heading=row.matter.title, verb=_("Save"))


@performs(REPRESENT)
@require_POST
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    """The author agrees that everybody may read it, or takes that back."""
    row = _proposal(request, pk, REPRESENT)
    op.agree_to_show(proposal=row, agrees=request.POST.get("agrees") == "1", **by(request))
    return redirect("matters:proposal", pk)


@performs(LEAD)
@require_POST
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Put it into the open, or take it out."""
    row = _proposal(request, pk, LEAD)
    op.show(proposal=row, is_shown=request.POST.get("shown") == "1", **by(request))
    return redirect("matters:proposal", pk)


@performs(PUBLIC)
def public_list(request: HttpRequest) -> HttpResponse:
    """Proposals in the open, and what was answered and done."""
    lines = queries.public_proposals(today())
    known = {"answered": sum(bool(line.answers) for line in lines), "carried": sum(line.is_carried for line in lines)}
    return render(request, "matters/proposals_public.html", {"lines": lines, **known})
