"""Export, API, search: the same question gives the same set as the page."""

import csv
import io
import sys

import fastexcel
import pytest
from django.core.management import call_command
from django.urls import reverse

import make
from lianxin.access.actors import AccountActor
from lianxin.kit.clock import today
from lianxin.kit.tables_out import neutral
from lianxin.registry import search as grams
from lianxin.registry.models import DuplicatePair
from lianxin.registry.queries import search, waiting_lines

pytestmark = pytest.mark.django_db


@pytest.fixture
def community():
    return make.area(
        "样例社区", parent=make.area("样例街道", parent=make.area("样例区"), code="440304999"), code="440304999001"
    )


@pytest.fixture
def firms(community):
    names = ["云杉样例有限公司", "=HYPERLINK(1)", "雪松样例商行"]
    made = [make.organisation(name, area=community, address="样例路 1 号") for name in names]
    make.organisation("外样例", area=make.area())
    make.body(area=community, covers=(made[0],))
    grams.index("organisation", [o.pk for o in made])
    return made


@pytest.fixture
def account(community, firms):
    return make.account(("community_officer", community))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", " =1", "\u3000=1"])
def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(text):
    assert neutral(text).startswith("'")
    assert neutral("样例 =1") == "样例 =1"


def test_the_csv_holds_what_the_list_shows_with_codes_of_the_place(client, account):
    client.force_login(account)
    answer = client.get(reverse("registry:export", args=["csv"]), {"q": "样例路"})
    text = b"".join(answer.streaming_content)
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    assert {r["名称"] for r in rows} == {"云杉样例有限公司", "'=HYPERLINK(1)", "雪松样例商行"}
    assert {(r["社区代码"], r["街道代码"]) for r in rows} == {("440304999001", "440304999")}
    assert {r["名称"]: r["工会覆盖"] for r in rows}["云杉样例有限公司"] == "是"


def test_the_workbook_holds_the_same(client, account):
    client.force_login(account)
    answer = client.get(reverse("registry:export", args=["xlsx"]))
    sheet = fastexcel.read_excel(b"".join(answer.streaming_content)).load_sheet(0).to_polars()
    assert sheet.height == 3
    assert "'=HYPERLINK(1)" in sheet["名称"].to_list()


def test_the_command_exports_an_area_by_its_code(tmp_path, firms):
    target = tmp_path / "out.csv"
    call_command("export", "organisations", "--area", "440304999", "--out", str(target), stderr=io.StringIO())
    assert target.read_text("utf-8-sig").count("\n") == 4


def test_the_command_writes_to_standard_output(firms, capfdbinary, monkeypatch):
    class Out:
        buffer = io.BytesIO()

    monkeypatch.setattr(sys, "stdout", Out())
    call_command("export", "organisations", stderr=io.StringIO())
    assert len(Out.buffer.getvalue().decode("utf-8-sig").splitlines()) == 5


def test_page_api_export_and_search_answer_alike(client, account):
    client.force_login(account)
    page = {line.id for line in client.get(reverse("registry:organisations"), {"q": "样例"}).context["found"].lines}
    api = {row["id"] for row in client.get("/api/v1/organisations", {"q": "样例"}).json()["items"]}
    hits = {
        int(h.url.split("/")[-2]) for h in search(AccountActor(account), "样例", today(), 50) if h.icon == "building"
    }
    out = b"".join(client.get(reverse("registry:export", args=["csv"]), {"q": "样例"}).streaming_content)
    assert page == api == hits
    assert out.decode().count("\n") == len(page) + 1


def test_the_api_goes_page_by_page_and_shows_one(client, account, firms):
    client.force_login(account)
    first = client.get("/api/v1/organisations", {"limit": 2}).json()
    second = client.get("/api/v1/organisations", {"limit": 2, "cursor": first["next"]}).json()
    assert len(first["items"] + second["items"]) == 3
    assert second["next"] is None
    one = client.get(f"/api/v1/organisations/{firms[0].pk}").json()
    assert one["covered_by"] == ["union"]
    assert one["bodies"][0]["line"] == "union"
    assert client.get("/api/v1/organisations/999999999").status_code == 404


def test_the_api_shows_bodies(client, account):
    client.force_login(account)
    (body,) = client.get("/api/v1/bodies").json()["items"]
    assert (body["covers"], body["area_code"]) == (1, "440304999001")
    assert client.get(f"/api/v1/bodies/{body['id']}").json() == body


def test_a_search_of_signs_finds_nobody(account):
    assert search(AccountActor(account), "--", today(), 10) == []


def test_waiting_lines_name_what_an_officer_must_do(account, community, firms):
    from lianxin.kit.clock import now

    actor = AccountActor(account)
    assert waiting_lines(actor, today()) == []
    first, second = firms[0].pk, firms[2].pk
    DuplicatePair.objects.create(kind="organisation", first=first, second=second, found_at=now())
    make.organisation(area=community, placed="none")
    titles = [line.title for line in waiting_lines(actor, today())]
    assert titles == ["1 家单位还没有定位", "1 对记录可能是同一个"]
