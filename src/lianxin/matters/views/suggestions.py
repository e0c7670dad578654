"""What the machine says while staff type, and beside a matter: category, body, likely duplicates, answers."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from lianxin.kit.clock import now, today
from lianxin.kit.guards import performs
from lianxin.places.models import AreaSpan
from lianxin.registry.models import BodySpan
from lianxin.registry.views.asking import by
from lianxin.registry.views.common import scope_of

from ..models import Matter, Words
from ..needs import NEEDS, need_choices, need_word
from ..needs import said as in_words
from ..operations.steps import NotHandled, roles_of
from ..operations.suggestions import Proposed, decide_need, read
from ..queries.duplicates import duplicates
from ..queries.knowledge import answers
from ..seed_words import outside_word
from ..shipped import shipped

TAKE_IN, VIEW = "matters.take_in", "matters.view_matters"
SHORTEST = 6


@performs(TAKE_IN)
@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """What is typed so far; it is neither kept nor written down anywhere."""
    text, area = request.POST.get("words", "").strip(), _area(request)
    if len(text) < SHORTEST:
        return HttpResponse("")
    return _shown(request, text, area, but=0)


def _area(request: HttpRequest) -> int | None:
    given = request.POST.get("area", "")
    return int(given) if given.isdigit() and len(given) < 18 else None


@performs(VIEW)
def beside(request: HttpRequest, pk: int) -> HttpResponse:
    """Beside a matter of C0 to C2: what was proposed, likely duplicates, its theme, answers."""
    matter = get_object_or_404(Matter.objects.within(scope_of(request, VIEW)), pk=pk)
    text = Words.objects.values_list("text", flat=True).get(matter=matter)
    may_decide = matter.is_open and bool(roles_of(matter, request.actor, now()))  # type: ignore[attr-defined]
    return _shown(request, text, matter.area_id, but=pk, decides=matter if may_decide else None)


@performs(VIEW)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """What it is about, as a person says."""
    matter = get_object_or_404(Matter.objects.within(scope_of(request, VIEW)), pk=pk, is_open=True)
    if not roles_of(matter, request.actor, now()):  # type: ignore[attr-defined]
        raise NotHandled(matter)
    if (need := request.POST.get("need", "")) in NEEDS:
        decide_need(matter=matter, need=need, **by(request))
    return redirect("matters:matter", pk)


def _shown(
    request: HttpRequest, text: str, area: int | None, *, but: int, decides: Matter | None = None
) -> HttpResponse:
    day = today()
    top = AreaSpan.objects.on(day).filter(area__scheme__is_primary=True, parent=None)
    where = area or top.order_by("area").values_list("area", flat=True).first() or 0
    said = read(text, where, day)
    same = duplicates(text, scope=scope_of(request, VIEW), at=now(), area=area, but=[but])
    context = {"said": said, "need": need_word(said.need) or outside_word(said.need), "kind": _kind(said)}
    is_guess = not said.why and not said.is_sure
    context |= {"is_guess": is_guess, "fill": "" if but else json.dumps({"kind": said.kind, "need": said.need})}
    context |= {"why": [text[a:b] for a, b, _weight in said.why], "bodies": _bodies(said), "same": same}
    if decides:
        context |= {
            "decides": decides,
            "needs": need_choices(),
            "chosen": decides.need or (said.need if said.need in NEEDS and not is_guess else ""),
        }
    response = render(request, "matters/suggested.html", {**context, "answers": answers(text[:200], day, most=2)})
    response["Cache-Control"] = "no-store"
    return response


def _kind(said: Proposed) -> str:
    kind = shipped().get(said.kind)
    return in_words((kind.zh, kind.en)) if kind else said.kind


def _bodies(said: Proposed) -> list[str]:
    spans = BodySpan.objects.on(today()).filter(body__in=said.responsible.bodies)
    names = dict(spans.values_list("body", "name"))
    return [names[body] for body in said.responsible.bodies if body in names]
