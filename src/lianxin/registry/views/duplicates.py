"""Pairs that may be one record, side by side: a person decides."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from lianxin.kit.clock import now, today
from lianxin.kit.guards import performs

from ..forms import MergeForm
from ..models.organisation import Organisation
from ..models.person import Person
from ..operations import duplicates as op
from ..queries.duplicates import merge_within, pair_lines, pair_within, recent_merges
from .common import page, scope_of

ACT = "registry.decide_duplicates"


@performs(ACT)
def duplicates(request: HttpRequest) -> HttpResponse:
    """Pairs to decide, and merges that can be taken back."""
    kind, scope = "person" if request.GET.get("kind") == "person" else "organisation", scope_of(request, ACT)
    found, merges = pair_lines(scope, kind), recent_merges(scope, kind)
    return page(request, "registry/duplicates.html", kind=kind, found=found, merges=merges, today=today())


@performs(ACT)
@require_POST
def decide_pair(request: HttpRequest, pk: int) -> HttpResponse:
    """Merge into the one named, or say that they are two."""
    pair = pair_within(pk, scope_of(request, ACT))
    if pair is None:
        raise Http404
    by: dict[str, Any] = {"actor": request.actor, "at": now()}  # type: ignore[attr-defined]
    if request.POST.get("answer") == "two":
        op.keep_apart(pair=pair, **by)
    else:
        form = MergeForm(request.POST, pair=(pair.first, pair.second))
        if form.is_valid():
            _merge(pair.kind, pair.first + pair.second - form.cleaned_data["keep"], form.cleaned_data, by)
    return redirect(f"{reverse('registry:duplicates')}?kind={pair.kind}")


def _merge(kind: str, gone: int, chosen: dict[str, Any], by: dict[str, Any]) -> None:
    if kind == "person":
        people = Person.objects.in_bulk([chosen["keep"], gone])
        op.merge_people(kept=people[chosen["keep"]], gone=people[gone], day=chosen["day"], **by)
    else:
        firms = Organisation.objects.in_bulk([chosen["keep"], gone])
        op.merge_organisations(kept=firms[chosen["keep"]], gone=firms[gone], day=chosen["day"], **by)


@performs(ACT)
@require_POST
def split_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a merge back."""
    merge = merge_within(pk, scope_of(request, ACT))
    if merge is None:
        raise Http404
    op.split(merge=merge, actor=request.actor, at=now())  # type: ignore[attr-defined]
    return redirect(f"{reverse('registry:duplicates')}?kind={merge.kind}")
