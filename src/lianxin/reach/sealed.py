"""What reach seals."""

from lianxin.kit.rotation import SealedColumn
from lianxin.reach.models import Application, Founder, VisitRecord
from lianxin.reach.operations.records import note_place

SEALED = (
    SealedColumn(Application, "sealed", lambda row: row.place),
    SealedColumn(Founder, "sealed", lambda row: row.where),
    SealedColumn(VisitRecord, "note", lambda row: note_place(row.key)),
)
