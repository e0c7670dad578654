import csv
import io
import json

import pytest
from django.core.management import CommandError, call_command

import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    top = make.area("福田区", code="440304")
    for name, count in (("样例甲", 30), ("样例乙", 12), ("=样例丙", 4), ("样例丁", 0)):
        sub = make.area(name, parent=top)
        firms = [make.organisation(area=sub) for _ in range(count)]
        make.body(area=sub, form="joint", covers=tuple(firms[: count // 2]))
    return top


def test_one_line_of_json_whose_children_have_the_same_keys(district, capsys):
    call_command("figures", "establishment_rate", "--area", "440304", "--on", "2026-03-04", "--format", "json")
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    top = json.loads(out)
    asked = {"indicator", "on", "area", "value", "numerator", "denominator", "missing", "shown", "source", "children"}
    assert asked <= top.keys()
    assert (top["value"], top["numerator"], top["denominator"]) == (0.5, 23, 46)
    assert [child.keys() == top.keys() for child in top["children"]] == [True] * 4
    assert [child["shown"] for child in top["children"]] == [True, False, False, True]
    assert [child["denominator"] for child in top["children"]] == [30, None, None, 0]


def test_the_csv_says_that_the_map_is_schematic_and_holds_no_formula(district, capsys):
    call_command("figures", "establishment_rate", "--on", "2026-03-04", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(rows) == 5
    assert {row["map"] for row in rows} == {"schematic"}
    assert rows[3]["name"] == "'=样例丙"
    assert (rows[3]["numerator"], rows[3]["denominator"], rows[3]["value"], rows[3]["shown"]) == ("", "", "", "no")


def test_the_table_is_for_the_eye(district, capsys):
    call_command("figures", "establishment_rate", "--on", "2026-03-04", "--headcount", "100")
    assert "{'headcount': 100, 'months': 6}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "asked",
    [
        ["no_such_rate"],
        ["establishment_rate", "--area", "no-such-area"],
        ["establishment_rate", "--on", "2999-01-01"],
        ["establishment_rate", "--on", "1999-01-01"],
        ["establishment_rate", "--headcount", "26"],
    ],
)
def test_what_is_not_there_is_refused_in_words(district, asked, capsys):
    with pytest.raises(CommandError) as refusal:
        call_command("figures", *asked, "--format", "json")
    assert refusal.value.returncode == 1
    assert json.loads(capsys.readouterr().out)["text"]


def test_an_empty_installation_is_refused_in_words():
    with pytest.raises(CommandError) as refusal:
        call_command("figures", "establishment_rate")
    assert refusal.value.returncode == 1
