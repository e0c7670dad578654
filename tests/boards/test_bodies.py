"""The board of a body: complete, honest about few, and no ranking."""

import re

import pytest
from django.urls import reverse

import make
from lianxin.boards.bodies import GROUPS
from lianxin.figures import bodies, snapshots, tables
from lianxin.kit.clock import now
from matters.figured import histories

pytestmark = pytest.mark.django_db
EVERY = [code for _title, codes in GROUPS for code in codes]


@pytest.fixture(autouse=True)
def _own_snapshots(settings, tmp_path):
    settings.SNAPSHOTS = tmp_path / "snapshots"
    tables.forget()
    bodies.forget()


@pytest.fixture
def land(client):
    district = make.area("样例区", code="440304")
    street = make.area("样例街道", parent=district)
    busy = make.body("甲样例总工会", area=street)
    idle = make.body("乙样例总工会", area=street)
    histories(150, [(busy, make.account())], street, until=now())
    snapshots.write(now())
    client.force_login(make.account(("district_officer", district)))
    return {"district": district, "street": street, "busy": busy, "idle": idle}


def board(client, body, **asked):
    return client.get(reverse("boards:body", args=[body.pk]), {"months": 12, **asked}).content.decode()


def states(page):
    return dict(re.findall(r'data-indicator="([a-z_]+)" data-state="([a-z]+)"', page))


def test_every_figure_of_the_board_stands_there_with_its_meaning_numbers_and_definition(client, land):
    page = board(client, land["busy"], on=now().date().isoformat())
    assert list(states(page)) == EVERY
    assert states(page)["on_time_rate"] == states(page)["closing_time"] == "shown"
    assert "本期内到期的事项" in page
    assert "95% 区间" in page.replace("95 %", "95%")
    assert re.search(r"<b>\d+ / \d+</b>", page)
    for code in EVERY:
        assert reverse("figures:definition", args=[code]) in page
    assert "非常满意" in page


def test_rates_that_are_good_when_low_are_told_apart_near_nothing(client, land):
    other = make.body("丁样例总工会", area=make.area("第三街道", parent=land["district"]))
    histories(150, [(other, make.account())], land["street"], seed=3, until=now())
    snapshots.write(now())
    page = board(client, land["busy"])
    parts = {code: page.split(f'data-indicator="{code}"')[1].split("</article>")[0] for code in EVERY}
    assert "没有，0%" in parts["not_accepted_share"]
    assert "全部，100%" not in parts["not_accepted_share"]
    assert "全部，100%" in parts["on_time_rate"]


def test_a_body_without_matters_has_no_rates_rather_than_none_or_all(client, land):
    found = states(board(client, land["idle"]))
    assert set(found.values()) <= {"undefined", "hidden"}
    assert "undefined" in found.values()


def test_a_body_with_few_matters_shows_no_number(client, land):
    few = make.body("丙样例总工会", area=make.area("另一街道", parent=land["district"]))
    histories(9, [(few, make.account())], land["street"], seed=7, kinds=("question",), until=now())
    snapshots.write(now())
    page = board(client, few)
    assert "shown" not in states(page).values()
    assert not re.search(r"<b>\d+ / \d+</b>", page)


def test_the_list_of_boards_is_in_order_of_names_and_shows_no_figure(client, land):
    page = client.get(reverse("boards:bodies")).content.decode()
    names = re.findall(r'<a href="/boards/bodies/\d+/">([^<]+)', page)
    assert names == sorted(names)
    assert {"甲样例总工会", "乙样例总工会"} <= set(names)
    assert "%" not in re.sub(r"<(style|script).*?</\1>", "", page.split("<tbody>")[1], flags=re.S)


def test_a_board_is_seen_by_its_own_people_and_by_nobody_of_another_body(client, land):
    client.force_login(make.account(("chapter_officer", land["busy"])))
    assert states(board(client, land["busy"]))["on_time_rate"] == "shown"
    assert client.get(reverse("boards:body", args=[land["idle"].pk])).status_code == 404


def test_no_person_is_named_on_a_board(client, land):
    page = board(client, land["busy"])
    for account in ("user", "样例人员", "样例user"):
        assert account not in page.split("<main")[1]
