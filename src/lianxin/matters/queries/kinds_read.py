"""Kinds as matters use them, read once: a version never changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from ..kinds import MADE_ELSEWHERE, Kind, read_kind
from ..models import StoredKind
from ..needs import said
from ..shipped import shipped


@lru_cache(maxsize=512)
def _read(digest: str, pk: int) -> Kind:
    return read_kind(StoredKind.objects.values_list("content", flat=True).get(pk=pk))


def kinds_of(ids: Iterable[int]) -> dict[int, Kind]:
    """Kinds by the id of their version: one query, and one more for each never read before."""
    rows = StoredKind.objects.filter(pk__in=set(ids)).values_list("pk", "digest")
    return {pk: _read(digest, pk) for pk, digest in rows}


@dataclass(frozen=True, slots=True)
class Current:
    """A kind as new matters begin with it. version : 0 for one of the product that was never used yet."""

    kind: Kind
    version: int
    is_shipped: bool
    is_offered: bool


def current_kinds() -> dict[str, Current]:
    """Every kind by code: the product's own, unless this installation changed it. One query."""
    found = {code: Current(kind, 0, is_shipped=True, is_offered=True) for code, kind in shipped().items()}
    rows = StoredKind.objects.order_by("version").values_list(
        "pk", "code", "digest", "version", "is_shipped", "is_offered"
    )
    newest = {row[1]: row for row in rows}
    for pk, code, digest, version, is_shipped, is_offered in newest.values():
        own = found.get(code)
        kind = own.kind if own and is_shipped else _read(digest, pk)
        found[code] = Current(kind, version, is_shipped, is_offered)
    return dict(sorted(found.items()))


def offered() -> list[Kind]:
    """Kinds that new matters may be of."""
    return [row.kind for row in current_kinds().values() if row.is_offered]


def kinds_to_choose() -> dict[str, str]:
    """Kinds that somebody at the desk may choose for what came in: code and name."""
    return {kind.code: said((kind.zh, kind.en)) for kind in offered() if kind.code not in MADE_ELSEWHERE}


def waiting_states(whom: str) -> set[str]:
    """Codes of states in which a matter of any kind waits for somebody."""
    return {state.code for row in current_kinds().values() for state in row.kind.states if state.waits_for == whom}
