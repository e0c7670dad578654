"""Purposes: what data is held for, the words people read, and the notice for anyone."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianxin.kit.clock import today
from lianxin.kit.guards import PUBLIC, performs

from ..models.consent import Purpose
from ..operations import purposes as op
from ..purpose_forms import FactsForm, NoticeForm, PurposeForm
from ..queries.purposes import purpose_detail, purpose_lines
from .asking import answered, by, form_page
from .common import may, page

VIEW, EDIT = "registry.view_purposes", "registry.edit_purposes"


@performs(VIEW)
def purposes(request: HttpRequest) -> HttpResponse:
    """All that data is held for."""
    return page(request, "registry/purposes.html", lines=purpose_lines(), can_edit=may(request, EDIT))


@performs(VIEW)
def purpose(request: HttpRequest, code: str) -> HttpResponse:
    """One purpose with the words of all times."""
    detail = purpose_detail(code)
    if detail is None:
        raise Http404
    return page(request, "registry/purpose.html", detail=detail, can_edit=may(request, EDIT))


@performs(EDIT)
@require_POST
def take_shipped(request: HttpRequest) -> HttpResponse:
    """Write down the purposes that come with the product and are not there yet."""
    op.load_purposes(**by(request))
    return redirect("registry:purposes")


@performs(EDIT)
def new_purpose(request: HttpRequest) -> HttpResponse:
    """A purpose of the federation's own."""
    form = PurposeForm(request.POST or None, initial={"day": today()})

    def add() -> None:
        given = {name: form.cleaned_data[name] for name in ("code", "basis", "is_separate", "day")}
        op.add_purpose(**given, facts=form.facts(), notice=form.notice(), **by(request))

    if answered(form, add):
        return redirect("registry:purpose", form.cleaned_data["code"])
    words = {
        "heading": _("Add a purpose"),
        "lead": _("Data is held for a stated purpose only, and no longer than it says."),
    }
    return form_page(request, form, **words, verb=_("Add the purpose"), back=reverse("registry:purposes"))


@performs(EDIT)
def edit_purpose(request: HttpRequest, code: str) -> HttpResponse:
    """Name, article, kinds of data, how long it is kept."""
    held = get_object_or_404(Purpose, code=code)
    form = FactsForm(request.POST or None, initial=FactsForm.known(held))
    if answered(form, lambda: op.change_purpose(purpose=held, facts=form.facts(), **by(request))):
        return redirect("registry:purpose", code)
    words = {
        "heading": _("Change “%(name)s”") % {"name": held},
        "lead": _("Its legal basis stays; for another one add a purpose."),
    }
    return form_page(request, form, **words, verb=_("Save"), back=reverse("registry:purpose", args=[code]))


@performs(EDIT)
def word_purpose(request: HttpRequest, code: str) -> HttpResponse:
    """New words, as the next version."""
    held = get_object_or_404(Purpose, code=code)
    form = NoticeForm(request.POST or None, initial=NoticeForm.known(held))

    def write() -> None:
        op.write_notice(purpose=held, notice=form.notice(), day=form.cleaned_data["day"], **by(request))

    if answered(form, write):
        return redirect("registry:purpose", code)
    words = {
        "heading": _("New words for “%(name)s”") % {"name": held},
        "lead": _("They become version %(number)d. Earlier answers go on naming the words of then.")
        % {"number": held.notice_version + 1},
    }
    return form_page(
        request, form, **words, verb=_("Keep as the next version"), back=reverse("registry:purpose", args=[code])
    )


@performs(EDIT)
@require_POST
def end_purpose(request: HttpRequest, code: str) -> HttpResponse:
    """Nothing new is taken for it from today; or again."""
    held = get_object_or_404(Purpose, code=code)
    op.end_purpose(purpose=held, day=None if held.ended_on else today(), **by(request))
    return redirect("registry:purpose", code)


@performs(PUBLIC)
def notices(request: HttpRequest) -> HttpResponse:
    """What data is held for, for anyone to read."""
    return render(request, "registry/notices.html", {"lines": purpose_lines(with_ended=False)})


@performs(PUBLIC)
def notice(request: HttpRequest, code: str) -> HttpResponse:
    """The notice of one purpose, to read or print."""
    detail = purpose_detail(code)
    if detail is None:
        raise Http404
    return render(request, "registry/notice.html", {"detail": detail, "day": today()})
