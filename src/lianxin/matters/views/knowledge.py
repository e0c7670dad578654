"""The knowledge base: for staff, and as answers for anybody before something is sent in."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianxin.kit.clock import today
from lianxin.kit.guards import PUBLIC, performs
from lianxin.kit.refusals import Refused
from lianxin.registry.views.asking import answered, by
from lianxin.registry.views.common import may, page, scope_of

from ..forms.knowledge import ApproveForm, DraftForm, ReviewForm
from ..models import Article, Edition, Matter
from ..operations import knowledge as op
from ..queries import knowledge as queries

VIEW, WRITE, APPROVE = "matters.view_articles", "matters.write_articles", "matters.approve_articles"
SHOWS = ("public", "drafts", "review")


@performs(VIEW)
def articles(request: HttpRequest) -> HttpResponse:
    """Everything that is known, what waits for approval, what must be looked at again."""
    show, asked = request.GET.get("show", ""), request.GET.get("q", "").strip()[:200]
    show = show if show in SHOWS else "public"
    lines = queries.answers(asked, today(), most=20) if asked else queries.article_lines(today(), show=show)
    can = {"can_write": may(request, WRITE)}
    return page(request, "matters/articles.html", lines=lines, show=show, asked=asked, can=can)


@performs(VIEW)
def article(request: HttpRequest, pk: int) -> HttpResponse:
    """One article: what is public, the draft that waits, earlier wordings."""
    found = get_object_or_404(Article, pk=pk)
    editions = list(found.editions.order_by("-pk"))
    current = next((e for e in editions if e.approved_at and not e.replaced_at), None)
    waiting = next((e for e in editions if not e.approved_at), None)
    can_keep, me = may(request, APPROVE), by(request)["actor"]
    can_approve = can_keep and waiting is not None and waiting.written_by_id != me.id
    can: dict[str, Any] = {"can_write": may(request, WRITE), "can_approve": can_approve, "can_keep": can_keep}
    earlier = [e for e in editions if e.replaced_at]
    shown: dict[str, Any] = {"article": found, "current": current, "waiting": waiting, "earlier": earlier}
    return page(request, "matters/article.html", form=ReviewForm(), **shown, **can)


@performs(WRITE)
def write(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """A new article, or a new wording of one."""
    found = get_object_or_404(Article, pk=pk) if pk else None
    last = found.editions.order_by("-pk").first() if found else None
    source = _source(request)
    known = queries.known_of(last) if last else queries.known_from(source) if source else {}
    form = DraftForm(request.POST or None, initial=known)
    made: list[Edition] = []
    if answered(form, lambda: made.append(op.draft(article=found, source=source, **form.cleaned_data, **by(request)))):
        messages.success(request, _("Kept as a draft. Another person approves it."))
        return redirect("matters:article", made[0].article_id)
    return page(request, "matters/article_form.html", status=422 if form.errors else 200, form=form)


def _source(request: HttpRequest) -> Matter | None:
    """The matter it is written after, where the person may see it."""
    given = request.GET.get("matter", "")
    seen = Matter.objects.within(scope_of(request, WRITE))
    return seen.filter(pk=int(given)).first() if given.isdigit() and len(given) < 18 else None


def _decided(request: HttpRequest, pk: int, act: Callable[[], object], text: str) -> HttpResponse:
    try:
        act()
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, text)
    return redirect("matters:article", pk)


def _until(
    request: HttpRequest, pk: int, form: ReviewForm, act: Callable[[dict[str, Any]], object], text: str
) -> HttpResponse:
    """Decide with the day to look at it again; a day that cannot be read decides nothing."""
    if not form.is_valid():
        messages.error(request, _("The day was not understood; nothing was changed. Please choose it again."))
        return redirect("matters:article", pk)
    return _decided(request, pk, lambda: act(form.cleaned_data | by(request)), text)


@performs(APPROVE)
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the draft public."""
    edition = get_object_or_404(Edition, article=pk, approved_at=None)
    form = ApproveForm(request.POST)
    return _until(request, pk, form, lambda given: op.approve(edition=edition, **given), _("Public from now."))


@performs(APPROVE)
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """It still holds."""
    edition = get_object_or_404(queries.public_editions(), article=pk)
    form = ReviewForm(request.POST)
    return _until(request, pk, form, lambda given: op.confirm(edition=edition, **given), _("Confirmed."))


@performs(APPROVE)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it away from the public."""
    found = get_object_or_404(Article, pk=pk)
    return _decided(request, pk, lambda: op.withdraw(article=found, **by(request)), _("Taken out."))


@performs(PUBLIC)
def answers(request: HttpRequest) -> HttpResponse:
    """Answers that are there already, for anybody; what is asked is not kept."""
    asked = request.GET.get("q", "").strip()[:200]
    found = queries.answers(asked, today()) if asked else queries.article_lines(today(), most=20)
    template = "matters/answers_list.html" if "fragment" in request.GET else "matters/answers.html"
    response = render(request, template, {"lines": found, "asked": asked})
    response["Cache-Control"] = "no-store" if asked else "max-age=60"
    return response
