"""Rosters of members: the least data, for a stated purpose, all at once, and back."""

import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

import make
from conftest import NOW, TODAY
from lianxin.kit import vault
from lianxin.kit.clock import today
from lianxin.places.models import Area
from lianxin.registry.imports import mending, operations, personal
from lianxin.registry.imports.kinds import MEMBERS
from lianxin.registry.imports.queries import changed_lines, faults_csv
from lianxin.registry.models import Consent, Contact, DuplicatePair, Import, Membership, Person, StagedRow
from lianxin.registry.models.consent import Purpose
from lianxin.registry.operations.people import leave
from lianxin.registry.operations.rights import erase_person
from lianxin.trail.models import Entry
from lianxin.trail.tasks import run_until_idle
from registry.rosters import ACTOR, applied, counts, faults, land, roster, staged, undone

pytestmark = pytest.mark.django_db
PHONE = "13800138000"


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def areas() -> dict[str, Area]:
    return land()


@pytest.fixture
def given(areas: Any) -> dict[str, Any]:
    """A body with one employer, and the purpose of membership."""
    firm = make.organisation("云杉样例有限公司", area=areas["east"])
    body = make.body("云杉工会", area=areas["east"], covers=(firm,))
    return {"kind": "members", "body": body, "purpose": purpose(), "area": areas["east"]}


def purpose(basis: str = "membership") -> Purpose:
    facts = {"name": "会员管理", "name_en": "Membership", "basis": basis, "basis_text": "样例", "notice": "样例"}
    return Purpose.objects.create(code=f"for-{basis}", keep_months=12, **facts)


def member(name: str = "林样例", **cells: Any) -> dict[str, Any]:
    return {
        "姓名": name,
        "工作单位": "云杉样例有限公司",
        "入会日期": "2024-05-18",
        "是否核实": "",
        "手机": PHONE,
        "政治面貌": "某",
        **cells,
    }


def everything() -> dict[str, list[tuple[Any, ...]]]:
    kept = {"import", "stagedrow", "importmapping"}
    models = [m for m in apps.get_app_config("registry").get_models() if m._meta.model_name not in kept]
    return {m._meta.label: sorted(m._default_manager.values_list(), key=repr) for m in models}


def everywhere(text: str, folder: Path) -> list[str]:
    """Where a text stands in what the import keeps: its tables, and its files."""
    rows = {"import": Import, "row": StagedRow}
    found = [
        n for n, m in rows.items() if text in json.dumps(list(m.objects.values()), default=str, ensure_ascii=False)
    ]
    return found + [p.name for p in folder.rglob("*") if p.is_file() and text.encode() in p.read_bytes()]


def test_members_come_in_with_workplace_and_steps_and_without_contact(given: Any) -> None:
    batch = applied(roster(member(), member("方样例", 是否核实="是", 入会日期="")), **given)
    assert counts(batch) == (2, 0, 0, 0)
    found = {m.person.name: m for m in Membership.objects.select_related("person")}
    assert (found["林样例"].registered_on, found["林样例"].verified_on) == (date(2024, 5, 18), None)
    assert (found["方样例"].registered_on, found["方样例"].verified_on) == (TODAY, TODAY)
    assert all(m.organisation_id and m.body == given["body"] for m in found.values())
    assert not Contact.objects.exists()
    entry = Entry.objects.get(act="registry.import.applied")
    assert (entry.facts["purpose"], entry.facts["body"]) == ("for-membership", given["body"].pk)


def test_columns_that_are_not_needed_are_named_and_kept_nowhere(given: Any, settings: Any) -> None:
    batch = staged(roster(member(政治面貌="某某人士")), **given)
    assert batch.notes["dropped"] == ["手机", "政治面貌"]
    assert everywhere("某某人士", settings.MEDIA_ROOT) == everywhere(PHONE, settings.MEDIA_ROOT) == []


def test_the_file_is_sealed_and_afterwards_nothing_of_a_person_stays_in_the_rows(given: Any, settings: Any) -> None:
    batch = staged(roster(member(), member("方样例")), wants=["contact"], **given)
    assert "林样例" not in [n for n in everywhere("林样例", settings.MEDIA_ROOT) if len(n) > 10]
    assert PHONE not in json.dumps(list(StagedRow.objects.values("values", "written", "key")))
    assert "林样例" not in str(batch.headers)
    operations.apply(batch=batch, actor=ACTOR, at=NOW)
    run_until_idle()
    assert everywhere("林样例", settings.MEDIA_ROOT) == []


def test_contacts_come_in_sealed_where_somebody_asked_for_them(given: Any) -> None:
    applied(roster(member(), member("方样例", 手机="a@example.org")), wants=["contact"], **given)
    held = {c.person.name: c for c in Contact.objects.select_related("person")}
    assert vault.unseal(held["林样例"].sealed, where=held["林样例"].where) == PHONE
    assert (held["方样例"].kind, held["方样例"].purpose) == ("email", given["purpose"])


def test_a_contact_that_waits_for_mending_is_sealed_and_survives_it(given: Any) -> None:
    batch = staged(roster(member(入会日期="去年")), wants=["contact"], **given)
    row = StagedRow.objects.get(batch=batch)
    assert PHONE not in json.dumps(row.written)
    assert PHONE not in faults_csv(batch).decode()
    mended = mending.mend(row=row, cells={"joined_on": "2024-05-18"}, actor=ACTOR, at=NOW)
    assert mended.state == "new"
    operations.apply(batch=batch, actor=ACTOR, at=NOW)
    run_until_idle()
    held = Contact.objects.get()
    assert vault.unseal(held.sealed, where=held.where) == PHONE


@pytest.mark.parametrize("header", ["身份证号", "居民身份证号码", "证件号码", "ID number", "id_card"])
def test_a_column_of_id_numbers_is_refused_by_its_name(given: Any, header: str) -> None:
    with pytest.raises(personal.IdNumbers) as refused:
        staged(roster(member(**{header: ""})), **given)
    assert header in refused.value.sentence
    assert not Import.objects.exists()


@pytest.mark.parametrize("cell", ["11010519491231002X", "11010519491231002x", "备注 110105 19491231 002X"])
def test_a_column_of_id_numbers_is_refused_by_its_cells(given: Any, settings: Any, cell: str) -> None:
    with pytest.raises(personal.IdNumbers) as refused:
        staged(roster(member(), member("方样例", 政治面貌=cell)), **given)
    assert "政治面貌" in refused.value.sentence
    assert not Import.objects.exists()
    assert not list(settings.MEDIA_ROOT.rglob("*"))


def test_where_the_basis_is_consent_each_row_says_when_and_the_consent_is_on_record(given: Any) -> None:
    given["purpose"] = purpose("consent")
    rows = [member(同意日期="2026-03-01"), member("方样例", 同意日期="")]
    batch = applied(roster(*rows), **given)
    assert (counts(batch), faults(batch)) == ((1, 0, 0, 1), {3: [("consented_on", "consent_missing")]})
    held = Consent.objects.get()
    assert (held.person.name, held.is_given, held.answered_on) == ("林样例", True, date(2026, 3, 1))


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"姓名": ""}, ("name", "person_missing")),
        ({"姓名": "合计"}, ("name", "total_row")),
        ({"工作单位": "无此公司"}, ("organisation", "covered_unknown")),
        ({"入会日期": "去年"}, ("joined_on", "date_words")),
        ({"入会日期": "2001-01-01"}, ("joined_on", "joined_before_body")),
        ({"是否核实": "也许"}, ("verified", "yes_no_unknown")),
        ({"手机": "没有手机"}, ("contact", "contact_unreadable")),
    ],
)
def test_a_row_at_fault_is_set_aside_with_its_reason(
    given: Any, cells: dict[str, str], expected: tuple[str, str]
) -> None:
    batch = staged(roster(member(**cells), member("方样例")), wants=["contact"], **given)
    assert (counts(batch), faults(batch)) == ((1, 0, 0, 1), {2: [expected]})


def test_the_same_file_again_changes_nothing_and_verifies_whom_it_newly_verifies(given: Any) -> None:
    rows = [member(), member("方样例"), member()]
    assert counts(applied(roster(*rows), **given)) == (2, 0, 0, 1)
    before = everything()
    assert counts(applied(roster(*rows), **given)) == (0, 0, 2, 1)
    assert everything() == before
    batch = applied(roster(member(是否核实="是")), **given)
    assert (counts(batch), Membership.objects.exclude(verified_on=None).count()) == ((0, 1, 0, 0), 1)
    undone(batch)
    assert everything() == before


def test_likely_duplicates_are_proposed_and_never_merged(given: Any, areas: Any) -> None:
    other = {**given, "body": make.body("别家工会", area=areas["east"])}
    applied(roster(member()), wants=["contact"], **other)
    applied(roster(member()), wants=["contact"], **given)
    assert (Person.objects.known().count(), DuplicatePair.objects.get().state) == (2, "proposed")


def test_an_undo_leaves_every_table_as_it_was(given: Any) -> None:
    make.membership(person=make.person("林样例"), body=given["body"])
    before = everything()
    batch = applied(roster(member(), member("方样例")), wants=["contact"], **given)
    assert everything() != before
    undone(batch)
    assert everything() == before


def test_an_undo_is_refused_for_people_changed_since(given: Any) -> None:
    batch = applied(roster(*[member(n) for n in ("甲", "乙", "丙", "丁")]), **given)
    people = {p.name: p for p in Person.objects.all()}
    leave(membership=people["甲"].memberships.get(), day=TODAY, actor=ACTOR, at=NOW)
    erase_person(person=people["乙"], actor=ACTOR, at=NOW)
    make.membership(person=people["丙"], body=make.body(area=given["area"]))
    assert [line.row for line in changed_lines(batch)] == [2, 3, 4]
    with pytest.raises(operations.ChangedSince):
        operations.undo(batch=batch, actor=ACTOR, at=NOW)


def test_a_file_with_too_many_rows_is_refused(given: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(personal, "is_id_number", lambda _text: False)
    rows = [member(f"样例{n}") for n in range(MEMBERS.most + 1)]
    with pytest.raises(personal.TooManyRows):
        staged(roster(*rows), **given)


def test_rows_about_people_that_nobody_mended_are_emptied_by_night(given: Any) -> None:
    applied(roster(member(入会日期="去年")), **given)
    Import.objects.update(started_at=NOW.replace(year=2025))
    operations.purge(actor=ACTOR, at=NOW)
    row = StagedRow.objects.get()
    assert (row.title, row.key, row.written, row.values) == ("", "", {}, {})


def test_the_page_asks_for_purpose_and_body_and_keeps_other_lines_out(areas: Any, given: Any) -> None:
    ask = {"kind": "members", "body": given["body"].pk, "effective_on": str(today())}
    ask["purpose"] = given["purpose"].pk
    for line, status in (("", 302), ("union", 302), ("women", 422)):
        client = Client()
        client.force_login(make.account(("district_officer", areas["district"]), line=line))
        file = SimpleUploadedFile("会员.csv", roster(member()))
        reply = client.post("/registry/imports/new/", {**ask, "file": file})
        assert reply.status_code == status, (line, reply.content.decode()[:500])
        assert client.get(f"/registry/imports/new/?kind=members&body={given['body'].pk}").status_code == 200
        batch = Import.objects.order_by("-pk").first()
        assert batch is not None
        seen = client.get(f"/registry/imports/{batch.pk}/columns/").status_code
        assert seen == (200 if status == 302 else 404)


def test_the_command_names_purpose_basis_and_what_was_dropped(given: Any, tmp_path: Path) -> None:
    path, out = tmp_path / "a.csv", StringIO()
    path.write_bytes(roster(member()))
    ask = ["--body", str(given["body"].pk), "--purpose", "for-membership", "--format", "json"]
    call_command("import", "members", str(path), *ask, stdout=out)
    told = json.loads(out.getvalue())
    assert (told["new"], told["basis"], told["dropped"]) == (1, "membership", ["手机", "政治面貌"])
