"""Kinds and themes of messages, on messages made up here."""

import csv
import json
import random
from datetime import datetime, timedelta

import numpy as np
import pytest

from lianxin_methods.cli import main
from lianxin_methods.text.classify import NotAModel, TooFewMessages, load, train
from lianxin_methods.text.grams import HEAD, SCALES, learn_lexicon
from lianxin_methods.text.likeness import folds, near_copies
from lianxin_methods.text.margins import fit
from lianxin_methods.text.reasons import heat
from lianxin_methods.text.scores import macro_f1, pairwise, purity
from lianxin_methods.text.surety import learn_surety, share_at, sure_from
from lianxin_methods.text.tables import BadTable, read_table, read_time
from lianxin_methods.text.themes import Message, NoSuchTheme, Stream, lexicon_of, themes_of

SAID = {
    "wages": ["拖欠工资三个月", "加班费没有结清", "老板扣发奖金", "工地欠薪一直不结", "辞职以后工资不发"],
    "safety": ["车间没有防护罩", "消防通道堆满货物", "脚手架晃动危险", "电线老化冒火花", "粉尘很大没有口罩"],
    "insurance": ["社保断缴半年", "公积金从来没有缴", "工伤保险不给报销", "养老保险漏缴", "医保卡停用了"],
}
PLACES = ["青石路", "望江街", "红枫里", "白塔桥", "槐树湾"]
ENDS = ["请帮忙处理", "希望有人来看看", "不知道找谁", "请尽快答复", "多次反映没有结果"]


def made(count: int, seed: int = 1) -> tuple[list[str], list[str]]:
    luck = random.Random(seed)
    kinds = [luck.choice(list(SAID)) for _ in range(count)]
    texts = []
    for kind in kinds:
        where = f"{luck.choice(PLACES)}{luck.randint(1, 400)}号的单位"
        texts.append(f"{where}，{luck.choice(SAID[kind])}，已经{luck.randint(2, 90)}天，{luck.choice(ENDS)}")
    return texts, kinds


@pytest.fixture(scope="module")
def model():
    return train(*made(400))


def test_a_new_message_is_proposed_its_kind_and_the_next_best(model):
    texts, kinds = made(100, seed=2)
    proposals = model.propose(texts)
    assert np.mean([p.kind == k for p, k in zip(proposals, kinds, strict=True)]) > 0.95
    assert all(p.second != p.kind for p in proposals)


def test_what_is_sure_is_right_and_nonsense_is_not_sure(model):
    texts, kinds = made(200, seed=3)
    proposals = model.propose([*texts, "天气预报说明日有雨", ""])
    sure = [p.kind == k for p, k in zip(proposals, kinds, strict=False) if p.is_sure]
    assert len(sure) > 100
    assert np.mean(sure) >= 0.98
    assert not any(p.is_sure for p in proposals[-2:])


def test_the_reasons_are_words_of_the_message_that_speak_for_the_kind(model):
    text = "望江街的单位，拖欠工资三个月，请帮忙处理"
    reasons = model.why(text)
    assert model.propose([text])[0].kind == "wages"
    assert all(text[r.start : r.start + len(r.words)] == r.words for r in reasons)
    assert "工资" in "".join(r.words for r in reasons[:2])
    assert [r.weight for r in reasons if r.weight <= 0] == []


def test_the_heat_of_all_characters_is_the_lead_of_the_kind_over_the_next(model):
    text = "红枫里，车间没有防护罩；粉尘很大！"
    scores = model.scores([text])[0]
    best, second = np.argsort(-scores)[:2]
    lead = model.machine.weights[:, best] - model.machine.weights[:, second]
    found = heat(text, model.lexicon, lead).sum() + model.machine.bias[best] - model.machine.bias[second]
    assert found == pytest.approx(scores[best] - scores[second], abs=1e-4)


def test_text_cut_into_words_is_read_like_text_that_is_not(model):
    whole, cut = "白塔桥的车间，电线老化冒火花！", "白塔桥 车间 电线 老化 冒 火花"
    assert np.allclose(model.scores([whole]), model.scores([cut]), atol=1e-6)


def test_letters_and_digits_of_any_width_are_one(model):
    assert np.allclose(model.scores(["ＡＢ１２车间"]), model.scores(["ab12车间"]))


def test_a_model_read_from_its_file_speaks_as_before(model, tmp_path):
    file = tmp_path / "model.npz"
    model.save(file)
    again = load(file)
    texts, _ = made(50, seed=4)
    assert again.propose(texts) == model.propose(texts)
    assert (again.version, again.card) == (model.version, model.card)
    assert file.stat().st_size < 20_000_000


def test_a_file_that_is_no_model_is_refused(tmp_path):
    file = tmp_path / "model.npz"
    for content in (b"", b"PK\x03\x04 no", "工资".encode()):
        file.write_bytes(content)
        with pytest.raises(NotAModel):
            load(file)


def test_the_card_states_data_score_and_limits(model):
    assert sum(k["messages"] for k in model.card["data"]["kinds"].values()) == 400
    assert model.card["score"]["macro_f1"] > 0.9
    assert model.card["limits"]
    assert "near-copies" in model.card["score"]["measured_on"]


def test_learning_again_from_the_same_messages_gives_the_same_version(model):
    assert train(*made(400)).version == model.version


@pytest.mark.parametrize(
    "messages", [([], []), (["欠薪"] * 30, ["wages"] * 30), (["欠薪"] * 5, ["a", "b"] * 2 + ["a"])]
)
def test_too_few_messages_to_learn_from_are_refused(messages):
    with pytest.raises(TooFewMessages):
        train(*messages)


def test_near_copies_are_one_group_and_stay_in_one_fold():
    texts, _ = made(40)
    long = "青石路上的工地从去年冬天起一直拖欠三十多名工人的工资，多次找项目部都说没有钱"
    groups = near_copies([*texts, long, long + "！", long + "请帮忙", "望江街" + long])
    assert len(set(groups[-4:].tolist())) == 1
    assert len({f for f, g in zip(folds(groups, 5), groups, strict=True) if g == groups[-1]}) == 1


def test_the_machine_reaches_the_least_sum_where_it_can_be_worked_out():
    texts, kinds = made(60)
    lexicon = learn_lexicon(texts, 1000)
    rows, kind = lexicon.rows(texts), np.array([list(SAID).index(k) for k in kinds])
    machine = fit(rows, np.arange(60), kind, 3, len(lexicon.keys), 1e-4)
    dense = np.zeros((60, len(lexicon.keys)))
    for d in range(60):
        dense[d, rows.ids[rows.ends[d] : rows.ends[d + 1]]] = rows.values[rows.ends[d] : rows.ends[d + 1]]
    side = np.where(kind[:, None] == np.arange(3), 1, -1)
    slack = np.maximum(0, 1 - side * (dense @ machine.weights + machine.bias)) * side
    assert np.allclose(machine.weights, 2 * 1.5 * dense.T @ slack, atol=2e-3)


def test_each_view_of_a_message_has_its_length():
    lexicon = learn_lexicon(["欠薪三月", "欠薪三月", "欠薪"], 100)
    rows = lexicon.rows(["欠薪三月"])
    assert (rows.values**2).sum() == pytest.approx((SCALES**2).sum(), abs=1e-5)
    assert HEAD > 4


def test_sure_begins_where_the_surest_are_right_often_enough():
    chance, right = np.linspace(1, 0, 1000), np.array([1.0] * 700 + [0.0] * 300)
    assert sure_from(chance, right, 0.98) == pytest.approx(chance[702], abs=0.01)
    assert sure_from(chance, np.zeros(1000), 0.98) > 1
    assert share_at(chance, right, 0.98) == pytest.approx(0.714)


def test_the_chance_is_higher_where_the_best_kind_leads_by_more():
    luck = np.random.default_rng(1)
    kind = luck.integers(0, 3, 600)
    scores = (luck.normal(0, 1, (600, 3)) + 1.5 * np.eye(3)[kind]).astype(np.float32)
    chances = learn_surety(scores, kind).chances(np.array([[2, 0, 0], [0.2, 0, 0]], np.float32))
    assert chances[0] > chances[1]


def test_scores_by_hand():
    known, said = np.array(["a", "a", "b", "c"]), np.array(["a", "b", "b", "b"])
    assert macro_f1(known, said) == pytest.approx((2 / 3 + 1 / 2 + 0) / 3)
    assert pairwise("aabb", [1, 1, 1, 2]) == pytest.approx((1 / 3, 1 / 2, 0.4))
    assert purity("aabb", [1, 1, 1, 2]) == 0.75


START = datetime(2026, 3, 1, 8)
ISSUES = {
    "青石路夜里施工噪音": [
        "青石路工地夜里施工噪音大",
        "青石路半夜打桩噪音睡不着",
        "夜里青石路施工噪音没人管",
        "青石路工地噪音扰民",
    ],
    "望江街食堂饭菜变质": [
        "望江街园区食堂饭菜变质",
        "食堂饭菜有异味望江街园区",
        "望江街食堂吃坏肚子饭菜变质",
        "园区食堂饭菜不新鲜望江街",
    ],
}


def stream_of(*issues: str) -> list[Message]:
    texts = [(i, t) for i in issues for t in ISSUES[i]]
    return [Message(str(n), f"{t}，{ENDS[n % 5]}", t, START + timedelta(hours=n)) for n, (_, t) in enumerate(texts)]


def filled() -> Stream:
    messages = stream_of(*ISSUES)
    stream = Stream(lexicon_of(messages))
    stream.add_all(messages)
    return stream


def test_messages_of_one_issue_become_one_theme_and_those_of_another_do_not():
    found = themes_of(stream_of(*ISSUES))
    assert len(set(found[:4])) == 1
    assert len(set(found[4:])) == 1
    assert found[0] != found[4]


def test_the_order_of_the_table_does_not_matter_only_the_time():
    messages = stream_of(*ISSUES)
    assert themes_of(messages[::-1])[::-1] == themes_of(messages)


def test_a_message_that_is_like_nothing_starts_a_theme_and_one_that_is_joins():
    stream = filled()
    joined = stream.add(Message("new", "青石路工地夜里打桩，噪音很大", "青石路夜里施工噪音", START + timedelta(days=1)))
    other = stream.add(Message("else", "图书馆周末开放时间", "图书馆周末开放时间", START + timedelta(days=1)))
    assert (joined.is_new, joined.theme) == (False, stream.theme_of("0"))
    assert joined.like[0][0] in {"0", "1", "2", "3"}
    assert (other.is_new, other.likeness) == (True, 0.0)


def test_a_message_that_is_there_already_stays_where_it_is():
    stream = filled()
    message = stream.messages[0]
    assert stream.add(message).theme == stream.theme_of("0")
    assert len(stream.messages) == 8


def test_messages_long_apart_or_from_other_places_are_less_alike():
    stream = Stream(filled().lexicon)
    first = stream_of(*ISSUES)[0]
    stream.add(Message("here", first.text, first.subject, START, "青石路"))
    near, late, there = (
        stream.like(Message("x", first.text, first.subject, at, place))[0][1]
        for at, place in ((START, "青石路"), (START + timedelta(days=365), "青石路"), (START, "望江街"))
    )
    assert late == pytest.approx(near / 2)
    assert there == pytest.approx(near / 2)


def test_staff_split_a_theme_and_it_does_not_grow_together_again():
    stream = filled()
    old = stream.theme_of("0")
    new = stream.split(old, ["2", "3"])
    assert [m.id for m in stream.members(old)] == ["0", "1"]
    for n in range(5):
        stream.add(Message(f"more{n}", "青石路工地夜里施工噪音", "青石路施工噪音", START))
    assert stream.theme_of("0") != stream.theme_of("2") == new


def test_staff_merge_themes_and_the_first_keeps_its_number():
    stream = filled()
    into, gone = stream.theme_of("0"), stream.theme_of("4")
    stream.merge(into, gone)
    assert {stream.theme_of(str(n)) for n in range(8)} == {into}
    with pytest.raises(NoSuchTheme):
        stream.members(gone)


def test_a_stream_put_back_goes_on_where_it_was():
    before = filled()
    new = before.split(before.theme_of("0"), ["3"])
    after = Stream(before.lexicon)
    after.restore(before.messages, [before.theme_of(m.id) for m in before.messages], before.held)
    later = Message("later", "望江街食堂饭菜有异味", "望江街食堂饭菜", START + timedelta(days=2))
    assert {t: [m.id for m in after.members(t)] for t in after.themes} == {
        t: [m.id for m in before.members(t)] for t in before.themes
    }
    assert after.add(later) == before.add(later)
    assert after.add(Message("odd", "图书馆开放时间")).theme > new


def test_themes_and_messages_that_are_not_there_are_refused():
    stream = filled()
    theme = stream.theme_of("0")
    for refused in (
        lambda: stream.theme_of("none"),
        lambda: stream.merge(theme, 99),
        lambda: stream.split(theme, ["none"]),
        lambda: stream.split(theme, ["0", "1", "2", "3"]),
    ):
        with pytest.raises(NoSuchTheme):
            refused()


def test_heat_falls_by_half_in_14_days_and_counts_nothing_that_comes_later():
    stream = Stream(filled().lexicon)
    theme = stream.add(Message("a", "青石路施工噪音", at=START)).theme
    assert stream.heat(theme, START) == 1
    assert stream.heat(theme, START + timedelta(days=14)) == pytest.approx(0.5)
    assert stream.heat(theme, START - timedelta(days=1)) == 0


def write(path, rows, encoding="utf-8"):
    with path.open("w", encoding=encoding, newline="") as file:
        table = csv.DictWriter(file, rows[0].keys())
        table.writeheader()
        table.writerows(rows)
    return str(path)


@pytest.fixture
def tables(tmp_path):
    found = {}
    for name, count, encoding in (("a", 200, "utf-8-sig"), ("b", 80, "gb18030")):
        rows = [{"subject": "反映", "text": t, "label": k} for t, k in zip(*made(count, seed=count), strict=True)]
        found[name] = write(tmp_path / f"{name}.csv", rows, encoding)
    return found


def test_text_eval_prints_one_line_of_figures_and_reads_utf8_and_gbk(tables, capsys, tmp_path):
    model = tmp_path / "model.npz"
    asked = ["--train", tables["a"], "--test", tables["b"], "--text-column", "text"]
    assert main(["text-eval", *asked, "--model", str(model)]) == 0
    printed = capsys.readouterr().out
    figures = json.loads(printed)
    assert printed.count("\n") == 1
    assert {"macro_f1", "accuracy", "top2", "sure_share_at_98", "seconds"} <= figures.keys()
    assert figures["macro_f1"] > 0.9
    assert load(model).kinds == ("insurance", "safety", "wages")


def test_text_eval_learns_from_cut_text_and_is_tested_on_raw_text(tables, capsys, tmp_path):
    texts, kinds = made(200)
    cut = write(tmp_path / "cut.csv", [{"tokens": " ".join(t), "label": k} for t, k in zip(texts, kinds, strict=True)])
    assert main(["text-eval", "--train", cut, "--test", tables["b"], "--text-column", "text"]) == 0
    out = capsys.readouterr()
    assert json.loads(out.out)["accuracy"] > 0.9
    assert "reads tokens" in out.err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no columns"),
        (b"text\n\xe5\xb7\xa5", "lacks the column label"),
        (b"text,label\n", "has no rows"),
        (b"PK\x03\x04abc", "save the table as CSV"),
        (b"text,label\n\xff\xff\xff\xff,a\n", "neither UTF-8 nor GBK"),
        (b"words,label\na,b\n", "lacks the column text"),
    ],
)
def test_a_table_that_cannot_be_read_is_named_with_what_to_mend(content, said, tables, tmp_path, capsys):
    bad = tmp_path / "bad.csv"
    bad.write_bytes(content)
    assert main(["text-eval", "--train", str(bad), "--test", tables["b"]]) == 2
    assert said in capsys.readouterr().err


def test_a_missing_file_and_too_few_messages_are_said(tables, tmp_path, capsys):
    few = write(tmp_path / "few.csv", [{"text": "欠薪", "label": "wages"}])
    assert main(["text-eval", "--train", few, "--test", tables["b"]]) == 2
    assert main(["themes", str(tmp_path / "none.csv"), "--out", str(tmp_path / "out.csv")]) == 2
    said = capsys.readouterr().err
    assert "are needed" in said
    assert "cannot be read" in said


def test_themes_writes_the_theme_of_each_message_in_the_order_of_the_table(tmp_path, capsys):
    messages = stream_of(*ISSUES)[::-1]
    rows = [{"id": m.id, "subject": m.subject, "time": f"{m.at:%Y-%m-%d %H:%M:%S}", "text": m.text} for m in messages]
    out = tmp_path / "themes.csv"
    assert main(["themes", write(tmp_path / "m.csv", rows), "--out", str(out)]) == 0
    found = read_table(out, ("id", "theme"))
    assert [r["id"] for r in found] == [m.id for m in messages]
    assert json.loads(capsys.readouterr().out)["themes"] == len({r["theme"] for r in found}) == 2


def test_an_id_that_is_there_twice_is_refused(tmp_path, capsys):
    table = write(tmp_path / "m.csv", [{"id": "1", "text": "a"}, {"id": "1", "text": "b"}])
    assert main(["themes", table, "--out", str(tmp_path / "out.csv")]) == 2
    assert "there twice" in capsys.readouterr().err


def test_times_are_read_as_offices_write_them():
    assert read_time("2019/2/8 9:05") == read_time("2019-02-08 09:05:00") == datetime(2019, 2, 8, 9, 5)
    assert read_time("2019年2月8日") == datetime(2019, 2, 8)
    assert [read_time(t) for t in ("", "soon", "2019-13-40")] == [None] * 3


def test_a_table_says_what_columns_it_has(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("id,text\n1,a\n")
    with pytest.raises(BadTable, match="it has id, text"):
        read_table(table, ("label",))
