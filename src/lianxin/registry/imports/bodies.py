"""Staged rows of bodies into the registry, and out of it again: one short batch at a time, those above first."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from lianxin.access.operations.grants import drop_nodes, found_nodes, rename_node
from lianxin.access.queries import nodes_in_use

from ..models.body import Body, BodySpan, Covering, Term
from ..models.imports import Import, StagedRow
from ..models.organisation import OrganisationSpan
from ..search import index, texts_of, write_texts
from . import bulk
from .body_records import last_terms
from .coverings import cover
from .fields import Line, Pending
from .ties import tied

_OWN = ("id", "valid_from", "valid_until", "born_in", "ended_in", "corrected_at")
"""What belongs to one span and never goes over into the next."""
Texts = dict[int, tuple[str, str]]
"""What new bodies are found by, worked out before the lock is taken."""


def prepare(rows: Sequence[Pending]) -> Texts:
    """All that needs no lock."""
    return {r.id: texts_of("body", r.values["facts"]["name"]) for r in rows if _founds(r)}


def write(batch: Import, rows: Sequence[Pending], texts: Texts) -> None:
    """Enter the new and changed rows of a batch; what no longer fits the record is set aside."""
    rows = [r for r in rows if r.state in ("new", "changed")]
    rows = _without_strangers(_without_taken_names(batch, rows))
    refs = _refs_of_others(batch, rows)
    new = _with_others(rows, refs, [r for r in rows if _founds(r)], "parent_row")
    made = _found(batch, new, refs)
    write_texts("body", [(made[r.id], texts[r.id]) for r in new])
    refs |= {r.row: made[r.id] for r in new}
    changed = [r for r in rows if r.state == "changed" and "first_row" not in r.values]
    changed = _change(batch, _with_others(rows, refs, changed, "parent_row"), refs)
    joined = _join(rows, refs)
    bodies = made | {r.id: r.ref for r in changed} | joined
    _open_terms(batch, [(bodies[r.id], r.values["term"]) for r in (*new, *changed) if "term" in r.values])
    covering = [r for r in rows if r.id in bodies and "covers" in r.values]
    cover(batch, [(bodies[r.id], o, day) for r in covering for o, day in r.values["covers"]])


def _founds(row: Pending) -> bool:
    return row.state == "new" and "first_row" not in row.values


def _set_aside(pending: Pending, field: str, code: str, /, **details: object) -> None:
    """Take a row out of an import that is under way, with the reason."""
    StagedRow.objects.filter(pk=pending.id).update(
        state="set_aside",
        fault_group="record",
        faults=[{"field": field, "code": code, **({"details": details} if details else {})}],
        written={f: str(v) for f, v in pending.values.get("facts", {}).items() if not f.endswith("_id")},
    )


def _without_taken_names(batch: Import, rows: list[Pending]) -> list[Pending]:
    """Somebody may have founded the body meanwhile."""
    new = [r for r in rows if _founds(r)]
    spans = BodySpan.objects.filter(valid_until=None, name__in=[r.values["facts"]["name"] for r in new])
    spans = spans.filter(Q(born_in=None) | ~Q(born_in=batch)) if new else spans.none()
    taken = set(spans.values_list("body__line", "name"))
    for row in new:
        if (row.values["line"], row.values["facts"]["name"]) in taken:
            _set_aside(row, "row", "changed_meanwhile")
    return [r for r in rows if not _founds(r) or (r.values["line"], r.values["facts"]["name"]) not in taken]


def _without_strangers(rows: list[Pending]) -> list[Pending]:
    """What a body covers must still be there."""
    asked = {o for r in rows for o, _day in r.values.get("covers", ())}
    spans = OrganisationSpan.objects.filter(valid_until=None, organisation__in=asked)
    there = set(spans.values_list("organisation", flat=True))
    gone = [r for r in rows if any(o not in there for o, _day in r.values.get("covers", ()))]
    for row in gone:
        _set_aside(row, "row", "changed_meanwhile")
    ids = {r.id for r in gone}
    return [r for r in rows if r.id not in ids]


def _refs_of_others(batch: Import, rows: Iterable[Pending]) -> dict[int, int]:
    """Row of the file -> body, of the rows written by earlier steps that rows of this step hang on."""
    asked = {r.values[f] for r in rows for f in ("first_row", "parent_row") if f in r.values}
    others = StagedRow.objects.filter(batch=batch, row__in=asked, ref__gt=0).exclude(state="set_aside")
    return dict(others.values_list("row", "ref"))


def _with_others(all_rows: list[Pending], refs: dict[int, int], rows: list[Pending], field: str) -> list[Pending]:
    """The rows whose other row is in, or goes in with this very step; the rest wait, set aside."""
    coming = {r.row for r in all_rows if _founds(r)} | set(refs)
    lost: set[int] = set()
    while more := {r.row for r in rows if field in r.values and r.values[field] not in coming} - lost:
        lost |= more
        coming -= more
    for row in rows:
        if row.row in lost:
            _set_aside(row, "parent", "row_aside", row=row.values[field])
    return [r for r in rows if r.row not in lost]


def _found(batch: Import, rows: list[Pending], refs: dict[int, int]) -> dict[int, int]:
    """Id of the row -> body: new bodies with their first span and the node that grants stand on."""
    made = Body.objects.bulk_create([Body(line_id=r.values["line"]) for r in rows])
    own = {r.row: body.pk for r, body in zip(rows, made, strict=True)}
    empty = {**bulk.columns_of(BodySpan), "born_in_id": batch.pk}
    above = refs | own
    spans = [{**empty, **r.values["facts"], **_above(r, above), "body_id": own[r.row]} for r in rows]
    since = [r.values["since"] for r in rows]
    lines = [[*{**span, "valid_from": day}.values()] for span, day in zip(spans, since, strict=True)]
    bulk.insert(BodySpan, list(empty), lines)
    found_nodes(kind="body", labels={own[r.row]: r.values["facts"]["name"] for r in rows})
    bulk.set_values(StagedRow, "ref", [(own[r.row], r.id) for r in rows])
    return {r.id: own[r.row] for r in rows}


def _above(row: Pending, refs: dict[int, int]) -> Line:
    return {"parent_id": refs[row.values["parent_row"]]} if "parent_row" in row.values else {}


def _change(batch: Import, rows: list[Pending], refs: dict[int, int]) -> list[Pending]:
    """Close what held and open what follows, where a fact differs; else only look that nobody was quicker."""
    spans = BodySpan.objects.select_for_update().filter(pk__in=[r.span for r in rows], valid_until=None)
    found = spans.exclude(born_in__in=Import.hidden()).in_bulk()
    terms = last_terms([r.ref for r in rows if "term" in r.values])
    sound = []
    for row in rows:
        last = terms.get(row.ref)
        term = row.values.get("term")
        if row.span not in found or (term and (last[0] if last else 0) != term[2]):
            _set_aside(row, "row", "changed_meanwhile")
        else:
            sound.append(row)
    differing = [r for r in sound if r.values.get("facts") or "parent_row" in r.values]
    followed = BodySpan.objects.filter(pk__in=[r.span for r in differing])
    followed.update(valid_until=batch.effective_on, ended_in=batch)
    BodySpan.objects.bulk_create(_following(batch, found[r.span], r, refs) for r in differing)
    for row in differing:
        if name := row.values.get("facts", {}).get("name"):
            rename_node(kind="body", ref=row.ref, label=name)
    index("body", [r.ref for r in differing if "name" in r.values.get("facts", {})])
    return sound


def _following(batch: Import, span: BodySpan, row: Pending, refs: dict[int, int]) -> BodySpan:
    kept = {f.attname: getattr(span, f.attname) for f in span._meta.concrete_fields if f.name not in _OWN}
    changes = {**row.values.get("facts", {}), **_above(row, refs)}
    return BodySpan(**{**kept, **changes}, valid_from=batch.effective_on, born_in_id=batch.pk)


def _join(rows: list[Pending], refs: dict[int, int]) -> dict[int, int]:
    """Later rows about a body: id of the row -> body. Where the first row is not in, they wait, set aside."""
    found: dict[int, int] = {}
    for row in rows:
        first = row.values.get("first_row")
        if first is None:
            continue
        body = row.ref or refs.get(first, 0)
        if body:
            found[row.id] = body
        else:
            _set_aside(row, "row", "row_aside", row=first)
    bulk.set_values(StagedRow, "ref", [(body, row) for row, body in found.items()])
    return found


def _open_terms(batch: Import, terms: list[tuple[int, list[str | int]]]) -> None:
    """A new term; one that runs on beyond its first day is put away, with a copy that ends there in its place."""
    old = {t.pk: t for t in Term.objects.filter(pk__in=[t[2] for _body, t in terms if t[2]])}
    made: list[Term] = []
    away: list[int] = []
    for body, (since, until, was) in terms:
        first, last = date.fromisoformat(str(since)), date.fromisoformat(str(until))
        held = old.get(int(was))
        if held is not None and (held.valid_until is None or held.valid_until > first):
            away.append(held.pk)
            if held.valid_from < first:
                made.append(Term(body_id=body, valid_from=held.valid_from, valid_until=first, born_in=batch))
        made.append(Term(body_id=body, valid_from=first, valid_until=last, born_in=batch))
    Term.objects.filter(pk__in=away).update(ended_in=batch)
    Term.objects.bulk_create(made, batch_size=500)


def unwrite(batch: Import, rows: Sequence[Pending], texts: Texts) -> None:
    """Take back what a batch of rows wrote: every table is as before."""
    refs = [r.ref for r in rows if r.ref and r.state in ("new", "changed")]
    born = [r.ref for r in rows if r.ref and _founds(r)]
    db = Covering.objects.db
    Covering.objects.filter(body__in=refs, born_in=batch)._raw_delete(using=db)
    terms = Term.objects.filter(body__in=refs)
    terms.filter(born_in=batch)._raw_delete(using=db)
    terms.filter(ended_in=batch).update(ended_in=None)
    spans = BodySpan.objects.filter(body__in=refs)
    spans.filter(born_in=batch)._raw_delete(using=db)
    BodySpan.objects.filter(parent__in=born, born_in=batch).update(parent=None)  # they go in a later step
    spans.filter(ended_in=batch).update(valid_until=None, ended_in=None)
    renamed = [r.ref for r in rows if r.state == "changed" and "name" in r.values.get("facts", {})]
    for ref, name in BodySpan.objects.filter(body__in=renamed, valid_until=None).values_list("body", "name"):
        rename_node(kind="body", ref=ref, label=name)
    drop_nodes(kind="body", refs=born)
    Body.objects.filter(pk__in=born)._raw_delete(using=db)
    index("body", [*born, *renamed])


def changed_since(batch: Import) -> "QuerySet[StagedRow]":
    """Rows whose body somebody changed, or tied something to, after the import wrote it."""
    mine = Q(born_in=batch)
    spans = BodySpan.objects.filter(body=OuterRef("ref"))
    still = spans.filter(mine | Q(pk=OuterRef("span")), valid_until=None)
    corrected = spans.filter(mine, corrected_at__isnull=False)
    terms = Term.objects.filter(body=OuterRef("ref"), ended_in=None)
    own = Term.objects.filter(mine, body=OuterRef("body"), valid_from__lte=OuterRef("valid_from"))
    elected = terms.filter(~mine).filter(Exists(own))
    dropped = Covering.objects.filter(mine, body=OuterRef("ref"), valid_until__isnull=False)
    written = StagedRow.objects.filter(batch=batch, state__in=("new", "changed"), ref__gt=0)
    merged = Exists(Body.objects.filter(pk=OuterRef("ref"), merged_into__isnull=False))
    bound = Q(state="new") & (tied(Body, BodySpan, batch) | Q(ref__in=nodes_in_use("body")))
    return written.filter(~Exists(still) | Exists(corrected) | Exists(elected) | Exists(dropped) | merged | bound)
