"""What the pages of an import show: frozen lines, in a constant number of queries."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count as Number
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lianxin.kit.pages import Count
from lianxin.kit.templatetags.lx import listed
from lianxin.places.models import AreaSpan
from lianxin.trail.models import Job

from ..models.imports import Import, StagedRow
from .faults import GROUPS, sentence
from .fields import RosterKind
from .kinds import KINDS
from .personal import HIDDEN, shown
from .queries import failure_of

PAGE = 20
STATES: dict[str, str | Promise] = {
    "uploaded": gettext_lazy("Columns to be told apart"),
    "staging": gettext_lazy("Being checked"),
    "staged": gettext_lazy("Checked, nothing written yet"),
    "applying": gettext_lazy("Being written"),
    "applied": gettext_lazy("In the registry"),
    "undoing": gettext_lazy("Being taken back"),
    "undone": gettext_lazy("Taken back"),
    "discarded": gettext_lazy("Put away"),
}
WORKING = ("staging", "applying", "undoing")
KEYS: dict[str, str | Promise] = {
    "credit_code": gettext_lazy("By the credit code"),
    "name": gettext_lazy("By the name"),
    "name_address": gettext_lazy("By name and address"),
    "member": gettext_lazy("By name and workplace within the body"),
    "number": gettext_lazy("By the number on record, else by the name"),
}
SHOWN = ("set_aside", "new", "changed", "unchanged", "to_place")


@dataclass(frozen=True, slots=True)
class ImportLine:
    """An import in the list."""

    id: int
    file_name: str
    kind: str
    started_at: datetime
    effective_on: date
    state: str
    words: str
    rows: int
    goes_in: int
    set_aside: int
    one: str
    """What a row is about."""
    is_placed: bool
    sites: tuple[tuple[str, int], ...]
    """Buildings that are not on record, and how many rows name each."""
    more_sites: int
    dropped: tuple[str, ...]
    """Headers of columns that were dropped unread."""
    basis: str
    """What people are entered for, and on what basis."""


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """A column of the file: what stands in it and what it is taken for."""

    index: int
    header: str
    samples: str
    field: str


@dataclass(frozen=True, slots=True)
class FaultLine:
    """One reason why a row is set aside, and what to write instead; `field` is "" where there is nothing to write."""

    label: str
    written: str
    reason: str
    field: str
    value: str
    example: str


@dataclass(frozen=True, slots=True)
class RowShown:
    """A row of the file in a list of the preview."""

    id: int
    row: int
    title: str
    facts: tuple[str, ...]
    faults: tuple[FaultLine, ...]
    other_row: int
    """The row of the file about the same record, where one of the two is to be kept."""


@dataclass(frozen=True, slots=True)
class Preview:
    """Four counts that add up to the file, and the rows behind the one that is chosen."""

    total: int
    goes_in: int
    counts: tuple[Count, ...]
    show: str
    placed: tuple[tuple[str, int], ...]
    to_place: int
    groups: tuple[Count, ...]
    rows: tuple[RowShown, ...]
    first: int
    last: int
    found: int
    previous: str
    next: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the job of an import is."""

    label: str
    done: int
    total: int
    state: str
    note: str


def lines(imports: "QuerySet[Import]") -> list[ImportLine]:
    return [line_of(batch) for batch in imports.select_related("purpose").order_by("-pk")[:100]]


def line_of(batch: Import) -> ImportLine:
    counts, kind = batch.counts, KINDS[batch.kind]
    return ImportLine(
        id=batch.pk,
        file_name=batch.file_name,
        kind=str(kind.label),
        started_at=batch.started_at,
        effective_on=batch.effective_on,
        state=batch.state,
        words=str(STATES[batch.state]),
        rows=counts.get("rows", 0),
        goes_in=counts.get("rows", 0) - counts.get("set_aside", 0),
        set_aside=counts.get("set_aside", 0),
        one=str(kind.one),
        is_placed=kind.is_placed,
        sites=tuple((name, rows) for name, rows in batch.notes.get("sites", ())),
        dropped=tuple(batch.notes.get("dropped", ())),
        basis=f"{batch.purpose} · {batch.purpose.basis_text}" if batch.purpose else "",
        more_sites=batch.notes.get("site_names", 0) - len(batch.notes.get("sites", ())),
    )


def columns(batch: Import) -> list[ColumnLine]:
    """The columns as they are mapped now."""
    return [
        ColumnLine(index, header, listed(samples), batch.columns.get(str(index), ""))
        for index, (header, samples) in enumerate(batch.headers)
    ]


def progress(batch: Import) -> Progress:
    job = Job.objects.filter(key=f"import-{batch.pk}").order_by("-pk").first()
    failure = failure_of(batch)
    if job is None:
        return Progress(str(STATES[batch.state]), 0, 0, "waiting", "")
    state = "failed" if failure else "running" if job.started_at else "waiting"
    return Progress(str(STATES[batch.state]), job.progress_done, job.progress_total, state, failure)


def preview(batch: Import, *, show: str, group: str, page: int) -> Preview:
    """The counts of an import and one page of its rows."""
    counts = batch.counts
    show = show if show in SHOWN else "set_aside" if counts.get("set_aside") else "new"
    address = reverse("registry:import", args=[batch.pk])
    rows = _chosen(batch, show, group)
    found = rows.count()
    first = min(max(page, 1) - 1, max(found - 1, 0) // PAGE) * PAGE
    ask = f"{address}?show={show}" + (f"&group={group}" if group else "")
    shown = list(rows.order_by("row")[first : first + PAGE])
    return Preview(
        total=counts.get("rows", 0),
        goes_in=counts.get("rows", 0) - counts.get("set_aside", 0),
        counts=_tally(counts, address, show),
        show=show,
        placed=(
            (_("Community"), counts.get("placed_community", 0)),
            (_("Subdistrict only"), counts.get("placed_subdistrict", 0)),
        ),
        to_place=counts.get("to_place", 0),
        groups=_groups(batch, address, group) if show == "set_aside" else (),
        rows=_shown(batch, shown),
        first=first + 1 if shown else 0,
        last=first + len(shown),
        found=found,
        previous=f"{ask}&page={first // PAGE}" if first else "",
        next=f"{ask}&page={first // PAGE + 2}" if first + PAGE < found else "",
    )


def _chosen(batch: Import, show: str, group: str) -> "QuerySet[StagedRow]":
    rows = StagedRow.objects.filter(batch=batch)
    if show == "to_place":
        return rows.exclude(state="set_aside").filter(placed="none")
    rows = rows.filter(state=show)
    return rows.filter(fault_group=group) if group and show == "set_aside" else rows


def _tally(counts: dict[str, int], address: str, show: str) -> tuple[Count, ...]:
    unit = _("rows")
    parts = (
        ("new", _("New"), _("See what is new"), ""),
        ("changed", _("Changed"), _("See what changes"), ""),
        ("unchanged", _("Unchanged"), "", ""),
        ("set_aside", _("Set aside"), _("See why"), "alert-triangle"),
    )
    return tuple(
        Count(
            label, counts.get(code, 0), unit, f"{address}?show={code}", "" if show == code else verb, icon, show == code
        )
        for code, label, verb, icon in parts
    )


def _groups(batch: Import, address: str, chosen: str) -> tuple[Count, ...]:
    aside = StagedRow.objects.filter(batch=batch, state="set_aside").order_by()
    found = dict(aside.values_list("fault_group").annotate(n=Number("pk")))
    everything = Count(_("All"), sum(found.values()), url=f"{address}?show=set_aside", is_on=not chosen)
    parts = [
        Count(str(label), found[code], url=f"{address}?show=set_aside&group={code}", is_on=chosen == code)
        for code, (label, _starts) in GROUPS.items()
        if code in found
    ]
    return (everything, *parts)


def _shown(batch: Import, rows: list[StagedRow]) -> tuple[RowShown, ...]:
    areas = {r.values.get("facts", r.values).get("area_id") for r in rows}
    names = dict(AreaSpan.objects.on(batch.effective_on).filter(area__in=areas - {None}).values_list("area_id", "name"))
    return tuple(_row_shown(KINDS[batch.kind], row, names) for row in rows)


def _row_shown(kind: RosterKind, row: StagedRow, names: dict[int, str]) -> RowShown:
    faults = tuple(_fault_line(kind, row, fault) for fault in row.faults)
    others = [f["details"]["row"] for f in row.faults if f["code"].startswith("same_")]
    return RowShown(
        row.pk, row.row, row.title or _("(empty)"), _facts(kind, row, names), faults, others[0] if others else 0
    )


def _facts(kind: RosterKind, row: StagedRow, names: dict[int, str]) -> tuple[str, ...]:
    if row.state == "changed":
        labels = {f.code: str(f.label) for f in kind.fields} | {"area": _("place"), "bodies": _("Covered by")}
        empty = _("(empty)")
        return tuple(
            _("%(what)s: %(old)s → %(new)s") % {"what": labels.get(f, f), "old": old or empty, "new": new}
            for f, (old, new) in row.differences.items()
        )
    if row.state == "new":
        return tuple(kind.facts(row.values, names))
    return ()


_MENDED_BY = {"area": "address", "name_twice": "credit_code"}


def _fault_line(kind: RosterKind, row: StagedRow, fault: dict[str, Any]) -> FaultLine:
    """The reason in words, and the field in which it can be mended."""
    code, column = fault["code"], fault["field"]
    field = _MENDED_BY.get(code) or _MENDED_BY.get(column) or column
    if column == "row" or code == "area_outside":
        label = _("Whole row") if column == "row" else _("place")
        return FaultLine(label, "", sentence(fault, kind), "", "", "")
    declared = kind.field(field)
    written = shown(row.written.get(field, ""))
    keeps = declared.reads in ("code", "text", "area")
    value = fault.get("filled") or (written if keeps and written != HIDDEN else "")
    return FaultLine(
        str(declared.label), written or _("(empty)"), sentence(fault, kind), field, value, declared.example
    )
