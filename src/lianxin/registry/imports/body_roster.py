"""The roster of bodies, at each step of the road."""

from collections import Counter
from collections.abc import Mapping, Sequence

import polars as pl
from django.db.models import QuerySet

from ..models.imports import Import, StagedRow
from ..words import BODY_FORMS, BODY_KINDS, word
from . import bodies, staging
from .body_checks import BodyChecks
from .fields import Asked, Checked, Line, Pending, RosterKind, Staged


class BodyRoster(RosterKind):
    """Rows about bodies of any line (组织名册), several about one body where each names an organisation it covers."""

    def check(self, raw: pl.DataFrame, asked: Asked) -> Checked:
        rows = list(BodyChecks(raw, self, asked).run())
        counts = staging.counts(Counter(row.state for row in rows), None)
        return Checked(len(rows), counts, iter(rows), {})

    def beside(self, checked: Staged, other: StagedRow) -> list[str] | None:
        """A mended row may turn out to add organisations to the body of another row."""
        told, held = checked.values.get("facts", {}), other.values.get("facts", {})
        differing = sorted(f for f in told if f in held and told[f] != held[f] and not f.endswith("_id"))
        if differing or "covers" not in checked.values:
            return differing
        first = other.values.get("first_row", other.row)
        checked.values = {k: v for k, v in checked.values.items() if k in ("line", "covers", "since")}
        checked.values["first_row"] = first
        return None

    def prepare(self, batch: Import, rows: Sequence[Pending]) -> bodies.Texts:
        return bodies.prepare(rows)

    def write(self, batch: Import, rows: Sequence[Pending], prepared: bodies.Texts) -> None:
        bodies.write(batch, rows, prepared)

    def unwrite(self, batch: Import, rows: Sequence[Pending], prepared: bodies.Texts) -> None:
        bodies.unwrite(batch, rows, prepared)

    def changed_since(self, batch: Import) -> "QuerySet[StagedRow]":
        return bodies.changed_since(batch)

    def facts(self, values: Line, names: Mapping[int, str]) -> list[str]:
        facts = values.get("facts", {})
        parts = [word(BODY_KINDS, facts["kind"]), word(BODY_FORMS, facts["form"])] if facts else []
        return [str(part) for part in (*parts, names.get(facts.get("area_id", 0))) if part]
