"""`lianxin keys rotate` reaches everything sealed, and loses nothing."""

import io
import json
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import BinaryField

import make
from conftest import NOW, TODAY
from lianxin.conf.gather import modules
from lianxin.kit import vault
from lianxin.kit.actor import SYSTEM
from lianxin.kit.rotation import rotate
from lianxin.matters.models import HotlineFile, Referral, Requester, Words
from lianxin.matters.operations.happening import happened
from lianxin.matters.operations.opening import Given, Person, Picture, open_matter
from lianxin.reach.models import Application, Founder, Founding, JoinCode, VisitRecord
from lianxin.reach.operations.records import note_place
from lianxin.registry.imports import personal
from lianxin.registry.imports.files import keep, read
from lianxin.registry.models import Import, Purpose, StagedRow
from lianxin.registry.operations import consents

pytestmark = pytest.mark.django_db
BY = {"actor": SYSTEM, "at": NOW}
PHONE = "13800138000"
NOT_SEALED = {
    "matters.flow.keys": "ids of pairs of characters",
    "matters.flow.idf": "weights of pairs of characters",
    "matters.textmodel.content": "weights of a model",
    "matters.keyholder.public_half": "meant to be known",
    "matters.drawer.envelopes": "sealed with the keys of an election, which end with it",
}


def run(*args):
    out = io.StringIO()
    call_command(*args, stdout=out)
    return json.loads(out.getvalue())


def columns():
    return [column for _label, module in modules("sealed") for column in module.SEALED]


def test_every_binary_column_is_either_rotated_or_said_not_to_be_sealed():
    binary = {
        f"{model._meta.label_lower}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("lianxin.")
        for field in model._meta.fields
        if isinstance(field, BinaryField)
    }
    rotated = {column.name for column in columns()}
    assert rotated & NOT_SEALED.keys() == set()
    assert rotated | NOT_SEALED.keys() == binary


@pytest.fixture
def purpose():
    words = {"name": "服务", "name_en": "Services", "basis_text": "PIPL 13(1)", "notice": "用于预约服务"}
    return Purpose.objects.create(code="services", basis="membership", keep_months=12, **words)


def sealed_in_reach(area):
    body = make.body("样例工会", area=area)
    code = JoinCode.objects.create(code="ABCD2345", body=body, made_on=TODAY, until=TODAY + timedelta(days=9))
    founding = Founding.objects.create(line=body.line, form="joint", kind="joint_union", area=area, begun_on=TODAY)
    applied = Application(code=code, body=body, number="A1", digest="a" * 64, applied_on=TODAY)
    applied.sealed = vault.seal("申请人", where=applied.place)
    founder = Founder(founding=founding, consented_on=TODAY, notice_version=1)
    founder.sealed = vault.seal("发起人", where=founder.where)
    visit = VisitRecord(key="7f4e5a52-3b36-4b53-9a53-4d4b7a1a3c11", organisation=make.organisation(area=area))
    visit.officer, visit.visited_on, visit.written_at, visit.received_at = make.account(), TODAY, NOW, NOW
    visit.note = vault.seal("门口的话", where=note_place(visit.key))
    for row in (applied, founder, visit):
        row.save(force_insert=True)


def sealed_matter(area, level, words):
    person = Person(name="甲样例", contact_kind="mobile", contact=PHONE)
    given = Given(words=words, area=area, level=level, person=person, pictures=[Picture("照片", 1, 1)])
    made = open_matter(given=given, **BY).matter
    happened(made, "noted", note="经办记下的话", **BY)
    return made


def sealed_referral(matter, area):
    given = Given(words="请陪同", code="referral", level=matter.level, parent=matter)
    held, body = open_matter(given=given, **BY).matter, make.body("样例妇联", area=area)
    made = Referral(matter=held, to_body=body, fields=["words"], expires_on=TODAY, sent_at=NOW)
    made.passed = vault.seal('{"words": "请陪同"}', where=made.where, ring=held.ring)
    made.save(force_insert=True)


def everything_sealed(purpose):
    area = make.area("样例区")
    person = make.person("林样例", area=area)
    consents.add_contact(person=person, kind="phone", value=PHONE, purpose=purpose, day=TODAY, **BY)
    sealed_in_reach(area)
    sealed_matter(area, "C1", "路灯不亮")
    sealed_matter(area, "C3", "工资没有发")
    sealed_referral(sealed_matter(area, "C4", "家里有人打人"), area)
    file = HotlineFile(pk=77, file_name="话单.xlsx", hotline="12345", at=NOW, by_label="样例")
    file.sealed = vault.seal("表格", where=file.where)
    file.save(force_insert=True)
    batch = Import.objects.create(kind="members", state="staged", started_at=NOW, effective_on=TODAY)
    cell = personal.seal_cell(PHONE, batch=batch.pk, row=3)
    StagedRow.objects.create(batch=batch, row=3, state="new", values={"contact": ["phone", cell], "name": "林"})
    batch.file_digest = keep("林样例".encode(), is_sealed=True)
    batch.save()


def opened():
    """Everything sealed, in the clear."""
    found = [
        vault.unseal(getattr(row, column.column), where=column.where(row), ring=column.ring(row))
        for column in columns()
        for row in column.rows().order_by("pk")
    ]
    row = StagedRow.objects.get()
    cell = personal.open_cell(row.values["contact"][1], batch=row.batch_id, row=row.row)
    return [*found, cell, row.values["name"], read(row.batch, is_sealed=True).decode()]


def test_everything_is_sealed_anew_and_the_old_keys_may_go(purpose, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    everything_sealed(purpose)
    before, old = opened(), (settings.FIELD_KEYS, settings.SEALED_KEYS)
    assert all(column.rows().exists() for column in columns()), "a kind of sealed value has no row in this test"
    settings.FIELD_KEYS, settings.SEALED_KEYS = f"k2:new,k1:{old[0]}", f"s2:newer,k1:{old[1]}"
    done = run("keys", "rotate")
    assert done["keys"] == {"field": "k2", "sealed": "s2"}
    assert done["sealed_anew"] == done["values"] == sum(done["by_place"].values()) == len(before) - 1
    settings.FIELD_KEYS, settings.SEALED_KEYS = "k2:new", "s2:newer"
    assert opened() == before
    again = run("keys", "rotate")
    assert (again["values"], again["sealed_anew"], again["lookups_anew"]) == (done["values"], 0, 0)


def test_it_goes_on_where_it_was_stopped_and_small_steps_miss_nothing(purpose, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    everything_sealed(purpose)
    settings.FIELD_KEYS = f"k2:new,k1:{settings.FIELD_KEYS}"
    (words,) = (column for column in columns() if column.model is Requester)
    assert rotate(words, batch=1).sealed_anew == 2  # that of C4 has another ring
    assert rotate(words, batch=1).sealed_anew == 0
    done = run("keys", "rotate")
    assert done["by_place"]["matters.requester.sealed"] == 3


def test_a_key_that_is_missing_is_named_and_nothing_is_lost(purpose, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    everything_sealed(purpose)
    old = settings.SEALED_KEYS
    settings.SEALED_KEYS = "s2:newer"
    with pytest.raises(CommandError, match="missing"):
        run("keys", "rotate")
    settings.SEALED_KEYS = old
    assert "家里有人打人" in str(opened())


def test_a_value_of_another_ring_is_left_alone(purpose, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    everything_sealed(purpose)
    before = bytes(Words.objects.get(matter__level="C4", matter__kind__code="request").sealed)
    settings.FIELD_KEYS = f"k2:new,k1:{settings.FIELD_KEYS}"
    run("keys", "rotate")
    assert bytes(Words.objects.get(matter__level="C4", matter__kind__code="request").sealed) == before
