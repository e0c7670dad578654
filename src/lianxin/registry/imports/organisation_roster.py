"""The roster of organisations, at each step of the road."""

from collections.abc import Mapping, Sequence

import polars as pl
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ..models.imports import Import, StagedRow
from . import organisations, staging
from .checks import examine
from .fields import Asked, Checked, Line, Pending, RosterKind
from .notes import unknown_sites
from .records import on_record


class OrganisationRoster(RosterKind):
    """Rows about organisations (单位名册)."""

    def check(self, raw: pl.DataFrame, asked: Asked) -> Checked:
        known = on_record() if asked.only is None else on_record(**_named(asked.only))
        frame = examine(
            raw,
            kind=self,
            key=asked.batch.key,
            places=asked.places,
            record=known,
            today=asked.today,
            day=asked.batch.effective_on,
        )
        rows = staging.staged_rows(frame, self, asked.places)
        return Checked(frame.height, staging.counts_of(frame), rows, unknown_sites(frame, asked.places))

    def prepare(self, batch: Import, rows: Sequence[Pending]) -> organisations.Texts:
        return organisations.prepare(rows)

    def write(self, batch: Import, rows: Sequence[Pending], prepared: organisations.Texts) -> None:
        organisations.write(batch, rows, prepared)

    def unwrite(self, batch: Import, rows: Sequence[Pending], prepared: organisations.Texts) -> None:
        organisations.unwrite(batch, rows, prepared)

    def changed_since(self, batch: Import) -> "QuerySet[StagedRow]":
        return organisations.changed_since(batch)

    def facts(self, values: Line, names: Mapping[int, str]) -> list[str]:
        parts = (values.get("credit_code"), values.get("address"), names.get(values.get("area_id", 0)))
        named = [_("Covered by %(body)s") % {"body": name} for _body, _since, name in values.get("bodies", ())]
        return [*(str(part) for part in parts if part), *named]


def _named(cells: Mapping[str, str]) -> dict[str, list[str]]:
    """By what the record of one row is looked up."""
    code, name = cells.get("credit_code", ""), cells.get("name", "")
    return {"codes": [code, code.strip().upper()], "names": [name, " ".join(name.split())]}
