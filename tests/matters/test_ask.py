"""The public page of asking and the page of progress: nothing lost, nothing doubled, nothing left behind."""

import base64
import io
import re
from datetime import timedelta

import pytest
from django.test import Client
from PIL import Image

import make
from lianxin.access.actors import AccountActor
from lianxin.kit.clock import now, today
from lianxin.matters import protection
from lianxin.matters.models import Matter, Photo, Requester, Words
from lianxin.matters.operations import ways
from lianxin.matters.operations.handling import merge
from lianxin.matters.operations.happening import Requesting
from lianxin.matters.operations.photos import NotAPicture, PictureTooLarge, cleaned
from lianxin.matters.operations.reading import may_read, read_photo, read_words
from lianxin.matters.operations.steps import With, take_step
from lianxin.matters.queries.desk_record import matter_record
from lianxin.trail.models import Entry

pytestmark = pytest.mark.django_db
WORDS = "食堂二楼的灯坏了三天，晚上看不清楼梯。"


@pytest.fixture(autouse=True)
def land():
    return make.area("样例区")


@pytest.fixture
def officer(land):
    return AccountActor(make.account(("district_officer", land)))


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(protection, "FASTEST_S", 0)


def token_on(page):
    return re.search(r'name="token" value="([^"]+)"', page.content.decode()).group(1)


def send(client=None, **given):
    client = client or Client()
    token = given.pop("token", None) or token_on(client.get("/ask/"))
    address = given.pop("address", "127.0.0.1")
    return client.post("/ask/", {"text": WORDS, "token": token, **given}, REMOTE_ADDR=address)


def link(answer):
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def picture(size=(3000, 2000), form="JPEG", **more):
    out = io.BytesIO()
    Image.effect_noise(size, 40).convert("RGB").save(out, form, **more)
    return out.getvalue()


def handle(matter, officer, *codes):
    given = {"assign": With(owner=make.body("样例工会", area=matter.area)), "answer": With(note="灯已换好")}
    given |= {"ask": With(note="请说明是哪一栋")}
    for code in codes:
        take_step(matter=matter, code=code, actor=officer, at=now(), given=given.get(code, With()))


def test_one_box_and_one_button_give_a_number_and_a_private_page():
    answer = send()
    matter = Matter.objects.get()
    page = Client().get(link(answer)).content.decode()
    assert matter.number in page
    assert "已收到" in page
    assert matter.way == "web"
    assert matter.words.text == WORDS


def test_the_words_are_shown_back_only_when_they_are_asked_for():
    where = link(send())
    assert "食堂" not in Client().get(where).content.decode()
    assert "食堂" in Client().post(where + "words/").content.decode()


def test_the_same_form_sent_twice_is_one_matter():
    client = Client()
    token = token_on(client.get("/ask/"))
    assert link(send(client, token=token)) == link(send(client, token=token))
    assert Matter.objects.count() == 1


def test_the_same_words_in_two_forms_are_two_matters():
    assert link(send()) != link(send())
    assert Matter.objects.count() == 2


@pytest.mark.parametrize("text", ["", "   ", "长" * 20_001])
def test_what_is_wrong_is_said_and_nothing_is_lost(text):
    answer = send(text=text, place="样例路 5 号", contact="13800000001")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="样例路 5 号"' in page
    assert 'value="13800000001"' in page
    assert text.strip() in page
    assert not Matter.objects.exists()


def test_a_form_that_was_open_too_long_or_is_not_ours_keeps_the_words_and_goes_through_the_second_time(monkeypatch):
    answer = send(token="x" * 30)
    assert answer.status_code == 422
    assert WORDS in answer.content.decode()
    assert link(send(token=token_on(answer)))
    monkeypatch.setattr(protection, "LONGEST_S", -1)
    assert send().status_code == 422


def test_a_machine_that_fills_in_every_field_or_is_too_quick_gets_nothing_in(monkeypatch):
    assert send(subject="Buy now").status_code == 422
    monkeypatch.setattr(protection, "FASTEST_S", 60)
    answer = send()
    assert answer.status_code == 422
    assert WORDS in answer.content.decode()
    monkeypatch.setattr(protection, "FASTEST_S", 0)
    assert link(send(token=token_on(answer)))
    assert Matter.objects.count() == 1


def test_one_address_sends_so_many_a_minute_and_its_words_stay_on_the_page(monkeypatch):
    monkeypatch.setattr(protection, "SENT_A_MINUTE", 2)
    monkeypatch.setattr(protection.time, "time", lambda: 1_900_000_000.0)
    assert [send(address="10.0.0.1").status_code for _ in range(3)] == [302, 302, 429]
    refused = send(address="10.0.0.1")
    assert WORDS in refused.content.decode()
    assert refused["Retry-After"] == "60"
    assert send(address="10.0.0.2").status_code == 302


def test_no_address_is_kept_and_its_word_is_another_one_tomorrow(rf, monkeypatch, tmp_path):
    send(address="10.77.0.9")
    assert not [p for p in tmp_path.rglob("*") if "10.77" in p.name]
    request = rf.get("/", REMOTE_ADDR="10.77.0.9")
    word = protection.address_word(request)
    monkeypatch.setattr(protection, "today", lambda: today() + timedelta(days=1))
    assert protection.address_word(request) != word


def test_behind_the_own_proxy_the_address_it_noted_counts_and_elsewhere_nobody_can_name_one(rf, settings):
    request = rf.get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="1.1.1.1, 10.0.0.8")
    alone = rf.get("/", REMOTE_ADDR="127.0.0.1")
    assert protection.address_word(request) == protection.address_word(alone)
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert protection.address_word(request) == protection.address_word(rf.get("/", REMOTE_ADDR="10.0.0.8"))


def test_more_than_photos_and_a_text_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(protection, "MOST_BODY", 10)
    assert send().status_code == 413


def test_the_pages_leave_nothing_behind_and_need_no_cookie():
    strict = Client(enforce_csrf_checks=True)
    where = link(send(strict))
    for page in (strict.get("/ask/"), strict.get(where), strict.post(where + "words/")):
        assert page["Cache-Control"] == "no-store"
        assert page["Referrer-Policy"] == "same-origin"
        assert "data-leave" in page.content.decode()


def test_a_contact_and_a_wish_for_secrecy_are_sealed_and_only_named_handlers_read():
    link(send(contact="138 0000 0001", name="林样例", wishes_secrecy="on"))
    matter = Matter.objects.get()
    assert (matter.level, matter.title, matter.words.text) == ("C3", "", "")
    assert b"138 0000" not in bytes(Requester.objects.get().sealed)
    assert not Words.objects.filter(text__contains="食堂").exists()
    assert not Entry.objects.filter(facts__icontains="食堂").exists()


def test_the_page_of_a_shut_matter_names_no_body_and_no_word_until_asked():
    where = link(send(text="主管总是骚扰我，不敢说。"))
    assert Matter.objects.get().level == "C4"
    page = Client().get(where).content.decode()
    assert "骚扰" not in page
    assert "指定的经办人" in page
    assert "骚扰" in Client().post(where + "words/").content.decode()


def test_a_photo_is_made_anew_without_position_and_sealed():
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x010F] = "SampleMaker"
    sent = picture(exif=exif, comment=b"secret comment") + b"behind the end"
    assert b"SampleMaker" in sent
    link(send(photos=[io.BytesIO(sent)]))
    photo = Photo.objects.get()
    jpeg = base64.b64decode(read_photo(photo=photo, actor=Requesting(photo.matter_id), at=now()))
    assert not [word for word in (b"SampleMaker", b"Exif", b"secret comment", b"behind the end") if word in jpeg]
    with Image.open(io.BytesIO(jpeg)) as kept:
        assert (kept.size, dict(kept.getexif())) == ((1600, 1067), {})
    assert jpeg[:100] not in bytes(photo.sealed)


def test_a_photo_held_upright_stays_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    made = cleaned(picture((400, 200), exif=exif))
    assert (made.width, made.height) == (200, 400)


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_pictures_of_other_kinds_become_jpeg(form):
    assert base64.b64decode(cleaned(picture((50, 40), form)).base64)[:3] == b"\xff\xd8\xff"


def test_what_is_no_picture_or_too_large_is_refused_and_the_words_stay():
    with pytest.raises(NotAPicture):
        cleaned(b"<svg onload=alert(1)>")
    huge = io.BytesIO()
    Image.new("1", (9000, 9000)).save(huge, "PNG")
    with pytest.raises(PictureTooLarge):
        cleaned(huge.getvalue())
    answer = send(photos=[io.BytesIO(b"no picture")])
    assert answer.status_code == 422
    assert WORDS in answer.content.decode()
    assert send(photos=[io.BytesIO(picture((9, 9))) for _ in range(4)]).status_code == 422
    assert not Matter.objects.exists()


@pytest.mark.practice(7)
def test_progress_is_followed_confirmed_and_rated_after_contact_only(officer):
    where = link(send())
    matter = Matter.objects.get()
    assert "rating" not in Client().get(where).content.decode()
    assert Client().post(where + "rate/", {"rating": "5"}).status_code == 422
    handle(matter, officer, "accept", "assign", "contact")
    assert "样例工会" in Client().get(where).content.decode()
    handle(matter, officer, "start", "answer")
    assert "灯已换好" in Client().get(where).content.decode()
    link(Client().post(where + "confirm/"))
    link(Client().post(where + "rate/", {"rating": "4"}))
    matter.refresh_from_db()
    assert (matter.state, matter.solved, matter.rating) == ("closed", "yes", 4)


@pytest.mark.practice(7)
def test_not_solved_goes_on_and_after_closing_reopens_once_by_itself(officer):
    where = link(send())
    matter = Matter.objects.get()
    handle(matter, officer, "accept", "assign", "contact", "start", "answer")
    link(Client().post(where + "not-solved/", {"text": "还是不亮"}))
    matter.refresh_from_db()
    assert matter.state == "in_progress"
    handle(matter, officer, "answer")
    link(Client().post(where + "confirm/"))
    link(Client().post(where + "not-solved/", {"text": ""}))
    matter.refresh_from_db()
    assert (matter.state, matter.reopened, matter.solved) == ("in_progress", 1, "no")
    handle(matter, officer, "answer")
    link(Client().post(where + "confirm/"))
    assert "not-solved" not in Client().get(where).content.decode()
    assert Client().post(where + "not-solved/", {"text": ""}).status_code == 422


@pytest.mark.parametrize(
    ("language", "accept", "finish", "confirm", "late"),
    [
        ("zh-hans", "我们会在", "前办结", "请在", "已超期"),
        ("en", "We will accept it by ", "We will finish by ", "Please confirm by ", "This is late"),
    ],
)
def test_what_comes_next_is_said_to_the_person_and_not_in_words_of_the_desk(
    officer, monkeypatch, language, accept, finish, confirm, late
):
    where = link(send())
    client, matter = Client(), Matter.objects.get()
    client.cookies["lx_language"] = language
    page = client.get(where).content.decode()
    assert accept in page
    assert "Time to accept" not in page
    handle(matter, officer, "accept")
    assert finish in client.get(where).content.decode()
    handle(matter, officer, "assign", "contact", "start", "answer")
    page = client.get(where).content.decode()
    assert confirm in page
    assert {"Answered: please confirm", "已答复，请确认"} & {*re.findall(r"<h1>([^<]+)</h1>", page)}
    assert "to be confirmed" not in page
    Matter.objects.update(due_at=now() - timedelta(days=1))
    assert late in client.get(where).content.decode()


def test_a_question_of_ours_is_answered_with_words_and_a_photo(officer):
    where = link(send())
    matter = Matter.objects.get()
    handle(matter, officer, "accept", "assign", "contact", "ask")
    page = Client().get(where).content.decode()
    assert "请说明是哪一栋" in page
    link(Client().post(where + "say/", {"text": "二号楼", "photos": [io.BytesIO(picture((80, 60)))]}))
    matter.refresh_from_db()
    assert matter.state == "in_progress"
    assert matter.photos.count() == 1
    assert "二号楼" in Client().get(where).content.decode()


def test_something_can_be_added_while_nothing_is_asked():
    where = link(send())
    assert "补充情况" in Client().get(where).content.decode()
    link(Client().post(where + "say/", {"text": "楼梯也坏了"}))
    assert "楼梯也坏了" in Client().get(where).content.decode()


def test_the_newest_answer_stands_where_it_is_asked_for_and_is_rated_only_then(officer):
    where = link(send())
    matter = Matter.objects.get()
    handle(matter, officer, "accept", "assign", "contact")
    assert "/rate/" not in Client().get(where).content.decode()
    handle(matter, officer, "start", "answer")
    page = Client().get(where).content.decode()
    assert page.index("灯已换好") < page.index("/confirm/") < page.index("/rate/")


def test_a_rating_is_given_once_and_is_no_call_of_ours(officer):
    where = link(send())
    matter = Matter.objects.get()
    handle(matter, officer, "accept", "assign", "contact", "start", "answer")
    link(Client().post(where + "rate/", {"rating": "4"}))
    again = Client().post(where + "rate/", {"rating": "1"})
    assert again.status_code == 422
    assert "已经评价过了" in again.content.decode()
    matter.refresh_from_db()
    assert matter.rating == 4
    record = matter_record(matter.pk, officer, now())
    assert [(call.by, call.is_own) for call in record.calls] == [("诉求人", True)]
    assert (record.attempts, record.reached) == (0, 0)


def test_whoever_is_not_accepted_reads_the_rule_and_the_right_door(officer):
    where = link(send())
    given = With(rule="供电设施不归工会管", right_door="请拨打供电服务热线 95598")
    take_step(matter=Matter.objects.get(), code="refuse", actor=officer, at=now(), given=given)
    page = Client().get(where).content.decode()
    assert "依据：供电设施不归工会管" in page
    assert "可以去：请拨打供电服务热线 95598" in page


def test_offices_that_disagree_do_so_among_themselves(officer):
    where = link(send())
    matter = Matter.objects.get()
    handle(matter, officer, "accept", "assign")
    said = With(note="不在我们辖区", rule="职责清单第 3 条")
    take_step(matter=matter, code="object", actor=officer, at=now(), given=said, is_shown=False)
    page = Client().get(where).content.decode()
    assert "正在确定由谁办理" in page
    assert not [word for word in ("异议", "辖区", "职责清单") if word in page]


def test_whoever_asked_for_what_another_asked_reads_the_answer_to_it_and_is_asked_for_nothing(officer):
    first, second = link(send()), link(send())
    ours, theirs = (ways.by_secret(where.strip("/").split("/")[-1]) for where in (first, second))
    merge(matter=ours, into=theirs, reason="同一件事", actor=officer, at=now())
    assert "有人反映了同一件事" in Client().get(first).content.decode()
    handle(theirs, officer, "accept", "assign", "contact", "start", "answer")
    page = Client().get(first).content.decode()
    assert "灯已换好" in page
    assert not [word for word in ("请确认", "/confirm/", "/say/") if word in page]
    assert "/confirm/" in Client().get(second).content.decode()


def test_more_than_can_be_sent_at_once_says_so_on_the_page_of_progress(monkeypatch):
    where = link(send())
    monkeypatch.setattr(protection, "MOST_BODY", 10)
    answer = Client().post(where + "say/", {"text": "楼梯也坏了"})
    assert answer.status_code == 413
    assert "一次传得太多了" in answer.content.decode()


def test_words_of_harm_that_come_later_shut_it_too_and_whoever_worked_on_it_goes_on(officer, land):
    where = link(send(photos=[io.BytesIO(picture((9, 9)))]))
    matter = Matter.objects.get()
    handle(matter, officer, "accept", "assign", "contact", "ask")
    link(Client().post(where + "say/", {"text": "主管动手动脚", "photos": [io.BytesIO(picture((9, 9)))]}))
    matter.refresh_from_db()
    assert (matter.level, matter.title, matter.state) == ("C4", "", "in_progress")
    assert not matter.events.exclude(note="").exists()
    assert [h.account_id for h in matter.handlers.filter(until=None)] == [officer.id]
    assert "食堂" in read_words(matter=matter, actor=officer, at=now()).text
    for photo in Photo.objects.all():
        assert read_photo(photo=photo, actor=officer, at=now())
    colleague = AccountActor(make.account(("district_officer", land)))
    assert not may_read(matter, colleague, now())
    assert "动手动脚" in Client().post(where + "words/").content.decode()


def test_where_nobody_worked_on_it_yet_words_of_harm_bring_the_counsellors_in(officer, land):
    counsellor = make.account(("counsellor", land))
    where = link(send())
    link(Client().post(where + "say/", {"text": "其实是老公打我"}))
    matter = Matter.objects.get()
    assert matter.level == "C4"
    assert [h.account_id for h in matter.handlers.filter(until=None)] == [counsellor.pk]


def test_a_link_is_no_way_to_flood_the_house_and_what_was_typed_stays(monkeypatch):
    where = link(send())
    monkeypatch.setattr(protection, "SENT_A_MINUTE", 1)
    link(Client().post(where + "say/", {"text": "楼梯也坏了"}))
    answer = Client().post(where + "say/", {"text": "电梯也坏了"})
    assert answer.status_code == 429
    assert "电梯也坏了" in answer.content.decode()
    assert Matter.objects.get().events.filter(act="said").count() == 1


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("主管总是摸我，我很害怕", "C4"),
        ("老公打我，不敢回家", "C4"),
        ("班主任体罚学生", "C4"),
        ("I was groped by my manager", "C4"),
        ("欠薪两个月，我真的想死", "C3"),
        ("欠薪两个月，请打我电话 13800000001", "C2"),
        ("昨晚老公打我手机摔了", "C4"),
        ("请打我电话，他又打我了", "C4"),
        ("午休老是被打扰，想要一间休息室", "C2"),
    ],
)
def test_words_of_harm_shut_a_matter_and_words_that_only_sound_like_them_do_not(text, level):
    link(send(text=text))
    assert Matter.objects.get().level == level


def test_what_is_sent_after_it_was_closed_is_not_lost_in_the_house():
    where = link(send())
    link(Client().post(where + "withdraw/"))
    answer = Client().post(where + "say/", {"text": "楼梯也坏了"})
    assert answer.status_code == 422
    assert "楼梯也坏了" in answer.content.decode()
    assert "没有发出" in answer.content.decode()
    assert not Matter.objects.get().events.filter(act="said").exists()


def test_it_can_be_taken_back_once():
    where = link(send())
    link(Client().post(where + "withdraw/"))
    assert Matter.objects.get().state == "withdrawn"
    assert "withdraw" not in Client().get(where).content.decode()
    assert Client().post(where + "withdraw/").status_code == 422


def test_other_steps_and_other_links_are_not_there(officer):
    where = link(send())
    assert Client().post(where + "accept/").status_code == 404
    assert Client().get("/ask/p/" + "0" * 40 + "/").status_code == 404
    assert Client().get(where + "withdraw/").url == where


def test_whoever_has_the_link_reads_this_matter_and_no_other():
    link(send())
    link(send(text="另一件事"))
    one, other = Matter.objects.order_by("pk")
    with pytest.raises(Exception, match="NotHandled"):
        read_words(matter=one, actor=Requesting(other.pk), at=now())


def test_two_sendings_at_one_moment_are_one_matter(monkeypatch):
    from lianxin.matters.operations.opening import Given, open_matter

    given = Given(words=WORDS, key="web:same")
    first = open_matter(given=given, actor=ways.Stranger("web"), at=now())
    monkeypatch.setattr(ways, "open_matter", _late(open_matter))
    second = ways.bring_in(given=given, at=now())
    assert (second.matter, second.is_new) == (first.matter, False)


def _late(real):
    """As if the other sending had not been there yet when this one looked."""
    calls = []

    def opening(**given):
        calls.append(1)
        if len(calls) == 1:
            from django.db import IntegrityError

            raise IntegrityError("digest")
        return real(**given)

    return opening


@pytest.mark.parametrize(
    ("contact", "is_right"),
    [
        ("138 0000 0001", True),
        ("+86 13800000001", True),
        ("0755-8300 0000", True),
        ("83000000", True),
        ("lin@example.org", True),
        ("微信 lin_yangli", True),
        ("123", False),
        ("1380000001", False),
        ("138000000012", False),
        ("lin@example", False),
        ("无", False),
    ],
)
def test_a_contact_that_can_reach_nobody_comes_back_with_all_that_was_written(contact, is_right):
    answer = send(contact=contact, place="样例路 5 号")
    assert answer.status_code == (302 if is_right else 422)
    if not is_right:
        shown = answer.content.decode()
        assert "看起来不完整" in shown
        assert "样例路 5 号" in shown
        assert not Matter.objects.exists()


def test_a_link_that_works_no_more_leads_on(client):
    shown = client.get("/ask/p/not-the-secret-of-anything/", headers={"accept-language": "zh-hans"})
    assert shown.status_code == 404
    assert 'href="/ask/"' in shown.content.decode()
    assert 'href="/ask/answers/"' in shown.content.decode()
