"""What matters seal: personal data with the field keys, all of a C4 matter with keys of its own."""

from typing import Any

from lianxin.kit.rotation import SealedColumn
from lianxin.matters.models import Event, HotlineFile, Photo, Referral, Requester, Words
from lianxin.matters.models.core import requester_place, words_place


def _ring(row: Any) -> str:
    return str(row.matter.ring)


SEALED = (
    SealedColumn(Words, "sealed", lambda row: words_place(row.matter), _ring, lock="matter"),
    SealedColumn(Requester, "sealed", lambda row: requester_place(row.matter), _ring, lock="matter"),
    SealedColumn(Event, "sealed", lambda row: row.where, _ring, lock="matter"),
    SealedColumn(Photo, "sealed", lambda row: row.where, _ring, lock="matter"),
    SealedColumn(Referral, "passed", lambda row: row.where, _ring, lock="matter"),
    SealedColumn(HotlineFile, "sealed", lambda row: row.where),
)
