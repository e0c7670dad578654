"""The pages of an import, without script."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import make
from conftest import NOW, TODAY
from lianxin.access.actors import AccountActor
from lianxin.registry.models import Import, OrganisationSpan, StagedRow
from lianxin.registry.queries import waiting_lines
from lianxin.trail.tasks import run_until_idle
from registry.rosters import applied, land, roster, row, staged

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MEDIA_ROOT = tmp_path
    for module in ("registry.imports.views", "registry.imports.forms", "registry.imports.applying", "kit.guards"):
        monkeypatch.setattr(f"lianxin.{module}.today", lambda: TODAY)


@pytest.fixture
def areas() -> Any:
    return land()


@pytest.fixture
def client(areas: Any) -> Client:
    """A district officer, signed in."""
    found = Client()
    found.force_login(make.account(("district_officer", areas["district"])))
    return found


def text_of(response: Any) -> str:
    body = response.content.decode()
    assert "<c-" not in body
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def test_a_file_goes_all_the_way_in_by_clicks_alone(client: Client, areas: Any) -> None:
    file = SimpleUploadedFile("3月单位名册.csv", roster(row(1), row(2, 从业人数="四十来人")))
    given = {"kind": "organisations", "file": file, "effective_on": "2026-03-04", "area": areas["district"].pk}
    assert "选文件" in text_of(client.get("/registry/imports/new/"))
    there = client.post("/registry/imports/new/", given)
    batch = Import.objects.get()
    assert there.url == f"/registry/imports/{batch.pk}/columns/"
    page = client.get(there.url)
    assert "统一社会信用代码" in text_of(page)
    columns = {f"c{i}": f for i, f in batch.columns.items()}
    assert client.post(there.url, {**columns, "key": "credit_code"}).status_code == 302
    assert "正在核对" in text_of(client.get(f"/registry/imports/{batch.pk}/"))
    run_until_idle()
    text = text_of(client.get(f"/registry/imports/{batch.pk}/"))
    assert "文件共 2 行，还没有写入名册" in text
    assert "导入 1 行，搁置 1 行" in text
    assert "四十来人" in text
    aside = StagedRow.objects.get(state="set_aside")
    client.post(f"/registry/imports/rows/{aside.pk}/mend/", {"headcount": "40"})
    assert "导入 2 行" in text_of(client.get(f"/registry/imports/{batch.pk}/"))
    client.post(f"/registry/imports/{batch.pk}/apply/")
    run_until_idle()
    assert OrganisationSpan.objects.on(TODAY).count() == 2
    assert "2 行已在名册里" in text_of(client.get(f"/registry/imports/{batch.pk}/"))
    assert "3月单位名册.csv" in text_of(client.get("/registry/imports/"))
    assert "整批撤销" in text_of(client.get(f"/registry/imports/{batch.pk}/undo/"))
    client.post(f"/registry/imports/{batch.pk}/undo/")
    run_until_idle()
    assert OrganisationSpan.objects.count() == 0


def test_rows_set_aside_wait_for_the_person_who_brought_them(client: Client, areas: Any) -> None:
    actor = AccountActor(make.account(("district_officer", areas["district"])))
    batch = applied(
        roster(row(1), row(2, 从业人数="x")), area=areas["district"], actor=actor, file_name="3月单位名册.csv"
    )
    other = AccountActor(make.account(("district_officer", areas["district"])))
    lines = [line for line in waiting_lines(actor, NOW.date()) if line.url == f"/registry/imports/{batch.pk}/"]
    assert [str(line.title) for line in lines] == ["“3月单位名册.csv”有 1 行搁置"]
    assert batch.pk not in [line.url for line in waiting_lines(other, NOW.date())]


def test_what_is_no_table_is_refused_beside_the_field(client: Client, areas: Any) -> None:
    file = SimpleUploadedFile("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    given = {"kind": "organisations", "file": file, "effective_on": "2026-03-04", "area": areas["district"].pk}
    reply = client.post("/registry/imports/new/", given)
    assert (reply.status_code, "另存为 .xlsx" in text_of(reply)) == (422, True)


def test_another_row_of_headers_can_be_chosen(client: Client, areas: Any) -> None:
    batch = staged(roster(row(1), title="a,b,c"), area=areas["district"])
    reply = client.post(f"/registry/imports/{batch.pk}/sheet/", {"sheet": "", "header_row": "1"})
    batch.refresh_from_db()
    assert (reply.status_code, batch.state, batch.header_row) == (302, "uploaded", 1)


def test_the_counts_filter_the_rows_and_the_reasons_too(client: Client, areas: Any) -> None:
    applied(roster(row(1), row(2)), area=areas["district"])
    rows = [row(1, 从业人数="50"), row(2), row(3), row(4, 从业人数="12-15"), row(5, 成立日期="去年"), row(3)]
    batch = staged(roster(*rows), area=areas["district"])
    address = f"/registry/imports/{batch.pk}/"
    assert "从业人数：40 → 50" in text_of(client.get(f"{address}?show=changed"))
    assert "东坪社区" in text_of(client.get(f"{address}?show=new"))
    dates = text_of(client.get(f"{address}?show=set_aside&group=date"))
    assert ("去年" in dates, "12-15" in dates) == (True, False)
    assert "留第 4 行" in text_of(client.get(f"{address}?show=set_aside&group=same"))


def test_the_rows_set_aside_can_be_downloaded(client: Client, areas: Any) -> None:
    batch = staged(roster(row(1, 从业人数="12-15")), area=areas["district"])
    reply = client.get(f"/registry/imports/{batch.pk}/faults.csv")
    assert "12-15" in reply.content.decode("utf-8-sig")
    assert "attachment" in reply["Content-Disposition"]


def test_an_undo_that_is_refused_lists_the_rows(client: Client, areas: Any) -> None:
    batch = applied(roster(row(1)), area=areas["district"])
    make.body(area=areas["east"], covers=(OrganisationSpan.objects.get().organisation,))
    text = text_of(client.get(f"/registry/imports/{batch.pk}/undo/"))
    assert ("云杉样例1有限公司" in text, "撤销以后还可以" in text) == (True, False)
    assert client.post(f"/registry/imports/{batch.pk}/undo/").status_code == 409


def test_an_import_of_another_area_does_not_exist(areas: Any) -> None:
    batch = staged(roster(row(1, 从业人数="x")), area=areas["district"])
    client = Client()
    client.force_login(make.account(("community_officer", areas["east"])))
    aside = StagedRow.objects.get()
    assert client.get(f"/registry/imports/{batch.pk}/").status_code == 404
    assert client.post(f"/registry/imports/{batch.pk}/apply/").status_code == 404
    assert client.post(f"/registry/imports/rows/{aside.pk}/mend/", {"headcount": "4"}).status_code == 404


def test_the_preview_asks_the_same_number_of_questions_for_1_and_30_rows(client: Client, areas: Any) -> None:
    asked = []
    for number in (1, 30):
        batch = staged(roster(*[row(n, 从业人数="x") for n in range(number)]), area=areas["district"])
        client.get(f"/registry/imports/{batch.pk}/")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/registry/imports/{batch.pk}/")
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 20
