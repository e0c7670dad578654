"""Finding records by any part of a name, code or address, Chinese included.

Text is cut into single characters and pairs ("grams"). A query asks the database for records that hold all its grams,
then compares the text itself, so both databases give the same answer. `index` is called by every operation and by the
import's batch writer; nothing else writes here.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import StrIndex

from lianxin.kit.verdicts import Verdicts

from .models.body import BodySpan
from .models.organisation import OrganisationSpan
from .models.person import Person
from .models.search import SearchText

KINDS = {"matter": 0, "organisation": 1, "body": 2, "person": 3}
BATCH = 5000
RARE = 3000
"""Up to so many hits are fetched as ids."""


def fold(text: str) -> str:
    """Letters and digits only, half-width and lower-case: how texts and queries are compared."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())


def grams(kind: str, folded: str) -> set[str]:
    """Single characters and pairs of a folded text, marked with the kind; plain ASCII whatever the script."""
    mark = kind[0]
    singles = {f"{mark}{ord(c):x}" for c in folded}
    return singles | {f"{mark}{ord(a):x}x{ord(b):x}" for a, b in zip(folded, folded[1:], strict=False)}


def index(kind: str, refs: Iterable[int]) -> None:
    """Bring what is found of these records up to date; records that are gone or nameless are forgotten."""
    wanted = list(dict.fromkeys(refs))
    for start in range(0, len(wanted), BATCH):
        _index_batch(kind, wanted[start : start + BATCH])


def matching(kind: str, query: str) -> "QuerySet[SearchText, Any] | None":
    """Ids of records that hold every word of the query, for `filter(pk__in=...)`; None where it says nothing."""
    words = [folded for folded in map(fold, query.split()) if folded]
    if not words:
        return None
    asked = {gram for word in words for gram in _needed(kind, word)}
    found = SearchText.objects.filter(_holding(sorted(asked)))
    for word in words:
        found = found.filter(text__contains=word)
    return found.values("ref")


_COMMON = Verdicts()


@dataclass(frozen=True, slots=True)
class Named:
    """How a list keeps to a text. A rare text was looked up and gave ids, which drive the query. A common one
    ("company") would give a hundred thousand: there each row is asked, and what else the list asks for drives it."""

    condition: Q
    is_rare: bool


def holding(kind: str, query: str, ref: str) -> Named | None:
    """The condition that the record `ref` points to holds every word; None where the query says nothing."""
    found = matching(kind, query)
    if found is None:
        return None
    refs: list[int] = []

    def is_common() -> bool:
        refs.extend(found.values_list("ref", flat=True)[: RARE + 1])
        return len(refs) > RARE

    if not _COMMON.hold((kind, query), is_common):
        return Named(Q(**{f"{ref}__in": refs}), is_rare=True)
    own = SearchText.objects.filter(pk=OuterRef(ref) * 4 + KINDS[kind])
    for number, word in enumerate(map(fold, query.split())):
        # not LIKE: PostgreSQL would expect next to no row, and read all of them instead of the first page by name
        own = own.alias(**{f"at{number}": StrIndex("text", Value(word))}).filter(**{f"at{number}__gt": 0})
    return Named(Q(Exists(own)), is_rare=False)


def _needed(kind: str, word: str) -> set[str]:
    """Pairs say all that single characters do, so a longer word asks for pairs only."""
    found = grams(kind, word)
    return found if len(word) == 1 else {gram for gram in found if "x" in gram}


def _holding(asked: Sequence[str]) -> Q:
    if connection.vendor == "postgresql":
        return Q(RawSQL("grams @> %s::text[]", ([*asked],), output_field=BooleanField()))  # noqa: S611
    sql = "SELECT rowid FROM registry_searchgrams WHERE registry_searchgrams MATCH %s"
    return Q(pk__in=RawSQL(sql, (" AND ".join(asked),)))  # noqa: S611


def texts_of(kind: str, *texts: str) -> tuple[str, str]:
    """Text and grams of one record, worked out before the write lock is taken: see `write_texts`."""
    parts = {folded for folded in map(fold, texts) if folded}
    return "\n".join(sorted(parts)), " ".join(sorted(set().union(*_grams_of(kind, parts))))


def write_texts(kind: str, prepared: Iterable[tuple[int, tuple[str, str]]]) -> None:
    """Make new records findable by what `texts_of` worked out: (id, texts)."""
    rows = [(ref * 4 + KINDS[kind], ref, text, found) for ref, (text, found) in prepared if text]
    with connection.cursor() as cursor:
        (_write_postgres if connection.vendor == "postgresql" else _write_sqlite)(cursor, rows, [])


def forget(kind: str, refs: Iterable[int]) -> None:
    """Make records unfindable."""
    gone = [ref * 4 + KINDS[kind] for ref in refs]
    with connection.cursor() as cursor:
        (_write_postgres if connection.vendor == "postgresql" else _write_sqlite)(cursor, [], gone)


def _index_batch(kind: str, refs: list[int]) -> None:
    texts = _TEXTS[kind](refs)
    rows = [
        (ref * 4 + KINDS[kind], ref, "\n".join(sorted(parts)), " ".join(sorted(set().union(*_grams_of(kind, parts)))))
        for ref, parts in texts.items()
    ]
    gone = [ref * 4 + KINDS[kind] for ref in refs if ref not in texts]
    with connection.cursor() as cursor:
        (_write_postgres if connection.vendor == "postgresql" else _write_sqlite)(cursor, rows, gone)


def _grams_of(kind: str, parts: set[str]) -> list[set[str]]:
    return [grams(kind, part) for part in parts]


Row = tuple[int, int, str, str]


def _write_sqlite(cursor: Any, rows: list[Row], gone: list[int]) -> None:
    cursor.executemany(
        "INSERT INTO registry_searchtext (id, ref, text) VALUES (%s, %s, %s)"
        " ON CONFLICT (id) DO UPDATE SET text = excluded.text",
        [row[:3] for row in rows],
    )
    cursor.executemany("DELETE FROM registry_searchtext WHERE id = %s", [(i,) for i in gone])
    cursor.executemany(
        "DELETE FROM registry_searchgrams WHERE rowid = %s", [(i,) for i in [*gone, *(r[0] for r in rows)]]
    )
    cursor.executemany("INSERT INTO registry_searchgrams (rowid, grams) VALUES (%s, %s)", [(r[0], r[3]) for r in rows])


def _write_postgres(cursor: Any, rows: list[Row], gone: list[int]) -> None:
    ids, refs, texts, all_grams = zip(*rows, strict=True) if rows else ((), (), (), ())
    cursor.execute(
        "INSERT INTO registry_searchtext (id, ref, text, grams)"
        " SELECT id, ref, text, string_to_array(grams, ' ')"
        " FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[]) AS given(id, ref, text, grams)"
        " ON CONFLICT (id) DO UPDATE SET text = excluded.text, grams = excluded.grams",
        (list(ids), list(refs), list(texts), list(all_grams)),
    )
    cursor.execute("DELETE FROM registry_searchtext WHERE id = ANY(%s)", (gone,))


def _gather(rows: Iterable[tuple[Any, ...]]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for ref, *texts in rows:
        found[ref].update(folded for folded in map(fold, texts) if folded)
    return {ref: parts for ref, parts in found.items() if parts}


def _organisation_texts(refs: list[int]) -> dict[int, set[str]]:
    spans = OrganisationSpan.objects.filter(organisation__in=refs)
    return _gather(spans.values_list("organisation", "name", "credit_code", "address"))


def _body_texts(refs: list[int]) -> dict[int, set[str]]:
    return _gather(BodySpan.objects.filter(body__in=refs).values_list("body", "name"))


def _person_texts(refs: list[int]) -> dict[int, set[str]]:
    return _gather(Person.objects.filter(pk__in=refs).values_list("pk", "name"))


_TEXTS: dict[str, Callable[[list[int]], dict[int, set[str]]]] = {
    "organisation": _organisation_texts,
    "body": _body_texts,
    "person": _person_texts,
}
