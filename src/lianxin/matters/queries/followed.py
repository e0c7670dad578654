"""What lists of matters that are followed up share: states in words, days, names, who could do it, what happened."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from lianxin.access.may import MAY
from lianxin.access.models import Account, Grant, ScopeNode
from lianxin.kit.actor import Actor
from lianxin.kit.clock import day_of
from lianxin.kit.scope import Scope
from lianxin.kit.templatetags.lx import listed
from lianxin.places.models import AreaSpan
from lianxin.registry.models import BodySpan
from lianxin.registry.models.imports import Import, seen_on

from ..kinds import Kind
from ..models import Matter, StoredKind
from ..needs import said
from ..operations.reading import read_notes
from ..words import CORRECTED, EVENTS

A_MOMENT = timedelta(microseconds=1)
FEDERATIONS = 40
"""So many federations stand in a list; any other body is named."""
OFFERED = 1000
"""So many names of bodies are offered while one types; any other may be typed as well."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the course of a matter."""

    on: date
    step: str
    by: str
    note: str
    state: str
    rule: str = ""
    """By which rule, where one was named."""
    until: date | None = None
    """The day that was set with it."""
    code: str = ""
    """Of the step."""
    photos: tuple[str, ...] = ()
    """Ids of the pictures that were taken in with it."""


def kinds_by_id(ids: Iterable[int]) -> dict[int, Kind]:
    """Kinds by the id of their stored version: one query."""
    return {row.pk: row.kind for row in StoredKind.objects.filter(pk__in=set(ids))}


def state_word(kind: Kind, state: str) -> str:
    """The state in the reader's language."""
    found = kind.state(state)
    return said((found.zh, found.en))


def due_on(matter: Matter) -> date | None:
    """The last day of the clock that runs out next."""
    return day_of(matter.due_at - A_MOMENT) if matter.due_at else None


def clock_word(kind: Kind, code: str) -> str:
    """What the clock that runs out next is for."""
    return next((said((c.zh, c.en)) for c in kind.clocks if c.code == code), "")


def body_names(ids: Iterable[int | None], day: date) -> dict[int, str]:
    """Names of bodies on a day: one query."""
    wanted = {pk for pk in ids if pk}
    return dict(BodySpan.objects.on(day).filter(body__in=wanted).values_list("body", "name")) if wanted else {}


def federations(scope: Scope, most: int = FEDERATIONS) -> list[tuple[int, str]]:
    """Federations of the scope, those of the widest areas first."""
    return [(pk, name) for _width, pk, name in _federations(scope)[:most]]


def widest_federation(scope: Scope) -> str:
    """The one federation of the widest area of the scope; empty where there is none, or more than one."""
    found = _federations(scope)
    widest = [name for width, _pk, name in found if width == found[0][0]]
    return widest[0] if len(widest) == 1 else ""


def _federations(scope: Scope) -> list[tuple[int, int, str]]:
    """Length of the path of its area, id and name of every federation of the scope, the widest first."""
    spans = BodySpan.objects.filter(seen_on(scope.day, Import.hidden()), form="area").within(scope)
    rows = list(spans.values_list("body", "name", "area", "body__line"))
    paths = dict(AreaSpan.objects.on(scope.day).filter(area__in={row[2] for row in rows}).values_list("area", "path"))
    rows.sort(key=lambda row: (len(paths.get(row[2], "")), paths.get(row[2], ""), row[3], row[1], row[0]))
    return [(len(paths.get(area, "")), pk, name) for pk, name, area, _line in rows]


def offered_names(scope: Scope, own: Scope) -> list[str]:
    """Names of bodies that are offered while one types: federations of `scope` first, then whatever is in `own`."""
    first = [name for _pk, name in federations(scope, OFFERED // 2)]
    spans = BodySpan.objects.filter(seen_on(own.day, Import.hidden())).within(own).exclude(form="area")
    return list(dict.fromkeys([*first, *spans.order_by("name", "pk").values_list("name", flat=True)[: OFFERED // 2]]))


def colleagues(scope: Scope, act: str, also: int = 0) -> list[tuple[int, str]]:
    """Accounts that hold a role of an act inside the scope, and one more, by name: for a choice."""
    nodes = ScopeNode.objects.within(scope)
    held = Grant.objects.on(scope.day).filter(role__in=MAY[act], node__in=nodes)
    rows = Account.objects.filter(Q(pk__in=held.values("account")) | Q(pk=also), is_active=True)
    rows = rows.filter(Q(left_on=None) | Q(left_on__gt=scope.day)).order_by("label", "pk")
    return [(a.pk, a.label or a.username) for a in rows]


def course_of(matter: Matter, kind: Kind, actor: Actor, at: datetime) -> list[Happened]:
    """What was done, the latest last, with the notes that the actor may read. Raises NotHandled."""
    found = []
    taken: dict[datetime, list[str]] = defaultdict(list)
    for moment, photo in matter.photos.order_by("pk").values_list("at", "pk"):
        taken[moment].append(str(photo))
    for event, note in read_notes(matter=matter, actor=actor, at=at).items():
        if event.act == "step":
            step = kind.step(event.step)
            word = said((step.zh, step.en))
        elif event.act == "opened":
            word = state_word(kind, event.state)
        elif event.act == "corrected":
            word = listed([EVENTS["corrected"], *(CORRECTED.get(str(f), f) for f in event.facts.get("fields", ()))])
        else:
            continue
        until = event.facts.get("due_on")
        day = date.fromisoformat(until) if isinstance(until, str) else None
        rule = str(event.facts.get("rule", ""))
        photos = tuple(taken.pop(event.at, ()))
        line = Happened(day_of(event.at), word, event.actor_label, note, event.state, rule, day, event.step, photos)
        found.append(line)
    return found
