"""Whatever stands in the cells, every row ends up in one of the four counts, with a reason where it is set aside."""

from datetime import date

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import TODAY
from lianxin.registry.codes import BadCreditCode, check_code, make_code
from lianxin.registry.imports import reading, staging
from lianxin.registry.imports.checks import examine
from lianxin.registry.imports.faults import sentence
from lianxin.registry.imports.kinds import ORGANISATIONS
from lianxin.registry.imports.placing import Places
from lianxin.registry.imports.records import on_record
from lianxin.registry.models import Import
from registry.rosters import land

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _land() -> None:
    land()


CELL = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.sampled_from(
        [
            "120",
            "120人",
            "１２",
            "12-15",
            "2020-01-02",
            "2020/13/45",
            "是",
            "企业",
            "东坪社区",
            "合计",
            "-",
            "无",
            "=1+1",
        ]
    ),
    st.integers(-(10**20), 10**20).map(str),
    st.integers(0, 99).map(lambda n: make_code("91", "990001", n)),
    st.dates(date(1700, 1, 1), date(2200, 1, 1)).map(str),
)
FIELDS = [f.code for f in ORGANISATIONS.fields]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    fields=st.sets(st.sampled_from(FIELDS), min_size=1).map(sorted),
    cells=st.lists(st.lists(CELL, min_size=len(FIELDS), max_size=len(FIELDS)), min_size=1, max_size=6),
    key=st.sampled_from(sorted(ORGANISATIONS.keys)),
)
def test_any_cells_are_counted_once_and_never_break_anything(
    fields: list[str], cells: list[list[str | None]], key: str
) -> None:
    batch = Import(kind="organisations", effective_on=TODAY)
    places = Places.on(TODAY, batch)
    data = {"row": range(2, len(cells) + 2), **{f: [line[i] for line in cells] for i, f in enumerate(fields)}}
    raw = pl.DataFrame(data, schema={"row": pl.UInt32, **dict.fromkeys(fields, pl.String)})
    frame = examine(raw, kind=ORGANISATIONS, key=key, places=places, record=on_record(), today=TODAY, day=TODAY)
    rows = list(staging.staged_rows(frame, ORGANISATIONS, places))
    assert sorted(r.row for r in rows) == list(data["row"])
    for row in rows:
        assert (row.state == "set_aside") == bool(row.faults)
        assert all(sentence(fault, ORGANISATIONS) for fault in row.faults)
    assert len(staging.cells(batch, rows)) == len(cells)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    codes=st.lists(
        st.one_of(
            st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ -", max_size=20),
            st.builds(make_code, st.sampled_from(["91", "92", "51"]), st.just("440304"), st.integers(0, 10**8 - 1)),
            st.builds(
                lambda n, at, c: make_code("91", "440304", n)[:at] + c + make_code("91", "440304", n)[at + 1 :],
                st.integers(0, 10**8 - 1),
                st.integers(0, 17),
                st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXYIOSVZ"),
            ),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_the_check_of_whole_columns_says_what_the_check_of_one_code_says(codes: list[str]) -> None:
    field = ORGANISATIONS.field("credit_code")
    read = reading.read_columns(pl.DataFrame({"credit_code": codes}, schema={"credit_code": pl.String}), [field], TODAY)
    for code, fault in zip(codes, read["credit_code!"], strict=True):
        try:
            expected = bool(check_code(code)) or None
        except BadCreditCode:
            expected = False
        is_word_for_unknown = code.strip().lower() in reading.UNKNOWN
        assert is_word_for_unknown or (fault is None) == (expected is not False)


@pytest.mark.parametrize(
    ("words", "number"),
    [("十二", 12), ("一百零五", 105), ("两千", 2000), ("三万二千", 32000), ("百", None), ("三四", None), ("", None)],
)
def test_numbers_in_words_have_one_reading_or_none(words: str, number: int | None) -> None:
    assert reading.chinese_number(words) == number
