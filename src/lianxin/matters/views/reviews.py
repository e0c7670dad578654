"""Periodic reviews: the list, one meeting, its decisions."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from lianxin.kit.clock import now, today
from lianxin.kit.guards import performs
from lianxin.registry.views.asking import answered, by
from lianxin.registry.views.common import may, page, scope_of

from ..forms import reviews as asked
from ..models import Review
from ..operations import reviews as op
from ..queries import reviews as queries

VIEW, HOLD = queries.VIEW, queries.HOLD


@performs(VIEW)
def reviews(request: HttpRequest) -> HttpResponse:
    """Meetings, the latest first."""
    lines = queries.review_lines(scope_of(request, VIEW))
    return page(request, "matters/reviews.html", lines=lines, may_hold=may(request, HOLD))


@performs(HOLD)
def hold_review(request: HttpRequest) -> HttpResponse:
    """The record of a meeting."""
    scope, made = scope_of(request, HOLD), []
    form = asked.MeetingForm(request.POST or None, scope=scope, initial={"held_on": today()})

    def act() -> None:
        meeting = form.meeting(queries.figures_now(scope, now()))
        made.append(op.hold_review(meeting=meeting, **by(request)))

    if answered(form, act):
        return redirect("matters:review", made[0].pk)
    words = {"heading": _("Record a review"), "verb": _("Save the record"), "back_url": reverse("matters:reviews")}
    return page(request, "matters/problem_form.html", form=form, status=422 if form.errors else 200, **words)


@performs(VIEW)
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting with its decisions and how far they are."""
    scope = scope_of(request, VIEW)
    held = get_object_or_404(Review.objects.within(scope).select_related("round"), pk=pk)
    crumbs = [(_("Periodic reviews"), reverse("matters:reviews")), (held.title, "")]
    may_hold = Review.objects.led_within(scope_of(request, HOLD)).filter(pk=pk).exists()
    detail = queries.review_detail(held, scope)
    return page(request, "matters/review.html", detail=detail, crumbs=crumbs, may_hold=may_hold)


@performs(HOLD)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """One decision becomes a matter."""
    scope = scope_of(request, HOLD)
    held = get_object_or_404(Review.objects.led_within(scope).select_related("area", "line"), pk=pk)
    form = asked.DecisionForm(request.POST or None, scope=scope)
    if answered(form, lambda: op.decide(review=held, **form.cleaned_data, **by(request))):
        return redirect("matters:review", pk)
    back = reverse("matters:review", args=[pk])
    words = {"heading": _("Enter a decision"), "lead": held.title, "verb": _("Save the decision"), "back_url": back}
    return page(request, "matters/problem_form.html", form=form, status=422 if form.errors else 200, **words)
