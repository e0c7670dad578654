"""Mail and exports of hotlines: each once, machines left alone, rows with faults set aside."""

import io
import json
from email.message import EmailMessage

import pytest
import xlsxwriter
from django.core import mail as outbox
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

import make
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import now
from lianxin.matters.hotline import FAULTS, NeitherTicketNorWords
from lianxin.matters.mail import read_mail
from lianxin.matters.models import HotlineFile, Matter
from lianxin.matters.operations import hotlines, mailbox
from lianxin.matters.operations.happening import Requesting
from lianxin.matters.operations.steps import take_step
from lianxin.trail.models import Entry
from lianxin.trail.tasks import run_until_idle

pytestmark = pytest.mark.django_db
WORDS = "食堂二楼的灯坏了三天。"


@pytest.fixture(autouse=True)
def land():
    return make.area("样例区")


def letter(text=WORDS, **headers):
    made = EmailMessage()
    given = {"From": "林样例 <lin@example.org>", "Subject": "灯坏了", "Message_ID": "<one@example.org>", **headers}
    for name, value in given.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def take(made):
    return mailbox.take_mail(made.as_bytes(), at=now())


def test_a_mail_is_one_matter_however_often_it_is_read():
    assert [take(letter()), take(letter())] == ["opened", "known"]
    matter = Matter.objects.get()
    assert matter.way == "email"
    assert WORDS in matter.words.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<news.example.org>"},
        {"Return_Path": "<>"},
        {"From": "MAILER-DAEMON@example.org"},
    ],
)
def test_what_a_machine_wrote_is_left_alone(headers):
    assert take(letter(**headers)) == "automatic"
    assert not Matter.objects.exists()


def test_an_answer_of_the_requester_joins_the_matter_once_and_nobody_elses_does():
    take(letter())
    number = Matter.objects.get().number
    reply = {"Subject": f"回复：已收到，编号 {number}", "Message_ID": "<two@example.org>"}
    answer = letter("还有楼梯也坏了\n\n> 已收到", **reply)
    assert [take(answer), take(answer)] == ["joined", "known"]
    assert Matter.objects.get().events.get(act="said").note == "还有楼梯也坏了"
    stranger = letter("我来打听", From="other@example.org", Subject=f"编号 {number}", Message_ID="<three@x>")
    assert take(stranger) == "opened"
    assert Matter.objects.count() == 2


def test_an_answer_to_what_is_closed_is_a_matter_of_its_own_that_somebody_looks_at():
    take(letter())
    first = Matter.objects.get()
    take_step(matter=first, code="withdraw", actor=Requesting(first.pk), at=now())
    assert take(letter("又坏了", Subject=f"编号 {first.number}", Message_ID="<two@example.org>")) == "opened"
    assert Matter.objects.exclude(pk=first.pk).get().is_open


def test_pictures_come_along_and_other_files_do_not():
    made, picture = letter(), io.BytesIO()
    Image.new("RGB", (60, 40)).save(picture, "PNG")
    made.add_attachment(picture.getvalue(), maintype="image", subtype="png", filename="a.png")
    made.add_attachment(b"MZ", maintype="application", subtype="octet-stream", filename="a.exe")
    take(made)
    assert Matter.objects.get().photos.count() == 1


def test_html_in_gbk_is_read_as_words():
    made = b"From: a@example.org\nMessage-ID: <g@x>\nContent-Type: text/html; charset=gb2312\n\n"
    found = read_mail(made + "<style>x</style><p>工资&nbsp;没发</p><p>两个月</p>".encode("gb18030"))
    assert found.text == "工资 没发\n两个月"


def test_a_folder_is_emptied_once_and_a_broken_mail_holds_up_nobody(tmp_path):
    (tmp_path / "a.eml").write_bytes(letter().as_bytes())
    (tmp_path / "b.eml").write_bytes(b"\xff\xfe nothing of a mail")
    assert mailbox.from_folder(tmp_path, at=now())["opened"] == 1
    assert not mailbox.from_folder(tmp_path, at=now())
    assert len(list((tmp_path / "cur").iterdir())) == 2


def test_a_receipt_says_number_and_link_and_never_a_word(settings):
    settings.HAS_MAIL, settings.PUBLIC_URL = True, "https://lianxin.example.org"
    take(letter())
    run_until_idle()
    [sent] = outbox.outbox
    assert Matter.objects.get().number in sent.subject
    assert "https://lianxin.example.org/ask/p/" in sent.body
    assert "灯" not in sent.subject + sent.body
    assert sent.extra_headers["Auto-Submitted"] == "auto-replied"


def export():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    rows = [
        ("12345 热线工单", "", "", "", ""),
        ("工单编号", "来电时间", "诉求内容（摘要）", "联系电话", "是否保密"),
        ("GD001", "2026-03-01 09:30:00", WORDS, "13800000001", "否"),
        ("GD002", "2026年3月2日 10:00", "工资晚发", "", "是"),
        ("GD001", "2026-03-01 09:30:00", WORDS, "", ""),
        ("", "2026-03-01", "没有编号", "", ""),
        ("GD003", "前天", "时间读不出", "", ""),
        ("GD004", "2026-03-02", "", "", ""),
    ]
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return out.getvalue()


def bring(content):
    return hotlines.bring_in_file(content=content, file_name="a.xlsx", hotline="12345", actor=SYSTEM, at=now())


def test_an_export_is_brought_in_once_with_its_own_times_and_faults_are_set_aside():
    made = bring(export())
    assert made.counts == {"rows": 6, "opened": 2, "known": 0, "set_aside": 4}
    assert {fault for _row, fault in made.faults} == {"twice", "no_ticket", "no_time", "no_words"}
    first, second = Matter.objects.order_by("arrived_at")
    assert (first.way, f"{first.arrived_at:%Y-%m-%d %H:%M}") == ("hotline", "2026-03-01 01:30")
    assert second.level == "C3"
    assert bring(export()).counts["known"] == 2
    assert Matter.objects.count() == 2
    assert "灯" not in json.dumps(list(HotlineFile.objects.values("columns", "counts", "faults")), ensure_ascii=False)


def test_the_command_brings_an_export_in(tmp_path, capsys):
    path = tmp_path / "a.xlsx"
    path.write_bytes(export())
    call_command("import_hotline", str(path), "--hotline", "12345", "--format", "json")
    assert json.loads(capsys.readouterr().out)["opened"] == 2


def test_a_table_without_tickets_and_an_unknown_hotline_are_refused():
    with pytest.raises(hotlines.NoSuchHotline):
        hotlines.bring_in_file(content=b"", file_name="a", hotline="1", actor=SYSTEM, at=now())
    with pytest.raises(Exception, match="NeitherTicketNorWords"):
        bring("姓名,电话\n甲,1".encode())


@pytest.fixture
def officer_client(land):
    client = Client()
    client.force_login(make.account(("district_officer", land)))
    client.cookies["lx_language"] = "zh-hans"
    return client


def chosen(content, **given):
    return {"file": SimpleUploadedFile("热线.xlsx", content), "hotline": "12345", "body": "", **given}


def test_an_officer_brings_an_export_in_on_a_page_and_sees_what_became_of_each_row(officer_client):
    address = reverse("matters:hotlines")
    to = officer_client.post(address, chosen(export())).headers["Location"]
    assert "排队" in officer_client.get(to).content.decode()
    kept = HotlineFile.objects.get()
    assert kept.sealed
    assert WORDS.encode() not in bytes(kept.sealed)
    run_until_idle()
    kept.refresh_from_db()
    assert (kept.is_done, bytes(kept.sealed)) == (True, b"")
    shown = officer_client.get(to).content.decode()
    assert str(FAULTS["no_time"]) in shown
    assert WORDS not in shown
    assert Matter.objects.count() == 2
    assert not Matter.objects.get(level="C3").handlers.exists()  # whoever chose the file is not made a handler
    assert "热线.xlsx" in officer_client.get(address).content.decode()


def test_a_file_that_cannot_be_read_says_why_and_nothing_is_kept(officer_client):
    answer = officer_client.post(reverse("matters:hotlines"), chosen("姓名,电话\n甲,1".encode()))
    assert answer.status_code == 422
    assert str(NeitherTicketNorWords.text) in answer.content.decode()
    assert not HotlineFile.objects.exists()


def test_a_job_that_stopped_goes_on_behind_the_last_step_and_counts_each_ticket_once(land, monkeypatch):
    monkeypatch.setattr(hotlines, "AT_ONCE", 1)
    kept = hotlines.receive(content=export(), file_name="a.xlsx", hotline="12345", actor=SYSTEM, at=now())

    def stops(done, total):
        if done == 2:
            raise RuntimeError("killed")
        return transaction.atomic()

    with pytest.raises(RuntimeError):
        hotlines.bring_in_kept(file=kept, actor=SYSTEM, at=now(), step=stops)
    assert Matter.objects.count() == 1
    run_until_idle()
    kept.refresh_from_db()
    assert kept.counts == {"rows": 6, "opened": 2, "known": 0, "set_aside": 4}
    assert Entry.objects.filter(act="matters.hotline.imported").count() == 1
