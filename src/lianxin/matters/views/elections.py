"""Elections, for those who run them: list, one election, its steps one by one."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from lianxin.access.actors import signed_in
from lianxin.kit.clock import today
from lianxin.kit.guards import performs
from lianxin.registry.models import BodySpan, Post
from lianxin.registry.models.imports import seen_on
from lianxin.registry.views.asking import answered, by
from lianxin.registry.views.common import may, page, scope_of

from ..election_words import STAGES
from ..forms import elections as asked
from ..models import BallotBox, Election, Elector, Nominee
from ..operations import counting, voting
from ..operations import elections as op
from ..queries import elections as queries

NAMED = ("regular", "by_election")
"""Kinds of elections in which somebody is named to stand."""
VIEW, RUN, COUNT = queries.VIEW, queries.RUN, queries.COUNT


def _held(request: HttpRequest, pk: int, act: str = RUN) -> Election:
    return get_object_or_404(Election.objects.within(scope_of(request, act)).select_related("body__line"), pk=pk)


def _form_page(request: HttpRequest, form: forms.Form, pk: int = 0, **words: Any) -> HttpResponse:
    back = reverse("matters:election", args=[pk]) if pk else reverse("matters:elections")
    status = 422 if form.errors else 200
    return page(request, "matters/election_form.html", form=form, status=status, back_url=back, **words)


@performs(VIEW)
def elections(request: HttpRequest) -> HttpResponse:
    """Elections of the scope."""
    show = request.GET.get("show", "")
    lines = queries.election_lines(scope_of(request, VIEW), show=show)
    return page(request, "matters/elections.html", lines=lines, show=show, can_run=may(request, RUN))


@performs(VIEW)
def election(request: HttpRequest, pk: int) -> HttpResponse:
    """One election: where it stands, and what comes next."""
    held = _held(request, pk, VIEW)
    looked_for = request.GET.get("name", "").strip()[:60]
    detail = queries.election_page(held, request.actor, today(), looked_for)  # type: ignore[attr-defined]
    nominee = asked.NomineeForm(election=held) if detail.can_run and held.kind in NAMED else None
    crumbs = [(_("Elections"), reverse("matters:elections")), (detail.line.body_name, "")]
    return page(
        request,
        "matters/election.html",
        detail=detail,
        stages=STAGES,
        crumbs=crumbs,
        nominee=nominee,
        names=_names(held),
        looked_for=looked_for,
    )


def _names(held: Election) -> forms.Form | None:
    return asked.NamesForm() if held.step == "roll" and held.kind != "rating" else None


@performs(RUN)
def call_election(request: HttpRequest) -> HttpResponse:
    """Call an election."""
    scope, made, asked_body = scope_of(request, RUN), [], request.GET.get("body", "")
    known = (
        BodySpan.objects.filter(seen_on(scope.day))
        .within(scope)
        .filter(body=int(asked_body) if asked_body.isdecimal() else 0)
        .first()
    )
    initial = {**request.GET.dict(), "body": known.name if known else ""}
    form = asked.CallForm(request.POST or None, scope=scope, initial=initial)
    if answered(form, lambda: made.append(op.call_election(day=today(), **form.cleaned_data, **by(request)).pk)):
        return redirect("matters:election", made[0])
    lead = _("It begins with the roll: who may vote.")
    return _form_page(request, form, heading=_("Call an election"), lead=lead, verb=_("Begin with the roll"))


@performs(RUN)
def call_rating(request: HttpRequest) -> HttpResponse:
    """The representatives rate their body."""
    scope, made = scope_of(request, RUN), []
    form = asked.RatingForm(request.POST or None, scope=scope, initial={"year": today().year})
    if answered(form, lambda: made.append(op.call_rating(day=today(), **form.cleaned_data, **by(request)).pk)):
        return redirect("matters:election", made[0])
    lead = _("Five levels, secret, shown as a distribution only, and not at all where fewer than ten answer.")
    return _form_page(request, form, heading=_("Let the representatives rate a body"), lead=lead, verb=_("Begin"))


@performs(RUN)
def call_recall(request: HttpRequest, post: int) -> HttpResponse:
    """Members call for the recall of somebody."""
    bodies = BodySpan.objects.filter(seen_on(today())).within(scope_of(request, RUN)).values("body")
    held, made = get_object_or_404(Post.objects.on(today()).exclude(person=None), pk=post, body__in=bodies), []
    form = asked.RecallForm(request.POST or None)
    if answered(
        form, lambda: made.append(op.call_recall(post=held, day=today(), **form.cleaned_data, **by(request)).pk)
    ):
        return redirect("matters:election", made[0])
    lead = held.person.name if held.person else ""
    return _form_page(request, form, heading=_("Call a vote on a recall"), lead=lead, verb=_("Begin with the roll"))


def _act(request: HttpRequest, pk: int, act: Callable[[Election], object]) -> HttpResponse:
    """Do one thing to an election and go back to its page."""
    act(_held(request, pk))
    return redirect("matters:election", pk)


@performs(RUN)
@require_POST
def fill_roll(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody who belongs to the body comes on the roll."""
    return _act(request, pk, lambda held: op.fill_roll(election=held, day=today(), **by(request)))


@performs(RUN)
@require_POST
def add_names(request: HttpRequest, pk: int) -> HttpResponse:
    """Names from the body's own list."""
    held, form = _held(request, pk), asked.NamesForm(request.POST)
    if answered(form, lambda: op.add_names(election=held, names=form.listed(), **by(request))):
        return redirect("matters:election", pk)
    return _form_page(request, form, pk, heading=_("Names for the roll"), verb=_("Add them"))


@performs(RUN)
def count_roll(request: HttpRequest, pk: int) -> HttpResponse:
    """Only how many may vote."""
    held, form = _held(request, pk), asked.RollCountForm(request.POST or None)
    if answered(form, lambda: op.enter_roll_count(election=held, **form.cleaned_data, **by(request))):
        return redirect("matters:election", pk)
    lead = _("The list of names stays on paper. Names entered here before are deleted.")
    return _form_page(request, form, pk, heading=_("A roll without names"), lead=lead, verb=_("Save"))


@performs(RUN)
@require_POST
def strike(request: HttpRequest, pk: int, elector: int) -> HttpResponse:
    """Somebody may not vote here."""
    row = get_object_or_404(Elector, election=_held(request, pk), pk=elector)
    return _act(request, pk, lambda _held: op.strike_elector(elector=row, **by(request)))


@performs(RUN)
def settle_roll(request: HttpRequest, pk: int) -> HttpResponse:
    """The roll holds."""
    held, form = _held(request, pk), asked.SettleForm(request.POST or None)
    if answered(form, lambda: op.settle_roll(election=held, day=today(), **form.cleaned_data, **by(request))):
        return redirect("matters:election", pk)
    lead = _("The roll was shown and objections were heard. From now on it stays as it is.")
    return _form_page(request, form, pk, heading=_("Settle the roll"), lead=lead, verb=_("It holds"))


@performs(RUN)
@require_POST
def nominate(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody stands."""
    held = _held(request, pk)
    form = asked.NomineeForm(request.POST, election=held)
    if answered(form, lambda: op.nominate(election=held, day=today(), **form.given(), **by(request))):
        return redirect("matters:election", pk)
    return _form_page(request, form, pk, heading=_("Name a candidate"), verb=_("Name the candidate"))


@performs(RUN)
@require_POST
def withdraw(request: HttpRequest, pk: int, nominee: int) -> HttpResponse:
    """Does not stand after all."""
    row = get_object_or_404(Nominee, election=_held(request, pk), pk=nominee)
    return _act(request, pk, lambda _held: op.withdraw_nominee(nominee=row, **by(request)))


@performs(RUN)
def settle_candidates(request: HttpRequest, pk: int) -> HttpResponse:
    """The candidates are made known, in an order drawn by lot."""
    held = _held(request, pk)
    form = asked.CandidatesForm(request.POST if request.method == "POST" else None, is_asked="managers" in held.terms)
    act = lambda: op.settle_candidates(election=held, day=today(), **form.cleaned_data, **by(request))  # noqa: E731
    if answered(form, act):
        return redirect("matters:election", pk)
    words = {
        "heading": _("Make the candidates known"),
        "lead": queries.candidates_lead(held),
        "verb": _("Draw the order"),
    }
    return _form_page(request, form, pk, **words)


@performs(COUNT)
@require_POST
def hold_key(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one of the keys; the phrase is shown this once."""
    account = signed_in(request).account
    phrase = voting.hold_key(election=_held(request, pk, COUNT), account=account, **by(request))
    response = page(request, "matters/election_key.html", phrase=phrase, pk=pk)
    response["Cache-Control"] = "no-store"
    return response


@performs(RUN)
def open_voting(request: HttpRequest, pk: int) -> HttpResponse:
    """The vote opens."""
    held, form = _held(request, pk), asked.OpenForm(request.POST or None)
    act = lambda: voting.open_voting(election=held, day=today(), boxes=form.listed(), **by(request))  # noqa: E731
    if answered(form, act):
        return redirect("matters:election", pk)
    lead = _("Codes can be used where two or three people hold a key; then the names of candidates are fixed.")
    return _form_page(request, form, pk, heading=_("Open the vote"), lead=lead, verb=pgettext("votes", "Open it"))


@performs(RUN)
def make_codes(request: HttpRequest, pk: int) -> HttpResponse:
    """Codes to print, shown this once."""
    held, form = _held(request, pk), asked.CodesForm(request.POST or None)
    codes: list[str] = []
    if answered(form, lambda: codes.extend(voting.make_codes(election=held, **form.cleaned_data, **by(request)))):
        where = request.build_absolute_uri(reverse("vote:vote"))
        response = page(request, "matters/election_codes.html", codes=codes, where=where, pk=pk)
        response["Cache-Control"] = "no-store"
        return response
    lead = _("Print, cut, mix, and let everybody draw one. They are shown once and kept nowhere.")
    return _form_page(request, form, pk, heading=_("Make codes to vote with"), lead=lead, verb=_("Make them"))


@performs(RUN)
def give_ballots(request: HttpRequest, pk: int) -> HttpResponse:
    """Who was handed a ballot."""
    held, form = _held(request, pk), asked.GivenForm(request.POST or None)
    if answered(form, lambda: voting.give_ballots(election=held, **form.cleaned_data, **by(request))):
        return redirect("matters:election", pk)
    lead = _("Only that a ballot was handed out is noted, never which one.")
    return _form_page(request, form, pk, heading=_("Note who was handed a ballot"), lead=lead, verb=_("Note it"))


@performs(RUN)
def close_voting(request: HttpRequest, pk: int) -> HttpResponse:
    """No more ballots."""
    held = _held(request, pk)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if answered(form, lambda: voting.close_voting(election=held, day=today(), **by(request))):
        return redirect("matters:election", pk)
    return _form_page(request, form, pk, heading=_("Close the vote"), lead=queries.close_lead(held), verb=_("Close it"))


@performs(COUNT)
def count_box(request: HttpRequest, pk: int, box: int) -> HttpResponse:
    """What one teller counted in a box."""
    held = _held(request, pk, COUNT)
    row = get_object_or_404(BallotBox, election=held, pk=box)
    form = asked.BoxForm(request.POST or None, candidates=queries.candidates_of(held))
    given = {"box": row, "account": signed_in(request).account, **by(request)}
    act = lambda: counting.count_box(issued=form.cleaned_data["issued"], counted=form.counted(), **given)  # noqa: E731
    if answered(form, act):
        return redirect("matters:election", pk)
    status = 422 if form.errors else 200
    return page(request, "matters/election_box.html", form=form, lines=form.lines(), box=row, pk=pk, status=status)


@performs(RUN)
def count_votes(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the box for codes and count everything."""
    held, form = _held(request, pk), asked.PhrasesForm(request.POST or None)

    def act() -> None:
        phrases = (form.cleaned_data["first"], form.cleaned_data["second"])
        counting.count_votes(election=held, day=today(), phrases=phrases, **by(request))

    if answered(form, act):
        return redirect("matters:election", pk)
    lead = _("Two key holders type their phrases, in front of all. Without codes leave both empty.")
    return _form_page(
        request, form, pk, heading=_("Open the ballot box and count"), lead=lead, verb=pgettext("votes", "Count")
    )


@performs(RUN)
def declare(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare the result."""
    held = _held(request, pk)
    form = asked.DeclareForm(request.POST if request.method == "POST" else None, election=held)
    act = lambda: counting.declare(election=held, day=today(), written_in=form.meant(), **by(request))  # noqa: E731
    if answered(form, act):
        return redirect("matters:election", pk)
    lead = queries.declare_lead(held)
    return _form_page(request, form, pk, heading=_("Declare the result"), lead=lead, verb=_("Declare it"))


@performs(RUN)
@require_POST
def vote_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Another vote on the seats that stayed open."""
    made = op.vote_again(election=_held(request, pk), day=today(), **by(request))
    return redirect("matters:election", made.pk)


@performs(RUN)
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """It does not come about."""
    held, form = _held(request, pk), asked.StopForm(request.POST or None)
    if answered(form, lambda: op.stop_election(election=held, day=today(), **form.cleaned_data, **by(request))):
        return redirect("matters:election", pk)
    lead = _("What lies in the ballot box for codes is destroyed unread.")
    return _form_page(request, form, pk, heading=_("Stop the election"), lead=lead, verb=_("Stop it"))
