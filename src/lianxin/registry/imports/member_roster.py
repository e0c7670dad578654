"""The roster of the members of one body, at each step of the road."""

from collections import Counter
from collections.abc import Mapping, Sequence

import polars as pl
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..models.imports import Import, StagedRow
from . import members, staging
from .fields import Asked, Checked, Line, Pending, RosterKind
from .member_checks import MemberChecks
from .personal import seal_cell


class MemberRoster(RosterKind):
    """Rows about the members of a body (会员名册)."""

    def check(self, raw: pl.DataFrame, asked: Asked) -> Checked:
        rows = list(MemberChecks(raw, self, asked).run())
        return Checked(len(rows), staging.counts(Counter(row.state for row in rows), None), iter(rows), {})

    def kept(self, written: Mapping[str, str], batch: Import, row: int) -> Line:
        return {
            field: seal_cell(text, batch=batch.pk, row=row) if field == "contact" and text else text
            for field, text in written.items()
        }

    def prepare(self, batch: Import, rows: Sequence[Pending]) -> members.Ready:
        return members.prepare(batch, rows)

    def write(self, batch: Import, rows: Sequence[Pending], prepared: members.Ready) -> None:
        members.write(batch, rows, prepared)

    def unwrite(self, batch: Import, rows: Sequence[Pending], prepared: members.Ready) -> None:
        members.unwrite(batch, rows, prepared)

    def changed_since(self, batch: Import) -> "QuerySet[StagedRow]":
        return members.changed_since(batch)

    def facts(self, values: Line, names: Mapping[int, str]) -> list[str]:
        found = [values["joined_on"]] if "joined_on" in values else []
        if "verified_on" in values:
            found.append(pgettext("membership", "verified"))
        if "contact" in values:
            found.append(_("contact sealed"))
        return found
