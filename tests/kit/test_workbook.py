"""Reading of tables that people keep."""

import io
import random
import zipfile
from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lianxin.kit import workbook
from lianxin.kit.refusals import Refused

KNOWN = {"单位名称", "统一社会信用代码", "人数", "成立日期", "name", "女"}


def knows(header: str) -> bool:
    return header in KNOWN


def book(**sheets: Iterable[tuple[str, Any]]) -> bytes:
    """A workbook from sheets of (cell, value)."""
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out)
    day = made.add_format({"num_format": "yyyy-mm-dd"})
    for name, cells in sheets.items():
        sheet = made.add_worksheet(name)
        for where, value in cells:
            if ":" in where:
                sheet.merge_range(where, value)
            elif isinstance(value, date):
                sheet.write_datetime(where, value, day)
            else:
                sheet.write(where, value)
    made.close()
    return out.getvalue()


def table_or_none(content: bytes) -> workbook.Table | None:
    """The table, or None where it is refused; anything else that is raised fails the test."""
    try:
        return workbook.read(content, knows=knows)
    except Refused:
        return None


def rewritten(content: bytes, part: str, change: Any) -> bytes:
    """The same archive with one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return out.getvalue()


ROSTER = book(
    名册=[
        ("B3:E3", "2026年3月单位名册"),
        ("B5", "统一社会信用代码"),
        ("C5", "单位名称"),
        ("D5", "人数"),
        ("E5", "成立日期"),
        ("B6", "914403001234567890"),
        ("C6", "云杉甲"),
        ("D6", 120),
        ("E6", date(2020, 1, 2)),
        ("C8", "云杉乙"),
        ("D8", "120人"),
    ]
)


def test_a_title_above_and_blank_rows_keep_the_row_numbers_of_the_file() -> None:
    table = workbook.read(ROSTER, knows=knows)
    assert table.header_row == 5
    assert table.headers == ("统一社会信用代码", "单位名称", "人数", "成立日期")
    assert table.frame.rows() == [
        (6, "914403001234567890", "云杉甲", "120", "2020-01-02 00:00:00"),
        (8, None, "云杉乙", "120人", None),
    ]


def test_a_code_stored_as_a_number_is_shown_with_the_digits_it_lost() -> None:
    content = book(a=[("A1", "单位名称"), ("B1", "统一社会信用代码"), ("A2", "甲"), ("B2", 914403001234567890)])
    assert workbook.read(content, knows=knows).frame["c1"].to_list() == ["9.14403001234568E+17"]


def test_headers_merged_over_two_rows_are_put_together() -> None:
    cells = [("A2:A3", "单位名称"), ("B2:C2", "人数"), ("B3", "合计"), ("C3", "女"), ("A4", "甲"), ("B4", 3), ("C4", 1)]
    table = workbook.read(book(a=[("A1:C1", "名册"), *cells]), knows=knows)
    assert (table.headers, table.header_row, table.frame.height) == (("单位名称", "合计", "女"), 3, 1)


def test_the_sheet_with_known_headers_is_chosen_and_another_can_be_asked_for() -> None:
    content = book(说明=[("A1", "怎么填"), ("A2", "照着填")], 名册=[("A1", "单位名称"), ("A2", "甲")])
    assert workbook.read(content, knows=knows).sheet == "名册"
    assert workbook.read(content, sheet="说明", knows=knows).headers == ("怎么填",)
    with pytest.raises(workbook.NoSuchSheet):
        workbook.read(content, sheet="别的")


def test_headers_printed_again_on_every_page_are_not_rows() -> None:
    lines = "单位名称,人数\n甲,1\n单位名称,人数\n乙,2\n"
    assert workbook.read(lines.encode(), knows=knows).frame["row"].to_list() == [2, 4]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_letters_and_separators_of_a_csv_file_are_found(encoding: str, mark: str) -> None:
    lines = f"名册\n\n单位名称{mark}人数\n云杉甲{mark}12\n\n“云杉”{mark}\n"
    table = workbook.read(lines.encode(encoding, "ignore"), knows=knows)
    assert table.frame.rows() == [(4, "云杉甲", "12"), (6, "“云杉”", None)]


def test_unknown_headers_are_still_found_by_their_shape() -> None:
    table = workbook.read("标题\nfoo,bar,baz\n1,2,3\n4,5,6\n".encode())
    assert (table.header_row, table.headers) == (2, ("foo", "bar", "baz"))


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", workbook.EmptyTable),
        (b"PK\x03\x04" + b"\0" * 40, workbook.Damaged),
        (b"PK\x05\x06" + b"\0" * 18, workbook.NotATable),
        (OLE, workbook.OldWorkbook),
        (OLE + "EncryptedPackage".encode("utf-16-le"), workbook.Locked),
        (b"<html><table><tr><td>1</td></tr></table></html>", workbook.WebPage),
        (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', workbook.WebPage),
        (b"%PDF-1.7\n", workbook.NotATable),
        (bytes(range(256)) * 9, workbook.NotATable),
        (b"a,b\n\xff\xff\xff\xff", workbook.UnknownLetters),
        ("单位名称,人数\n".encode(), workbook.EmptyTable),
        (("a," * 400 + "\n1\n").encode(), workbook.TooLarge),
        (ROSTER[: len(ROSTER) // 2], workbook.Damaged),
    ],
)
def test_what_is_no_table_is_refused_in_words(content: bytes, refusal: type[Refused]) -> None:
    with pytest.raises(refusal) as refused:
        workbook.read(content, knows=knows)
    assert refused.value.sentence


def test_two_cells_at_far_ends_are_refused_before_memory_is_taken() -> None:
    part = "xl/worksheets/sheet1.xml"
    bomb = rewritten(ROSTER, part, lambda xml: xml.replace(b'r="D8"', b'r="XFD1048576"'))
    with pytest.raises(workbook.TooLarge):
        workbook.read(bomb)


def test_a_part_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 1_000_000)
    with pytest.raises(workbook.TooLarge):
        workbook.read(rewritten(ROSTER, "xl/sharedStrings.xml", lambda xml: xml + b" " * 2_000_000))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), cuts=st.integers(1, 30))
def test_a_damaged_workbook_is_read_or_refused_but_never_breaks(seed: int, cuts: int) -> None:
    chance = random.Random(seed)
    if seed % 2:  # damage inside a part, so that the archive itself stays sound

        def spoil(xml: bytes) -> bytes:
            data = bytearray(xml)
            for _ in range(cuts):
                data[chance.randrange(len(data))] = chance.randrange(256)
            return bytes(data)

        content = rewritten(ROSTER, "xl/worksheets/sheet1.xml", spoil)
    else:
        data = bytearray(ROSTER)
        for _ in range(cuts):
            data[chance.randrange(len(data))] = chance.randrange(256)
        content = bytes(data)
    table = table_or_none(content)
    assert table is None or table.frame.width == len(table.headers) + 1


@settings(max_examples=150, deadline=None)
@given(content=st.one_of(st.binary(max_size=400), st.text(max_size=400).map(str.encode)))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    table = table_or_none(content)
    assert table is None or (table.frame.height > 0 and table.frame["row"].is_sorted())


@given(
    rows=st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp", "Cf"]), min_size=1),
            min_size=3,
            max_size=3,
        ),
        min_size=1,
        max_size=8,
    )
)
@settings(max_examples=60, deadline=None)
def test_what_was_written_comes_back_as_written(rows: list[list[str]]) -> None:
    lines = [["单位名称", "人数", "name"], *rows]
    text = "\r\n".join(",".join('"' + c.replace('"', '""') + '"' for c in line) for line in lines)
    table = workbook.read(text.encode(), knows=knows, header_row=1)
    assert [list(r[1:]) for r in table.frame.rows()] == [r for r in rows if r != lines[0]]
