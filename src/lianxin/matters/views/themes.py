"""Themes: the list, one theme, what staff decide about it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from lianxin.kit.clock import now, today
from lianxin.kit.guards import performs
from lianxin.registry.queries.places import area_choices
from lianxin.registry.views.asking import answered, by
from lianxin.registry.views.common import may, page, scope_of

from ..forms.themes import CloseForm, JointForm, MergeForm, NameForm, SplitForm
from ..models import Theme
from ..operations import theme_answers, theming
from ..queries.themes import ThemePage, theme_lines, theme_page

VIEW, CHANGE, CLOSE = "matters.view_themes", "matters.change_themes", "matters.close_themes"
NAMELESS = gettext_lazy("A theme without a name yet")


@performs(VIEW)
def themes(request: HttpRequest) -> HttpResponse:
    """What comes again, the warmest first."""
    state = "closed" if request.GET.get("state") == "closed" else "open"
    lines = theme_lines(scope_of(request, VIEW), now(), state=state)
    return page(request, "matters/themes.html", lines=lines, state=state)


@performs(VIEW)
def theme(request: HttpRequest, pk: int) -> HttpResponse:
    """One theme: its matters, its heat over time, what may be done."""
    found = get_object_or_404(Theme.objects.select_related("joint__kind"), pk=pk)
    if found.merged_into_id:
        return redirect("matters:theme", found.merged_into_id)
    return _shown(request, found)


def _shown(request: HttpRequest, found: Theme, **wrong: forms.Form) -> HttpResponse:
    shown = _seen(request, found, VIEW)
    areas = area_choices(scope_of(request, CHANGE).area_paths, today())
    named = {"count": shown.line.size, "title": found.title or NAMELESS}
    words = _("%(count)s people wrote about “%(title)s”. ") % named
    offered: dict[str, Any] = {
        "name": NameForm(initial={"title": found.title}),
        "merge": MergeForm(others=_others(shown)),
        "joint": JointForm(areas=areas, initial={"words": words}),
        "close": CloseForm(),
    }
    can: dict[str, Any] = {"can_change": may(request, CHANGE), "can_close": may(request, CLOSE)}
    status = 422 if wrong else 200
    return page(request, "matters/theme.html", status=status, found=shown, forms={**offered, **wrong}, **can)


def _seen(request: HttpRequest, found: Theme, act: str) -> ThemePage:
    """The theme as this person may act on it. 404 where none of its matters is in reach."""
    shown = theme_page(found, scope_of(request, act), now())
    if shown is None:
        raise Http404
    return shown


def _others(shown: ThemePage) -> list[tuple[int, str]]:
    return [(line.id, f"{line.title or NAMELESS}（{line.seen}）") for line in shown.others]


def _done(request: HttpRequest, found: Theme, text: str) -> HttpResponse:
    messages.success(request, text)
    return redirect("matters:theme", found.pk)


@performs(CHANGE)
@require_POST
def name(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it a name."""
    found = get_object_or_404(Theme, pk=pk)
    _seen(request, found, CHANGE)
    form = NameForm(request.POST)
    if not answered(form, lambda: theming.name_theme(theme=found, title=form.cleaned_data["title"], **by(request))):
        return _shown(request, found, name=form)
    return _done(request, found, _("Named."))


@performs(CHANGE)
@require_POST
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the ticked matters out into a theme of their own."""
    found = get_object_or_404(Theme, pk=pk)
    shown, made = _seen(request, found, CHANGE), []
    form = SplitForm(request.POST, matters=[m.id for m in shown.members])

    def act() -> None:
        given = {"matters": form.cleaned_data["matter"], "title": form.cleaned_data["title"]}
        made.append(theming.split_theme(theme=found, **given, **by(request)))

    if not answered(form, act):
        return _shown(request, found, split=form)
    return _done(request, made[0], _("Split off. New matters join each of the two by themselves."))


@performs(CHANGE)
@require_POST
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Put it into another."""
    found = get_object_or_404(Theme, pk=pk)
    form = MergeForm(request.POST, others=_others(_seen(request, found, CHANGE)))

    def act() -> None:
        into = Theme.objects.get(pk=form.cleaned_data["into"])
        theming.merge_themes(theme=found, into=into, **by(request))

    if not answered(form, act):
        return _shown(request, found, merge=form)
    return _done(request, Theme.objects.get(pk=form.cleaned_data["into"]), _("The two are one theme now."))


@performs(CHANGE)
@require_POST
def joint(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the one matter that works on all of it."""
    found = get_object_or_404(Theme, pk=pk)
    _seen(request, found, CHANGE)
    form = JointForm(request.POST, areas=area_choices(scope_of(request, CHANGE).area_paths, today()))
    if not answered(form, lambda: theme_answers.open_joint(theme=found, **form.cleaned_data, **by(request))):
        return _shown(request, found, joint=form)
    return _done(request, found, _("The joint matter is open."))


@performs(CLOSE)
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close it: everyone who sent in a matter of it has an answer, once."""
    found = get_object_or_404(Theme, pk=pk)
    _seen(request, found, CLOSE)
    form = CloseForm(request.POST)
    if not answered(form, lambda: theme_answers.close_theme(theme=found, **form.cleaned_data, **by(request))):
        return _shown(request, found, close=form)
    return _done(request, found, _("Closed. Everyone who sent in a matter of it is being answered."))
