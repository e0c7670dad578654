"""Staged rows of organisations into the registry, and out of it again: one short batch at a time."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import DateField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Greatest

from ..models.body import BodySpan, Covering
from ..models.imports import Import, StagedRow
from ..models.organisation import Organisation, OrganisationSpan
from ..search import index, texts_of, write_texts
from . import bulk
from .coverings import cover
from .fields import Pending
from .ties import tied

_DATES = ("opened_on", "closed_on")
_OWN = ("id", "valid_from", "valid_until", "born_in", "ended_in", "corrected_at")
"""What belongs to one span and never goes over into the next."""


Texts = dict[int, tuple[str, str]]
"""What new rows are found by, worked out before the lock is taken."""


def prepare(rows: Sequence[Pending]) -> Texts:
    """All that needs no lock."""
    said = {r.id: [r.values.get(c, "") for c in ("name", "credit_code", "address")] for r in rows if r.state == "new"}
    return {pk: texts_of("organisation", *texts) for pk, texts in said.items()}


def write(batch: Import, rows: Sequence[Pending], texts: Texts) -> None:
    """Enter the new and changed rows of a batch; one whose record changed since it was staged is set aside."""
    rows = _without_gone_bodies(list(rows))
    day = batch.effective_on.isoformat()
    new = _without_taken_codes([r for r in rows if r.state == "new"])
    entered = _enter(batch, new)
    write_texts("organisation", [(ref, texts[row.id]) for ref, row in zip(entered, new, strict=True)])
    changed = _change(batch, [r for r in rows if r.state == "changed"])
    index("organisation", [r.ref for r in changed])
    refs = [*zip(entered, new, strict=True), *((r.ref, r) for r in changed)]
    cover(batch, [(b, ref, max(since, day)) for ref, r in refs for b, since, _name in r.values.get("bodies", ())])


def _without_gone_bodies(rows: list[Pending]) -> list[Pending]:
    """A body that shall cover an organisation must still stand."""
    asked = {body for r in rows for body, _since, _name in r.values.get("bodies", ())}
    if not asked:
        return rows
    there = set(BodySpan.objects.filter(valid_until=None, body__in=asked).values_list("body", flat=True))
    gone = [r for r in rows if any(body not in there for body, _since, _name in r.values.get("bodies", ()))]
    for row in gone:
        _set_aside(row, "row", "changed_meanwhile")
    return [r for r in rows if all(r.id != other.id for other in gone)]


def _without_taken_codes(rows: list[Pending]) -> list[Pending]:
    codes = [c for r in rows if (c := r.values.get("credit_code"))]
    owners = OrganisationSpan.objects.filter(valid_until=None, credit_code__in=codes) if codes else ()
    taken = {span.credit_code: span.name for span in owners}
    for row in rows:
        if name := taken.get(row.values.get("credit_code", "")):
            _set_aside(row, "credit_code", "code_taken", name=name)
    return [r for r in rows if r.values.get("credit_code", "") not in taken]


def _set_aside(row: Pending, field: str, code: str, **details: object) -> None:
    """Take a row out of an import that is under way, with the reason."""
    StagedRow.objects.filter(pk=row.id).update(
        state="set_aside",
        fault_group="record",
        faults=[{"field": field, "code": code, "details": details}],
        written={f: str(v) for f, v in row.values.items() if not f.endswith("_id") and f not in ("placed", "bodies")},
    )


def facts_of(values: dict[str, Any]) -> dict[str, Any]:
    """Staged values as columns of a span."""
    days = {d: date.fromisoformat(values[d]) for d in _DATES if values.get(d)}
    return {**{f: v for f, v in values.items() if f not in ("closes", "bodies")}, **days}


def _enter(batch: Import, rows: list[Pending]) -> list[int]:
    made = Organisation.objects.bulk_create([Organisation() for _ in rows])
    empty = {**bulk.columns_of(OrganisationSpan), "valid_from": batch.effective_on.isoformat(), "born_in_id": batch.pk}
    spans = [
        [*{**empty, **_columns(row), "organisation_id": organisation.pk}.values()]
        for organisation, row in zip(made, rows, strict=True)
    ]
    bulk.insert(OrganisationSpan, list(empty), spans)
    bulk.set_values(StagedRow, "ref", [(o.pk, row.id) for o, row in zip(made, rows, strict=True)])
    return [organisation.pk for organisation in made]


def _columns(row: Pending) -> dict[str, Any]:
    return {f: v for f, v in row.values.items() if f != "bodies"} if "bodies" in row.values else row.values


def _change(batch: Import, rows: list[Pending]) -> list[Pending]:
    spans = OrganisationSpan.objects.select_for_update().filter(pk__in=[r.span for r in rows], valid_until=None)
    found = spans.exclude(born_in__in=Import.hidden()).in_bulk()
    for row in rows:
        span = found.get(row.span)
        rewrites = not row.values.get("closes") and set(row.values) != {"bodies"}
        if span is None or (span.valid_from > batch.effective_on and rewrites):
            _set_aside(row, "row", "changed_meanwhile")
            found.pop(row.span, None)
    rows = [r for r in rows if r.span in found]
    closing = [found[r.span] for r in rows if r.values.get("closes")]
    _close(batch, closing, {r.span: date.fromisoformat(r.values["closed_on"]) for r in rows if r.values.get("closes")})
    going_on = [r for r in rows if not r.values.get("closes") and set(r.values) != {"bodies"}]
    followed = OrganisationSpan.objects.filter(pk__in=[r.span for r in going_on])
    followed.update(valid_until=batch.effective_on, ended_in=batch)
    OrganisationSpan.objects.bulk_create(_following(batch, found[r.span], r) for r in going_on)
    return rows


def _following(batch: Import, span: OrganisationSpan, row: Pending) -> OrganisationSpan:
    kept = {f.attname: getattr(span, f.attname) for f in span._meta.concrete_fields if f.name not in _OWN}
    changes = facts_of(row.values)
    if "area_id" in changes:
        changes["is_placed_by_hand"] = False
    return OrganisationSpan(**{**kept, **changes}, valid_from=batch.effective_on, born_in_id=batch.pk)


def _close(batch: Import, spans: list[OrganisationSpan], days: dict[int, date]) -> None:
    """End spans on the day that the file says, and what covers them with it."""
    for span in spans:
        day = days[span.pk]
        OrganisationSpan.objects.filter(pk=span.pk).update(valid_until=max(day, span.valid_from), ended_in=batch)
        open_ones = Covering.objects.filter(organisation=span.organisation_id, valid_until=None)
        end = Greatest(F("valid_from"), Value(day, output_field=DateField()))
        open_ones.update(valid_until=end, ended_in=batch)


def unwrite(batch: Import, rows: Sequence[Pending], texts: Texts) -> None:
    """Take back what a batch of rows wrote: every table is as before."""
    refs = [r.ref for r in rows if r.ref]
    spans = OrganisationSpan.objects.filter(organisation__in=refs)
    spans.filter(born_in=batch)._raw_delete(using=spans.db)
    spans.filter(ended_in=batch).update(valid_until=None, ended_in=None)
    covers = Covering.objects.filter(organisation__in=refs)
    covers.filter(born_in=batch)._raw_delete(using=spans.db)
    covers.filter(ended_in=batch).update(valid_until=None, ended_in=None)
    born = [r.ref for r in rows if r.state == "new" and r.ref]
    Organisation.objects.filter(pk__in=born)._raw_delete(using=spans.db)
    index("organisation", refs)


def changed_since(batch: Import) -> "QuerySet[StagedRow]":
    """Rows whose record somebody changed, or tied something to, after the import wrote it."""
    span = OrganisationSpan.objects.filter(organisation=OuterRef("ref"))
    later = span.filter(born_in=batch).filter(Q(valid_until__isnull=False) | Q(corrected_at__isnull=False))
    reopened = span.filter(valid_until=None).exclude(born_in=batch).exclude(pk=OuterRef("span"))
    dropped = Covering.objects.filter(organisation=OuterRef("ref"), born_in=batch, valid_until__isnull=False)
    written = StagedRow.objects.filter(batch=batch, state__in=("new", "changed"), ref__gt=0)
    merged = Exists(Organisation.objects.filter(pk=OuterRef("ref"), merged_into__isnull=False))
    bound = Q(state="new") & tied(Organisation, OrganisationSpan, batch)
    return written.filter(Exists(later) | Exists(reopened) | Exists(dropped) | merged | bound)
