"""Rows set aside, mended where they stand."""

import os
from datetime import timedelta
from typing import Any

import pytest

from conftest import NOW, TODAY
from lianxin.registry.codes import make_code
from lianxin.registry.imports import mending, operations
from lianxin.registry.imports.queries import faults_csv
from lianxin.registry.models import Import, Organisation, OrganisationSpan, StagedRow
from lianxin.trail.models import Entry
from lianxin.trail.tasks import run_until_idle
from registry.rosters import ACTOR, applied, counts, faults, land, roster, row, staged, undone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def mend(batch: Import, number: int, **cells: str) -> StagedRow:
    found = StagedRow.objects.get(batch=batch, row=number)
    return mending.mend(row=found, cells=cells, actor=ACTOR, at=NOW)


def test_a_mended_row_goes_back_among_those_that_go_in() -> None:
    land()
    batch = staged(roster(row(1), row(2, 从业人数="四十来人")))
    assert mend(batch, 3, headcount="40").state == "new"
    batch.refresh_from_db()
    assert counts(batch) == (2, 0, 0, 0)
    operations.apply(batch=batch, actor=ACTOR, at=NOW)
    run_until_idle()
    assert OrganisationSpan.objects.on(TODAY).count() == 2


def test_a_row_mended_wrongly_stays_aside_with_the_new_reason_and_loses_nothing() -> None:
    land()
    batch = staged(roster(row(1, 从业人数="四十来人", 成立日期="去年")))
    mended = mend(batch, 2, headcount="40")
    assert (mended.state, [f["code"] for f in mended.faults]) == ("set_aside", ["date_words"])
    assert (mended.written["headcount"], mended.written["opened_on"]) == ("40", "去年")
    assert mend(batch, 2, opened_on="2025-05-18").state == "new"


def test_a_row_mended_after_the_import_goes_in_at_once_and_is_undone_with_it() -> None:
    land()
    batch = applied(roster(row(1), row(2, 从业人数="四十来人")))
    assert mend(batch, 3, headcount="40").state == "new"
    assert OrganisationSpan.objects.on(TODAY).count() == 2
    batch.refresh_from_db()
    assert counts(batch) == (2, 0, 0, 0)
    assert Entry.objects.filter(act="registry.import.row_mended").count() == 1
    undone(batch)
    assert Organisation.objects.count() == 0


def test_a_mended_code_may_turn_out_to_be_that_of_another_row() -> None:
    land()
    batch = staged(roster(row(1), row(2, 统一社会信用代码="91440300DEMQ1234T")))
    mended = mend(batch, 3, credit_code=make_code("91", "990001", 1))
    assert mended.faults[0]["code"] == "same_key_in_file"
    assert mended.faults[0]["details"]["row"] == 2


def test_of_two_rows_about_one_record_either_may_be_kept() -> None:
    land()
    batch = staged(roster(row(1, 从业人数="36"), row(1, 从业人数="63"), row(2), row(2, 从业人数="9", 女职工人数="1")))
    second, fourth = (StagedRow.objects.get(batch=batch, row=n) for n in (3, 5))
    mending.mend(row=second, cells={}, actor=ACTOR, at=NOW, over=True)
    mending.leave_out(row=fourth, actor=ACTOR, at=NOW)
    batch.refresh_from_db()
    assert counts(batch) == (2, 0, 2, 0)
    operations.apply(batch=batch, actor=ACTOR, at=NOW)
    run_until_idle()
    assert sorted(s.headcount or 0 for s in OrganisationSpan.objects.on(TODAY)) == [40, 63]


def test_a_row_is_mended_once() -> None:
    land()
    batch = staged(roster(row(1, 从业人数="四十来人")))
    mend(batch, 2, headcount="40")
    with pytest.raises(mending.RowMovedOn):
        mend(batch, 2, headcount="41")


def test_the_rows_set_aside_can_be_taken_home_mended_and_imported_again() -> None:
    land()
    batch = applied(roster(row(1), row(2, 从业人数="四十来人"), row(3, 单位名称="=SUM(A1)", 成立日期="去年")))
    text = faults_csv(batch).decode("utf-8-sig")
    assert "'=SUM(A1)" in text
    mended = text.replace("四十来人", "40")
    again = applied(mended.encode())
    assert counts(again) == (1, 0, 0, 1)
    assert list(faults(again)) == [3]


def test_a_file_nobody_went_on_with_is_put_away_by_night(
    settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    land()
    old, waiting = staged(roster(row(1))), staged(roster(row(2)))
    done = applied(roster(row(3)))
    folder = settings.MEDIA_ROOT / "imports"
    (folder / "left-behind").write_bytes(b"x")
    os.utime(folder / "left-behind", (0, 0))
    Import.objects.filter(pk__in=(old.pk, done.pk)).update(started_at=NOW - timedelta(days=31))
    with django_capture_on_commit_callbacks(execute=True):
        assert operations.purge(actor=ACTOR, at=NOW) == 1
    states = dict(Import.objects.values_list("pk", "state"))
    assert states == {old.pk: "discarded", waiting.pk: "staged", done.pk: "applied"}
    assert [path.name for path in folder.iterdir()] == [waiting.file_digest]
    assert not StagedRow.objects.filter(batch=old).exists()
