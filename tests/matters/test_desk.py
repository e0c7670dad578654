"""The desk pages of matters: who sees what, in which order, and what can be done there."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

import make
from lianxin.access.actors import AccountActor
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import now, today
from lianxin.kit.cursors import BadCursor
from lianxin.kit.templatetags.lx import until_words
from lianxin.matters.models import CallBack, Handler, Matter
from lianxin.matters.operations import handling, ways
from lianxin.matters.operations.opening import Given, Person, open_matter
from lianxin.matters.operations.steps import With, take_step
from lianxin.matters.queries import search, waiting_lines
from lianxin.matters.queries.desk_list import VIEW, MatterFilter, matter_page, sealed_page
from lianxin.places.calendar import WorkingDays
from lianxin.registry.scoping import scope_on
from lianxin.trail.models import Entry

pytestmark = pytest.mark.django_db
SHUT = "我被家暴，孩子也在家，请帮帮我。"


@pytest.fixture
def district():
    return make.area("样例区")


@pytest.fixture
def street(district):
    return make.area("样例街道", parent=district)


@pytest.fixture
def elsewhere(district):
    return make.area("别处街道", parent=district)


@pytest.fixture
def officer(street):
    return make.account(("subdistrict_officer", street), username="officer")


@pytest.fixture
def client(officer):
    client = Client()
    client.force_login(officer)
    client.cookies["lx_language"] = "zh-hans"
    return client


def opened(words, area, **given):
    at = given.pop("at", None) or now()
    return open_matter(given=Given(words=words, area=area, **given), actor=SYSTEM, at=at).matter


def page_of(account, **asked):
    actor = AccountActor(account)
    after = asked.pop("after", "")
    limit = asked.pop("limit", 30)
    return matter_page(MatterFilter(**asked), actor, scope_on(actor, VIEW, today()), now(), after=after, limit=limit)


def names(page):
    return [line.name for line in page.lines]


def shown(client, name, *args, **data):
    return client.get(reverse(f"matters:{name}", args=args), data).content.decode()


def post(client, name, *args, **data):
    return client.post(reverse(f"matters:{name}", args=args), data)


def test_what_is_due_first_stands_first_and_what_lies_elsewhere_is_not_there(officer, street, elsewhere):
    opened("刚来的事", street)
    opened("很久以前的事", street, at=now() - timedelta(days=40))
    opened("别处的事", elsewhere)
    assert names(page_of(officer)) == ["很久以前的事", "刚来的事"]


@pytest.mark.parametrize("show", ["open", "all"])
def test_the_list_goes_on_where_it_stopped(officer, street, show):
    for number in range(7):
        opened(f"第{number}件", street, at=now() - timedelta(hours=number))
    whole = names(page_of(officer, show=show))
    first = page_of(officer, show=show, limit=3)
    second = page_of(officer, show=show, limit=3, after=first.after)
    third = page_of(officer, show=show, limit=3, after=second.after)
    assert names(first) + names(second) + names(third) == whole
    assert len(whole) == 7
    assert third.after == ""


def test_a_place_in_the_list_that_nobody_wrote_is_refused(officer):
    with pytest.raises(BadCursor):
        page_of(officer, after="zzz")


def test_what_has_no_deadline_comes_behind_what_has_one(officer, street):
    for number in range(4):
        opened(f"第{number}件", street)
    Matter.objects.filter(title__in=["第1件", "第2件"]).update(due_at=None)
    first = page_of(officer, limit=3)
    assert names(first) == ["第0件", "第3件", "第1件"]
    assert names(page_of(officer, limit=3, after=first.after)) == ["第2件"]


def test_chips_keep_what_they_say(officer, street):
    late = opened("超期的事", street, at=now() - timedelta(days=60))
    opened("新的事", street)
    body = make.body("样例街道总工会", area=street, form="area")
    held = opened("有人管的事", street, body=body)
    Handler.objects.create(matter=held, account=officer, since=now())
    assert names(page_of(officer, show="overdue")) == [late.title]
    assert "有人管的事" not in names(page_of(officer, show="unassigned"))
    assert names(page_of(officer, show="mine")) == ["有人管的事"]
    assert names(page_of(officer, show="closed")) == []


def test_words_find_open_and_closed_matters_but_never_shut_ones(officer, street):
    opened("云杉路食堂的饭冷了", street)
    shut = opened(f"云杉路的事：{SHUT}", street)
    found = page_of(officer, **vars_of(MatterFilter.read({"q": "云杉路"})))
    assert names(found) == ["云杉路食堂的饭冷了"]
    assert shut.level == "C4"
    hits = search(AccountActor(officer), "云杉路", today(), 10)
    assert [hit.title for hit in hits] == ["云杉路食堂的饭冷了"]


def vars_of(chosen):
    return {name: getattr(chosen, name) for name in ("show", "q", "kind", "need", "area")}


def test_the_list_asks_as_often_for_one_matter_as_for_thirty(client, street, django_assert_max_num_queries):
    opened("一件", street)
    shown(client, "matters")
    with django_assert_max_num_queries(40) as first:
        shown(client, "matters")
    for number in range(29):
        opened(f"第{number}件", street)
    with django_assert_max_num_queries(len(first.captured_queries)):
        assert "第28件" in shown(client, "matters")


def test_a_shut_matter_shows_only_that_it_is_there_to_those_who_name_handlers(officer, client, street):
    shut = opened(SHUT, street)
    assert shut.code_name
    assert shut.code_name not in shown(client, "matters")
    page = shown(client, "matters", show="sealed")
    assert shut.code_name in page
    assert shut.number not in page
    assert "家暴" not in page
    actor = AccountActor(officer)
    assert len(sealed_page(actor, scope_on(actor, "matters.name_handlers", today()), now()).lines) == 1
    page = shown(client, "matter", shut.pk)
    assert shut.code_name in page
    assert "家暴" not in page
    assert "只有" in page


def test_a_sealed_matter_does_not_tell_from_outside_what_kind_it_is_nor_how_far_it_came(officer, client, street):
    sealed = opened(SHUT, street, code="protection_case")
    kind = sealed.kind.kind
    outside = shown(client, "matters", show="sealed") + shown(client, "matter", sealed.pk)
    words = {kind.zh, *(part.zh for part in (*kind.states, *kind.clocks)), *(prompt[0] for prompt in kind.prompts)}
    assert {word for word in words if word in outside} == set()
    handling.break_glass(matter=sealed, reason="没有别人", actor=AccountActor(officer), at=now())
    assert kind.state(sealed.state).zh in shown(client, "matter", sealed.pk)


def test_the_handler_reads_shut_words_after_asking_and_it_is_on_record(officer, client, street):
    shut = opened(SHUT, street)
    Handler.objects.create(matter=shut, account=officer, since=now(), is_lead=True)
    assert "家暴" not in shown(client, "matter", shut.pk)
    before = Entry.objects.filter(act="matters.words.read").count()
    page = post(client, "open_words", shut.pk).content.decode()
    assert "家暴" in page
    assert Entry.objects.filter(act="matters.words.read").count() == before + 1


def test_words_up_to_personal_stand_on_the_page_and_the_contact_behind_a_button(client, street):
    row = opened("工资没有发", street, person=Person(name="林样例", contact_kind="mobile", contact="13900000001"))
    page = shown(client, "matter", row.pk)
    assert "工资没有发" in page
    assert "13900000001" not in page
    assert "13900000001" in post(client, "open_contact", row.pk).content.decode()
    assert Entry.objects.filter(act="matters.requester.read").count() == 1


def test_each_step_asks_for_what_it_needs_and_keeps_what_was_typed(client, street):
    body = make.body("样例街道总工会", area=street, form="area")
    row = opened("工资没有发", street)
    page = shown(client, "matter", row.pk)
    assert "受理" in page
    assert "step-refuse-rule" in page
    assert "step-assign" not in page
    answer = post(client, "take_step", row.pk, "refuse", **{"step-refuse-rule": "第十一条"})
    assert answer.status_code == 422
    assert "第十一条" in answer.content.decode()
    assert post(client, "take_step", row.pk, "accept").status_code == 302
    assert post(client, "take_step", row.pk, "assign", **{"step-assign-owner": body.pk}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.body) == ("assigned", body)


def test_who_takes_a_step_that_somebody_has_just_taken_is_told_so_and_keeps_what_was_typed(client, street):
    row = opened("工资没有发", street)
    post(client, "take_step", row.pk, "accept")
    late = post(client, "take_step", row.pk, "accept", **{"step-accept-note": "已当面说明"})
    page = late.content.decode()
    assert late.status_code == 409
    assert "已有同事先办了，这件事现在的状态是“已受理”" in page
    assert "已当面说明" in page
    assert post(client, "take_step", row.pk, "no-such-step").status_code == 404


def test_forms_of_the_record_say_their_faults_in_our_words_and_not_in_the_browsers(client, street):
    row = opened("工资没有发", street)
    page = shown(client, "matter", row.pk)
    forms = [form for form in re.findall(r"<form[^>]*>", page) if "lx-form" in form]
    assert [form for form in forms if "novalidate" not in form and "/need/" not in form] == []


def test_today_counts_the_days_of_a_matter_as_the_list_does(client, street, officer):
    row = opened("工资没有发", street, at=now() - timedelta(days=60))
    [line] = [each for each in waiting_lines(AccountActor(officer), today()) if str(row.pk) in each.url]
    assert line.in_working_days
    listed = page_of(officer, show="overdue").lines[0].remaining
    left = WorkingDays.read().working_days_between(today(), line.due_on)
    assert until_words(line.due_on, left) == listed.label


def test_a_call_about_no_place_stays_with_the_area_of_who_took_it_in(client, street):
    page = shown(client, "enter")
    assert 'value="request"' in page
    assert 'value="rectification"' not in page
    answer = post(client, "enter", words="楼下太吵", way="phone", kind="request", contact_kind="mobile", key="k1")
    row = Matter.objects.get()
    assert row.area == street
    assert answer["Location"] == reverse("matters:matter", args=[row.pk])


def test_a_matter_elsewhere_does_not_exist(client, elsewhere):
    row = opened("别处的事", elsewhere)
    assert client.get(reverse("matters:matter", args=[row.pk])).status_code == 404
    assert post(client, "note", row.pk, text="看看").status_code == 404


def test_the_need_is_set_beside_the_proposal_and_a_call_back_says_whether_anybody_was_reached(client, street):
    row = opened("老板拖欠我们三个月工资", street)
    assert "确定民需" in shown(client, "beside", row.pk)
    assert post(client, "decide_need", row.pk, need="A1").status_code == 302
    row.refresh_from_db()
    assert row.need == "A1"
    assert post(client, "call_back", row.pk).status_code == 422
    assert post(client, "call_back", row.pk, **{"call-is_reached": "0"}).status_code == 302
    assert not CallBack.objects.get().is_reached


def test_who_may_not_see_a_matter_does_not_set_its_need(client, elsewhere):
    row = opened("老板拖欠我们三个月工资", elsewhere)
    assert post(client, "decide_need", row.pk, need="A1").status_code == 404
    row.refresh_from_db()
    assert row.need == ""


def test_the_reason_of_an_objection_is_kept_among_colleagues_unless_somebody_says_otherwise(client, street):
    body = make.body("样例街道总工会", area=street, form="area")
    row = opened("工资没有发", street)
    post(client, "take_step", row.pk, "accept")
    post(client, "take_step", row.pk, "assign", **{"step-assign-owner": body.pk})
    page = shown(client, "matter", row.pk)
    box = page.split('name="step-object-is_shown"')[1].split(">")[0]
    assert "checked" not in box


def test_a_handler_is_named_by_the_name_that_people_know(client, street, officer):
    row = opened("工资没有发", street)
    for username in ("ye", "ye2"):
        known = make.account(("subdistrict_officer", street), username=username)
        known.label = "叶青禾"
        known.save()
    assert "请填登录名" in post(client, "name_handler", row.pk, account="叶青禾").content.decode()
    known.label = "叶青"
    known.save()
    assert post(client, "name_handler", row.pk, account="叶青禾").status_code == 302
    assert Handler.objects.get(matter=row).account.username == "ye"


def test_a_part_is_of_the_same_kind_unless_somebody_chooses_another(client, officer, street):
    question = opened("产假有几天", street, code="question")
    part = shown(client, "matter", question.pk).split('name="split-kind"')[1].split("</select>")[0]
    assert '<option value="question" selected>' in part
    aid = opened("家里房子塌了", street, code="emergency")
    Handler.objects.create(matter=aid, account=officer, since=now())
    client.post(reverse("matters:open_words", args=[aid.pk]))
    part = shown(client, "matter", aid.pk).split('name="split-kind"')[1].split("</select>")[0]
    assert part.count("selected") == 1


def test_another_departments_task_is_given_no_need_of_ours_by_the_way(client, officer, street):
    row = opened("小区门口路灯坏了，晚上看不见，城市管理", street)
    page = shown(client, "beside", row.pk)
    need = page.split('name="need"')[1].split("</select>")[0]
    assert "selected" not in need
    assert need.index('<option value="">') < need.index("<optgroup")


@pytest.mark.parametrize(
    ("kind", "contact", "status"),
    [
        ("mobile", "1380000000", 422),
        ("email", "sample.example.org", 422),
        ("mobile", "someone@example.org", 422),
        ("email", "someone@example.org", 302),
        ("other", "3 号楼门卫", 302),
        ("mobile", "0755-8300 0000", 302),
    ],
)
def test_a_contact_that_reaches_nobody_is_noticed_while_the_person_is_on_the_phone(
    client, officer, street, kind, contact, status
):
    given = {"words": "楼下太吵", "way": "phone", "kind": "request", "contact_kind": kind, "contact": contact}
    assert post(client, "enter", **given, key="k9").status_code == status


def test_notes_call_backs_parts_and_levels_are_written_from_the_page(client, officer, street):
    row = opened("工资没有发", street)
    assert post(client, "note", row.pk, text="电话里说下周来").status_code == 302
    assert "电话里说下周来" in shown(client, "matter", row.pk)
    assert post(client, "call_back", row.pk, **{"call-is_reached": "1", "call-rating": "4"}).status_code == 302
    assert CallBack.objects.get().rating == 4
    assert post(client, "split", row.pk, **{"split-words": "还有社保", "split-kind": "request"}).status_code == 302
    assert Matter.objects.get(title="还有社保").parent == row
    assert post(client, "set_level", row.pk, **{"level-level": "C3", "level-reason": "本人要求"}).status_code == 302
    row.refresh_from_db()
    assert row.level == "C3"
    assert row.title == ""
    assert "读原话" in shown(client, "matter", row.pk)


def test_a_matter_joins_another_by_its_number(client, street):
    first, second = opened("路灯不亮", street), opened("路灯又不亮", street)
    given = {"merge-into": first.number, "merge-reason": "同一件事"}
    assert post(client, "take_step", second.pk, "accept").status_code == 302
    assert post(client, "merge", second.pk, **{**given, "merge-into": "000"}).status_code == 422
    assert post(client, "merge", second.pk, **given).status_code == 302
    second.refresh_from_db()
    assert second.merged_into == first


def test_a_call_is_taken_in_with_words_alone_and_twice_is_once(client, street):
    page = shown(client, "enter")
    assert "原话" in page
    given = {
        "words": "食堂关门了，去哪里吃饭",
        "way": "hotline:12351",
        "kind": "request",
        "contact_kind": "mobile",
        "key": "k1",
    }
    answer = post(client, "enter", **given, area=street.pk)
    row = Matter.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == reverse("matters:matter", args=[row.pk])
    assert row.way == "hotline"
    assert row.area == street
    post(client, "enter", **given, area=street.pk)
    assert Matter.objects.count() == 1
    assert post(client, "enter", way="phone", contact="13800000009").status_code == 422


def test_today_says_what_is_late_with_nobody_objected_or_shut_without_handler(officer, street):
    body = make.body("样例街道总工会", area=street, form="area")
    opened("超期的事", street, at=now() - timedelta(days=60), body=body)
    opened("没人管的事", street)
    shut = opened(SHUT, street)
    objected = opened("不归我管的事", street)
    actor = AccountActor(officer)
    for code, given in (("accept", With()), ("assign", With(owner=body)), ("object", With(note="不属", rule="第一条"))):
        take_step(matter=objected, code=code, actor=actor, at=now(), given=given)
    found = {line.title: line for line in waiting_lines(actor, today())}
    assert {"超期的事", "没人管的事", "不归我管的事", shut.code_name} <= found.keys()
    assert found[shut.code_name].is_confidential
    assert not any("家暴" in f"{line.title}{line.detail}" for line in found.values())


def test_an_emergency_stands_first_on_today_even_where_many_others_have_waited_longer(street):
    for number in range(14):
        opened(f"心里难受，想找人说说 {number}", street, code="counselling", at=now() - timedelta(days=60))
    matter = opened("有人受伤了，快来人", street, code="emergency", at=now() - timedelta(hours=3))
    lead = AccountActor(make.account(("subdistrict_officer", street)))
    urgent = [line for line in waiting_lines(lead, today()) if line.is_urgent]
    assert [line.url for line in urgent] == [reverse("matters:matter", args=[matter.pk])]


def test_what_somebody_adds_waits_on_today_until_it_is_read_or_met_with_something(client, officer, street):
    matter = opened("食堂的灯坏了。", street, body=make.body("样例街道总工会", area=street, form="area"))

    def waits():
        found = waiting_lines(AccountActor(officer), today())
        return [line.verb for line in found if reverse("matters:matter", args=[matter.pk]) == line.url]

    def adds(text):
        ways.say(matter=Matter.objects.get(pk=matter.pk), text=text, pictures=(), at=now())

    assert waits() == []
    adds("二楼的灯也坏了。")
    assert waits() == ["看补充内容"]
    page = reverse("matters:matter", args=[matter.pk])
    assert reverse("matters:heard", args=[matter.pk]) in client.get(page).content.decode()
    assert client.post(reverse("matters:heard", args=[matter.pk])).url == page
    assert waits() == []
    assert reverse("matters:heard", args=[matter.pk]) not in client.get(page).content.decode()
    adds("三楼的灯也坏了。")
    client.post(reverse("matters:note", args=[matter.pk]), {"text": "已转告电工"})
    assert waits() == []
    adds("其实不止灯。")
    handling.name_handler(matter=matter, account=officer, actor=SYSTEM, at=now())
    assert waits() == ["看补充内容"], "naming a handler meets nothing"
