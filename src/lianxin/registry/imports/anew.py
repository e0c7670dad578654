"""What waits in imports about people, sealed anew under the newest key: cells of rows, and the files themselves."""

from base64 import b64decode

from django.db import transaction

from lianxin.kit import vault
from lianxin.kit.rotation import Rotated

from ..models.imports import Import, StagedRow
from . import files
from .kinds import KINDS
from .personal import SEALED, open_cell, seal_cell


def _personal() -> list[str]:
    return [code for code, kind in KINDS.items() if kind.is_personal]


def seal_rows_anew(batch: int = 500) -> Rotated:
    """The sealed cells of rows that wait or were set aside."""
    ids = list(StagedRow.objects.filter(batch__kind__in=_personal()).order_by("pk").values_list("pk", flat=True))
    values = anew = 0
    for start in range(0, len(ids), batch):
        with transaction.atomic():
            for row in StagedRow.objects.select_for_update().filter(pk__in=ids[start : start + batch]):
                cells = [cell for held in (row.values, row.written) for cell in _cells(held)]
                old = {cell: _anew(cell, row) for cell in cells if _is_old(cell)}
                values, anew = values + len(cells), anew + len(old)
                if old:
                    StagedRow.objects.filter(pk=row.pk).update(
                        values=_put(row.values, old), written=_put(row.written, old)
                    )
    return Rotated(values, anew, 0)


def seal_files_anew() -> Rotated:
    """The files of imports that are not finished."""
    waiting = Import.objects.filter(kind__in=_personal(), state__in=files.WAITING)
    found = [batch for batch in waiting.order_by("pk") if files.is_kept(batch)]
    return Rotated(len(found), sum(files.seal_anew(batch) for batch in found), 0)


def _cells(held: dict[str, object]) -> list[str]:
    """Sealed cells stand by themselves or beside their kind."""
    flat = [cell for value in held.values() for cell in (value if isinstance(value, list) else [value])]
    return [cell for cell in flat if isinstance(cell, str) and cell.startswith(SEALED)]


def _put(held: dict[str, object], new: dict[str, str]) -> dict[str, object]:
    def changed(cell: object) -> object:
        return new.get(cell, cell) if isinstance(cell, str) else cell

    return {
        name: [changed(cell) for cell in value] if isinstance(value, list) else changed(value)
        for name, value in held.items()
    }


def _is_old(cell: str) -> bool:
    return vault.key_of(b64decode(cell.removeprefix(SEALED))) != vault.newest_key()


def _anew(cell: str, row: StagedRow) -> str:
    return seal_cell(open_cell(cell, batch=row.batch_id, row=row.row), batch=row.batch_id, row=row.row)
