"""What pages and commands show of imports."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianxin.kit.actor import Actor
from lianxin.kit.waiting import WaitingLine
from lianxin.trail.models import Job

from ..models.imports import Import, StagedRow
from .faults import sentence
from .kinds import KINDS
from .personal import shown

LISTED = 200
KEPT = timedelta(days=60)
"""How long rows set aside stay in the list of what waits."""


@dataclass(frozen=True, slots=True)
class RowLine:
    """A row of a file, as a list shows it."""

    id: int
    row: int
    title: str


def changed_lines(batch: Import) -> list[RowLine]:
    """The rows for whose sake an import cannot be taken back."""
    rows = KINDS[batch.kind].changed_since(batch).order_by("pk").values_list("pk", "row", "title")[:LISTED]
    return [RowLine(*row) for row in rows]


def failure_of(batch: Import) -> str:
    """Why the job of an import gave up; "" while it has not."""
    job = Job.objects.filter(key=f"import-{batch.pk}").order_by("-pk").first()
    return job.error or "the job failed" if job is not None and job.failed_at else ""


def faults_csv(batch: Import) -> bytes:
    """The rows set aside as a file: number, reasons, and the cells as written; it can be mended and imported again."""
    kind = KINDS[batch.kind]
    fields = [kind.field(code) for code in batch.columns.values()]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["row", "reason", *[str(f.label) for f in fields]])
    for row in _set_aside(batch):
        reasons = "; ".join(sentence(fault, kind) for fault in row.faults)
        writer.writerow([row.row, reasons, *[_harmless(shown(row.written.get(f.code, ""))) for f in fields]])
    return out.getvalue().encode("utf-8-sig")


def _set_aside(batch: Import) -> Iterator[StagedRow]:
    return StagedRow.objects.filter(batch=batch, state="set_aside").order_by("pk").iterator(1000)


def _harmless(text: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") and text.strip("-—") else text


def waiting_lines(actor: Actor, day: date) -> list[WaitingLine]:
    """Imports that wait for the person who started them: rows set aside, files not let in yet."""
    if not actor.may("registry.start_import", day):
        return []
    scope = actor.scope("registry.start_import", day)
    mine = Import.objects.within(scope).filter(account_id_by=actor.id, state__in=("staged", "applied"))
    found = [_waiting(batch) for batch in mine.filter(started_at__date__gte=day - KEPT).order_by("-pk")[:LISTED]]
    return [line for line in found if line is not None]


def _waiting(batch: Import) -> WaitingLine | None:
    aside = batch.counts.get("set_aside", 0)
    named = {"file": batch.file_name, "n": aside}
    if batch.state == "applied" and not aside:
        return None
    if batch.state == "staged":
        title, verb = _("“%(file)s” is checked and waits to be let in") % named, _("Look and import")
    else:
        words = ngettext("“%(file)s” has %(n)d row set aside", "“%(file)s” has %(n)d rows set aside", aside)
        title, verb = words % named, _("Mend them")
    return WaitingLine(
        kind=_("Import"),
        icon="table-import",
        title=title,
        detail=_("The other rows are not touched by this."),
        verb=verb,
        url=reverse("registry:import", args=[batch.pk]),
    )
