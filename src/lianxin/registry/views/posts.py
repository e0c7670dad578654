"""Posts of a body: give, hand over, leave vacant, end."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianxin.kit.clock import now, today
from lianxin.kit.guards import performs
from lianxin.kit.refusals import Refused

from ..forms import HolderForm, PostForm
from ..models.body import Body, BodySpan, Post
from ..operations.bodies import end_post, give_post, hand_over_post
from ..words import POST_TITLES, word
from .common import page, refused, scope_of

CHANGE, PEOPLE = "registry.change_body", "registry.view_people"


def _body(request: HttpRequest, pk: int) -> Body:
    span = BodySpan.objects.filter(valid_until=None, body=pk).within(scope_of(request, CHANGE)).first()
    if span is None:
        raise Http404
    return span.body


@performs(CHANGE)
def give(request: HttpRequest, pk: int) -> HttpResponse:
    """A post is given, or stands vacant from the start."""
    body = _body(request, pk)
    form = PostForm(request.POST or None, scope=scope_of(request, PEOPLE), body=body, initial={"day": today()})
    if form.is_valid():
        try:
            by = {"actor": request.actor, "at": now()}  # type: ignore[attr-defined]
            give_post(body=body, title=form.cleaned_data["title"], **form.holder(), **by)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return redirect("registry:body", pk)
    status = 422 if form.errors else 200
    return page(request, "registry/post_form.html", form=form, heading=_("Give a post"), pk=pk, status=status)


@performs(CHANGE)
def hand_over(request: HttpRequest, pk: int, post: int) -> HttpResponse:
    """Somebody else holds the post, or nobody does."""
    held = get_object_or_404(Post, body=_body(request, pk), pk=post, valid_until=None)
    form = HolderForm(request.POST or None, scope=scope_of(request, PEOPLE), body=held.body, initial={"day": today()})
    if form.is_valid():
        try:
            hand_over_post(post=held, **form.holder(), actor=request.actor, at=now())  # type: ignore[attr-defined]
        except Refused as refusal:
            refused(form, refusal)
        else:
            return redirect("registry:body", pk)
    status, heading = 422 if form.errors else 200, word(POST_TITLES, held.title)
    return page(request, "registry/post_form.html", form=form, heading=heading, pk=pk, status=status)


@performs(CHANGE)
@require_POST
def end(request: HttpRequest, pk: int, post: int) -> HttpResponse:
    """The post is no more, from today."""
    held = get_object_or_404(Post, body=_body(request, pk), pk=post, valid_until=None)
    end_post(post=held, day=today(), actor=request.actor, at=now())  # type: ignore[attr-defined]
    return redirect("registry:body", pk)
