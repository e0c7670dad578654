"""Coverings that an import writes, whichever roster says so."""

from collections.abc import Iterable

from ..models.body import Covering
from ..models.imports import Import
from . import bulk


def cover(batch: Import, wanted: Iterable[tuple[int, int, str]]) -> None:
    """Bodies cover organisations from a day on; what is covered already stays as it is."""
    rows = {(body, organisation): day for body, organisation, day in wanted}
    held = Covering.objects.filter(valid_until=None, body__in={body for body, _organisation in rows})
    already = set(held.values_list("body", "organisation")) if rows else set()
    empty = {**bulk.columns_of(Covering), "born_in_id": batch.pk}
    lines = [
        [*{**empty, "body_id": body, "organisation_id": organisation, "valid_from": day}.values()]
        for (body, organisation), day in rows.items()
        if (body, organisation) not in already
    ]
    bulk.insert(Covering, list(empty), lines)
