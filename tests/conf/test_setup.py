"""An empty installation becomes a federation's own, wherever it is."""

import csv
import gzip
import io
import json

import pytest
from django.core.management import CommandError, call_command

from lianxin.access.actors import AccountActor
from lianxin.access.models import Account
from lianxin.conf import setup
from lianxin.conf.management.commands.setup import Dialogue
from lianxin.kit.clock import today
from lianxin.places.models import Area, AreaSpan
from lianxin.registry.models import Line

pytestmark = pytest.mark.django_db
LEVELS = [
    {"code": "district", "zh": "区", "en": "District"},
    {"code": "subdistrict", "zh": "街道", "en": "Subdistrict"},
    {"code": "community", "zh": "社区", "en": "Community"},
]
AREAS = [
    {"code": "1", "name": "云杉区", "level": "district"},
    {"code": "11", "name": "云杉街道", "parent": "1", "level": "subdistrict"},
]


def answers(tmp_path, **given):
    path = tmp_path / "answers.json"
    steward = {"username": "first", "label": "首位管理员"}
    lines = [{"code": "union", "name": "工会"}, {"code": "writers", "name": "作协"}]
    path.write_text(json.dumps({"levels": LEVELS, "areas": AREAS, "lines": lines, "steward": steward, **given}))
    return path


def run(path):
    out = io.StringIO()
    call_command("setup", answers=path, format="json", stdout=out)
    return json.loads(out.getvalue())


def test_the_answers_become_areas_lines_and_an_administrator(tmp_path):
    result = run(answers(tmp_path))
    assert (result["areas"], result["lines"], result["username"]) == (2, 2, "first")
    assert set(Line.objects.values_list("code", flat=True)) == {"union", "writers"}
    first = Account.objects.get()
    scope = AccountActor(first).scope("access.give_grant", today())
    assert Area.objects.within(scope).count() == 2


def test_the_link_lets_the_first_administrator_set_a_password(tmp_path, client):
    link = run(answers(tmp_path))["link"]
    page = client.get(link, follow=True)
    client.post(page.request["PATH_INFO"], {"password1": "quite-a-long-word", "password2": "quite-a-long-word"})
    assert Account.objects.get().check_password("quite-a-long-word")


def test_a_second_set_up_is_refused_and_changes_nothing(tmp_path):
    path = answers(tmp_path)
    run(path)
    with pytest.raises(CommandError, match="LIANXIN_HOME"):
        run(path)
    assert Account.objects.count() == 1


def test_a_weak_password_leaves_nothing_behind(tmp_path):
    steward = {"username": "first", "label": "首位管理员", "password": "short"}
    with pytest.raises(CommandError):
        run(answers(tmp_path, steward=steward))
    assert setup.is_empty()


def test_a_missing_answer_is_named(tmp_path):
    path = tmp_path / "answers.json"
    path.write_text(json.dumps({"levels": LEVELS}))
    with pytest.raises(CommandError, match="steward"):
        run(path)


LEVEL_ROWS = tuple(setup.Level(x["code"], x["zh"], x["en"]) for x in LEVELS)


def test_codes_that_begin_with_another_lie_below_it():
    rows = setup.read_areas("code,name\n440304000000,甲区\n440304001000,乙街道\n440304001002,丙社区\n", LEVEL_ROWS)
    assert [(r.code, r.parent, r.level) for r in rows] == [
        ("440304", "", "district"),
        ("440304001", "440304", "subdistrict"),
        ("440304001002", "440304001", "community"),
    ]


def test_a_list_with_all_levels_in_a_row_is_read():
    head = "community_code,community_name,subdistrict_code,subdistrict_name,district_code,district_name"
    rows = setup.read_areas(f"{head}\nc1,丙,s1,乙,d1,甲\nc2,丁,s1,乙,d1,甲\n", LEVEL_ROWS)
    assert [(r.code, r.parent) for r in rows] == [("d1", ""), ("s1", "d1"), ("c1", "s1"), ("c2", "s1")]


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "code,name\n1,甲\n12,乙\n123,丙\n1234,丁\n"])
def test_a_list_that_does_not_fit_is_refused_in_words(text):
    with pytest.raises(setup.AreasUnread) as no:
        setup.read_areas(text, LEVEL_ROWS)
    assert no.value.sentence


@pytest.mark.real_data
def test_a_district_of_another_province_sets_itself_up(tmp_path, shared):
    """Nanhu, Jiaxing, Zhejiang: real codes and names, read in place, levels of that place."""
    data = shared / "data/admin-divisions"
    with (data / "china_areas.csv").open(encoding="utf-8-sig") as source:
        rows = [r for r in csv.DictReader(source) if r["code"] == "330402"]
    with (data / "china_streets.csv").open(encoding="utf-8-sig") as source:
        rows += [r for r in csv.DictReader(source) if r["code"].startswith("330402")]
    with gzip.open(data / "china_villages.csv.gz", "rt", encoding="utf-8-sig") as source:
        rows += [r for r in csv.DictReader(source) if r["code"].startswith("330402")]
    (tmp_path / "areas.csv").write_text("code,name\n" + "\n".join(f"{r['code']},{r['name']}" for r in rows))
    levels = [{"code": "qu", "zh": "区"}, {"code": "zhen", "zh": "镇、街道"}, {"code": "cun", "zh": "村、社区"}]
    result = run(answers(tmp_path, levels=levels, areas="areas.csv"))
    assert result["areas"] == len(rows) > 100
    assert AreaSpan.objects.get(parent=None).name == "南湖区"
    assert set(AreaSpan.objects.values_list("level", flat=True)) == {"qu", "zhen", "cun"}


def test_questions_are_asked_one_after_the_other(monkeypatch):
    said = iter(["", "writers, 作协, Writers", "", "", "-", "1, 云杉区", "11, 云杉街道", "", "首位管理员", "first"])
    monkeypatch.setattr("builtins.input", lambda _question="": next(said))
    monkeypatch.setattr("getpass.getpass", lambda _question="": "")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    found = Dialogue(io.StringIO()).ask()
    assert [level.code for level in found.levels] == ["district", "subdistrict", "community"]
    assert found.lines == (setup.LineAnswer("writers", "作协", "Writers"),)
    assert [(row.code, row.parent) for row in found.areas] == [("1", ""), ("11", "1")]
    assert (found.username, found.label) == ("first", "首位管理员")


def test_nobody_to_answer_is_said_and_not_waited_for(monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False)
    with pytest.raises(CommandError, match="--answers"):
        call_command("setup")
