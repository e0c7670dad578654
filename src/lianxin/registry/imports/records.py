"""What is on record already, as a frame, to compare a file with."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import polars as pl
from django.db.models import OuterRef, Q, QuerySet, Subquery

from lianxin.places.models import AreaSpan

from ..models.imports import Import
from ..models.organisation import OrganisationSpan

CHUNK = 20_000
FACTS = {
    "credit_code": pl.String,
    "name": pl.String,
    "kind": pl.String,
    "address": pl.String,
    "site_id": pl.Int64,
    "headcount": pl.Int64,
    "women": pl.Int64,
    "young_people": pl.Int64,
    "league_members": pl.Int64,
    "union_members": pl.Int64,
    "opened_on": pl.Date,
    "closed_on": pl.Date,
    "is_new_org": pl.Boolean,
}
_SCHEMA: dict[str, Any] = {
    "span": pl.Int64,
    "ref": pl.Int64,
    "since": pl.Date,
    "until": pl.Date,
    "area_id": pl.Int64,
    "placed": pl.String,
    "is_placed_by_hand": pl.Boolean,
    "born_in": pl.Int64,
    **FACTS,
}


def folded(text: pl.Expr) -> pl.Expr:
    """A name as names are compared: half-width, lower-case, without spaces."""
    return text.str.normalize("NFKC").str.to_lowercase().str.replace_all(r"\s+", "")


def on_record(*, codes: Iterable[str] | None = None, names: Iterable[str] = ()) -> pl.DataFrame:
    """The last span of every organisation, or of those with one of the codes or names.

    Columns: those of FACTS with `on_` before them, span, ref, since, until, placed, area and path.
    """
    latest = OrganisationSpan.objects.filter(organisation=OuterRef("organisation")).order_by("-valid_from", "-pk")
    open_ones = OrganisationSpan.objects.filter(valid_until=None)
    closed = OrganisationSpan.objects.exclude(valid_until=None).filter(pk=Subquery(latest.values("pk")[:1]))
    found: list[pl.DataFrame] = []
    for spans in (open_ones, closed):
        spans = spans.filter(organisation__merged_into=None)
        if codes is not None:
            spans = spans.filter(Q(credit_code__in=[c for c in codes if c]) | Q(name__in=list(names)))
        found += _frames(spans)
    frame = pl.concat(found) if found else pl.DataFrame(schema=_SCHEMA)
    hidden = Import.hidden()
    frame = frame.with_columns(pl.col("born_in").is_in(hidden).fill_null(False).alias("is_hidden")).drop("born_in")
    frame = frame.join(_paths(), on="area_id", how="left")
    blank = [pl.when(pl.col(c) != "").then(pl.col(c)).alias(c) for c in ("credit_code", "address")]
    frame = frame.with_columns(*blank, folded(pl.col("name")).alias("folded"))
    kept = ("span", "ref", "since", "until", "is_hidden")
    return frame.rename({c: f"on_{c}" for c in frame.columns if c not in kept})


def _frames(spans: "QuerySet[OrganisationSpan]") -> Iterator[pl.DataFrame]:
    columns = (
        "pk",
        "organisation_id",
        "valid_from",
        "valid_until",
        "area_id",
        "placed",
        "is_placed_by_hand",
        "born_in_id",
    )
    rows = spans.values_list(*columns, *FACTS).iterator(chunk_size=CHUNK)
    while part := list(islice(rows, CHUNK)):
        yield pl.DataFrame(part, _SCHEMA, orient="row")


def _paths() -> pl.DataFrame:
    spans = AreaSpan.objects.filter(valid_until=None).values_list("area_id", "path")
    return pl.DataFrame(list(spans), {"area_id": pl.Int64, "path": pl.String}, orient="row").unique("area_id")
