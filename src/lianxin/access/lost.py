"""Grants on areas that are no more: they reach nothing, until somebody gives them anew where the area went."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianxin.kit.actor import Actor
from lianxin.kit.dated import holds_on
from lianxin.kit.scope import Scope
from lianxin.kit.templatetags.lx import listed
from lianxin.kit.waiting import WaitingLine
from lianxin.places.former import read_former
from lianxin.places.models import Area, AreaSpan, Scheme

from .models import Grant
from .roles import ROLES

ACT = "access.give_grant"
NAMED = 3


@dataclass(frozen=True, slots=True)
class LostGrant:
    """A grant that reaches nothing, and the areas that took the place of its own."""

    pk: int
    account: int
    label: str
    role: str
    line: str
    area_name: str
    gone_on: date
    into: tuple[tuple[int, str], ...]
    """Areas inside the scope of whoever looks."""


def lost_grants(scope: Scope) -> list[LostGrant]:
    """Grants that run on areas that have ended within the scope; one query where there is none, else five."""
    there = AreaSpan.objects.filter(holds_on(scope.day)).values("area")
    open_accounts = Q(account__is_active=True) & (Q(account__left_on=None) | Q(account__left_on__gt=scope.day))
    rows = Grant.objects.on(scope.day).filter(open_accounts, node__kind="area").exclude(node__area__in=there)
    grants = list(rows.select_related("account", "node").order_by("node", "account__label", "pk"))
    if not grants:
        return []
    ended = _ended({g.node.area_id or 0 for g in grants}, scope.day)
    kept = [g for g in grants if g.node.area_id in ended and _reaches(scope, ended[g.node.area_id].path, g.line)]
    into = _successors([g.node.area for g in kept if g.node.area], scope)
    return [_line(g, ended[g.node.area_id or 0], into) for g in kept]


def _ended(areas: set[int], day: date) -> dict[int, AreaSpan]:
    spans = AreaSpan.objects.filter(area__in=areas, valid_until__lte=day).order_by("valid_until")
    return {span.area_id: span for span in spans}  # the last one of each


def _reaches(scope: Scope, path: str, line: str) -> bool:
    return any(path.startswith(own) for own in scope.on_line(line).area_paths)


def _successors(areas: list[Area], scope: Scope) -> dict[int, tuple[tuple[int, str], ...]]:
    found: dict[int, set[int]] = {}
    for scheme in Scheme.objects.filter(pk__in={a.scheme_id for a in areas}):
        former = read_former(scheme, scope.day)
        found |= {a.pk: former.successors(a.pk) for a in areas if a.scheme_id == scheme.pk}
    wanted = set().union(*found.values())
    inside = AreaSpan.objects.filter(holds_on(scope.day), area__in=wanted).filter(area__in=Area.objects.within(scope))
    names = dict(inside.order_by("path").values_list("area", "name"))
    return {area: tuple((a, names[a]) for a in names if a in into) for area, into in found.items()}


def _line(grant: Grant, span: AreaSpan, into: dict[int, tuple[tuple[int, str], ...]]) -> LostGrant:
    return LostGrant(
        pk=grant.pk,
        account=grant.account_id,
        label=grant.account.label,
        role=str(ROLES.get(grant.role, grant.role)),
        line=grant.line,
        area_name=span.name,
        gone_on=span.valid_until or grant.valid_from,
        into=into.get(span.area_id, ()),
    )


def waiting_lines(actor: Actor, day: date) -> list[WaitingLine]:
    """For the administrator: who sees nothing since an area was merged or split."""
    if not actor.may(ACT, day):
        return []
    lost = lost_grants(actor.scope(ACT, day))
    if not lost:
        return []
    title = ngettext("%(n)d grant reaches nothing any more", "%(n)d grants reach nothing any more", len(lost))
    people = list(dict.fromkeys(line.label for line in lost))
    places = list(dict.fromkeys(line.area_name for line in lost))
    names = _("%(names)s and %(n)d more") % {"names": listed(people[:NAMED]), "n": len(people) - NAMED}
    said = {"names": names if len(people) > NAMED else listed(people), "areas": listed(places[:NAMED])}
    return [
        WaitingLine(
            kind=_("Grants"),
            icon="key",
            title=title % {"n": len(lost)},
            detail=_("%(areas)s went over into other areas. Until then these people see nothing there: %(names)s.")
            % said,
            verb=_("Give the grants anew"),
            url=reverse("access:lost_grants"),
        )
    ]
