"""The contract of components: small, isolated, described on the first line, and shown in the gallery."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template import engines
from django.utils import translation
from django_cotton.compiler_regex import CottonCompiler

from lianxin.kit.clock import today
from lianxin.kit.pages import Count
from lianxin.kit.templatetags.lx import listed, until_words
from lianxin.kit.waiting import WaitingLine

KIT = Path(settings.SOURCE) / "kit/templates"
COMPONENTS = sorted((KIT / "cotton/lx").glob("*.html"))


def drawn(source: str, **context) -> str:
    return engines["django"].from_string(CottonCompiler().process(source)).render(context)


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda p: p.stem)
def test_a_component_names_its_arguments_on_the_first_line_and_stays_small(path):
    lines = path.read_text().splitlines()
    assert re.match(r"\{# .+ #\}$", lines[0])
    assert len(lines) <= 40


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda p: p.stem)
def test_every_component_is_in_the_gallery(path):
    assert f"<c-lx.{path.stem} " in (KIT / "kit/gallery.html").read_text().replace(">", " ")


def test_a_component_sees_its_arguments_and_not_the_page_around_it():
    page = drawn('<c-lx.tag label="here" />', icon="leaked", kind="leaked")
    assert "here" in page
    assert "leaked" not in page


def test_what_people_wrote_is_escaped():
    assert "<b>x" not in drawn('<c-lx.tag :label="name" />', name="<b>x")
    line = WaitingLine("v", "walk", "<script>1", "<i>d", "go", "/x")
    assert "<script>" not in drawn('<c-lx.row :line="line" />', line=line)


@pytest.mark.parametrize(
    ("state", "words"),
    [("hidden", "为保护个人，不显示"), ("undefined", "范围内没有单位"), ("computing", "正在算")],
)
def test_a_figure_that_is_not_shown_never_reads_as_a_number(state, words):
    text = re.sub(r"<[^>]+>", " ", drawn('<c-lx.figure state="{{ state }}" value="7" />', state=state))
    assert words in text
    assert not re.search(r"\d", text)


def test_a_field_that_is_wrong_says_so_beside_it_and_on_top():
    class Form(forms.Form):
        size = forms.IntegerField(label="人数")

    form = Form({"size": "x"})
    assert 'href="#id_size"' in drawn('<c-lx.faults :form="form" />', form=form)
    field = drawn('<c-lx.field :field="form.size" />', form=form)
    assert 'id="id_size_error"' in field
    assert 'value="x"' in field


def test_only_the_part_chosen_in_a_tally_is_marked():
    page = drawn('<c-lx.tally :counts="c" />', c=[Count("a", 1200, url="?a"), Count("b", 2, url="?b", is_on=True)])
    assert page.count("aria-current") == 1
    assert "1,200" in page


@pytest.mark.parametrize(
    ("days", "working", "chinese", "english"),
    [
        (-4, -2, "超期 2 个工作日", "2 working days overdue"),
        (-1, None, "超期 1 天", "1 day overdue"),
        (0, 0, "今天到期", "Due today"),
        (3, 1, "还剩 1 个工作日", "1 working day left"),
        (3, None, "还剩 3 天", "3 days left"),
    ],
)
def test_a_deadline_reads_in_words_in_both_languages(days, working, chinese, english):
    due_on = today() + timedelta(days=days)
    assert until_words(due_on, working) == chinese
    with translation.override("en"):
        assert until_words(due_on, working) == english


def test_no_deadline_has_no_words():
    assert until_words(None) == ""
    assert "没有时限" in drawn("<c-lx.deadline />")


def test_names_in_a_row_are_told_apart_as_the_language_does():
    assert (listed(["甲", "乙"]), listed(["甲", "乙"], "；"), listed([])) == ("甲、乙", "甲；乙", "")
    with translation.override("en"):
        assert (listed(["A", "B"]), listed(["A", "B"], "；")) == ("A, B", "A; B")
    assert "<b>" not in drawn("{% load lx %}{{ names|listed }}", names=["<b>x", "y"])


@pytest.mark.parametrize(
    ("language", "missing", "too_small"),
    [
        ("zh-hans", "请填写这一项。", "请填 0 或更大的数。"),
        ("en", "Please fill this in.", "Please enter 0 or more."),
    ],
)
def test_what_is_missing_or_too_small_is_said_in_plain_words(language, missing, too_small):
    class Form(forms.Form):
        name = forms.CharField()
        size = forms.IntegerField(min_value=0)

    with translation.override(language):
        assert Form({"size": "-1"}).errors == {"name": [missing], "size": [too_small]}


class Asked(forms.Form):
    days = forms.MultipleChoiceField(
        label="哪几天", choices=[("1", "周一"), ("2", "周二")], widget=forms.CheckboxSelectMultiple, help_text="可多选"
    )
    words = forms.CharField(label="说明")


def test_several_inputs_under_one_name_are_a_group_with_a_legend_and_its_faults():
    page = drawn('<c-lx.field :field="form.days" />', form=Asked({}))
    assert "<legend>哪几天" in page
    assert 'aria-describedby="id_days_helptext id_days_error"' in page
    assert 'id="id_days_error"' in page
    assert '<label for="id_words">' in drawn('<c-lx.field :field="form.words" />', form=Asked({}))


def test_the_summary_of_faults_takes_the_focus_and_a_sample_does_not():
    assert ' tabindex="-1" autofocus' in drawn('<c-lx.faults :form="form" />', form=Asked({}))
    assert "autofocus" not in drawn('<c-lx.faults :form="form" is_sample="1" />', form=Asked({}))


def test_the_verb_of_a_row_says_what_it_is_about():
    line = WaitingLine("事项", "walk", "工资没有发", "区", "办理", "/x")
    assert '办理<span class="lx-hidden">: 工资没有发</span></a>' in drawn('<c-lx.row :line="line" />', line=line)


def test_every_part_that_scrolls_by_itself_is_reached_by_keyboard_and_has_a_name():
    opened = r'<div class="(?:lx-scroll|table-responsive)"[^>]*>'
    found = {p.name: re.findall(opened, p.read_text()) for p in Path(settings.SOURCE).rglob("templates/**/*.html")}
    tags = [(name, tag) for name, listed in found.items() for tag in listed]
    assert len(tags) > 20
    assert [t for t in tags if not re.search(r'tabindex="0" role="region" aria-label(ledby)?=', t[1])] == []
