import json
import tarfile
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, models

from installation import Installation
from lianxin.conf.backup.plain import Unclassed, _plain_field, models_kept, strange_tables, twin
from lianxin.conf.backup.write import MOMENTARY, derived, kept

CONTENT = """
import json
from lianxin.conf.backup.plain import twin, spell
from django.apps import apps
found = {}
for model in apps.get_models(include_auto_created=True):
    plain = twin(model)
    names = [f.attname for f in plain._meta.concrete_fields]
    found[model._meta.label_lower] = list(plain._default_manager.order_by("pk").values_list(*names))
print(json.dumps(found, default=spell))
"""
MORE = """
from datetime import timedelta
from pathlib import Path
from django.conf import settings
from django.db import transaction
from lianxin.access.models import Account
from lianxin.kit.clock import now
from lianxin.kit.actor import SYSTEM
from lianxin.trail.models import Job
from lianxin.trail.jobs import seal, prune
from lianxin.trail.operations import record
from lianxin.trail.tasks import run_until_idle
account = Account.objects.create(username="officer", label="样例")
Account.objects.create(username="gone", label="x").delete()
with transaction.atomic():
    for number in range(5):
        record("conf.demonstration.seeded", account, actor=SYSTEM, at=now(), rows=number, note="引号\\" 与 换行\\n")
prune.using(run_after=timedelta(days=1), key="k").enqueue()
seal.enqueue()
run_until_idle()
Path(settings.MEDIA_ROOT, "imports").mkdir(parents=True)
Path(settings.MEDIA_ROOT, "imports", "名册.csv").write_bytes(b"a,b\\n" * 1000)
Path(settings.SNAPSHOTS, "2026").mkdir(parents=True)
Path(settings.SNAPSHOTS, "2026", "facts.parquet").write_bytes(bytes(range(256)) * 9)
"""


def content(of: Installation) -> dict:
    return json.loads(of.python(CONTENT))


def files(of: Installation) -> dict[str, bytes]:
    tops = (of.home / "files", of.home / "snapshots")
    return {str(p.relative_to(of.home)): p.read_bytes() for top in tops for p in top.rglob("*") if p.is_file()}


def filled(home: Path) -> Installation:
    made = Installation(home)
    made.run("migrate", "-v0")
    made.run("seed", "--size", "small")
    made.python(MORE)
    return made


def without_the_restore(tables: dict) -> dict:
    """The content but for what the restore itself wrote down."""
    restored = tables["trail.entry"].pop()
    assert "conf.backup.restored" in restored
    tables["conf.archive"].pop()
    return tables


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    home = tmp_path_factory.mktemp("original")
    made = filled(home)
    archive = home / "all.lianxin"
    return made, archive, made.json("backup", str(archive)), content(made), files(made)


def test_backup_wipe_restore_gives_every_table_every_file_and_the_chain(original, tmp_path):
    here, archive, told, before, files_before = original
    assert told["rows"] == sum(len(rows) for label, rows in before.items() if label in kept())
    here.python("from lianxin.conf.backup.read import wipe; wipe()")
    for path in (here.home / "files").rglob("*.csv"):
        path.write_bytes(b"other")
    (here.home / "files" / "stray.txt").write_bytes(b"was not in the backup")
    assert content(here)["access.account"] == []
    assert here.json("restore", str(archive))["sound"]
    assert without_the_restore(content(here)) == before
    assert files(here) == files_before
    verdict = here.json("audit", "verify")
    assert (verdict["sound"], verdict["sealed"]) == (True, len(before["trail.entry"]) - 1)


def test_a_backup_goes_into_a_new_installation_on_the_other_database(original, tmp_path):
    here, archive, _told, before, files_before = original
    url = here.env["LIANXIN_DATABASE_URL"]
    secrets = {
        f"LIANXIN_{name}": (here.home / "secrets" / f"lianxin_{name.lower()}").read_text()
        for name in ("FIELD_KEYS", "SEALED_KEYS", "LOOKUP_KEY", "SEAL_KEY")
    }
    there = Installation(tmp_path / "there", url="", **secrets)
    there.run("restore", str(archive))
    assert without_the_restore(content(there)) == before
    assert files(there) == files_before
    assert there.json("audit", "verify")["sound"]
    if url:
        again = tmp_path / "again.lianxin"
        there.run("backup", str(again))
        back = Installation(tmp_path / "back", **secrets)
        back.run("restore", str(again))
        assert without_the_restore(content(back)) == content(there)


def test_ids_of_rows_deleted_before_the_backup_are_not_given_again(original, tmp_path):
    here, archive, _told, before, _files = original
    last = max(row[0] for row in before["access.account"])
    made = here.python(
        "from lianxin.access.models import Account; print(Account.objects.create(username='new', label='x').pk)"
    )
    assert int(made) > last + 1


def test_a_damaged_or_foreign_archive_changes_nothing(original, tmp_path):
    here, archive, *_ = original
    before = content(here)
    damaged = tmp_path / "damaged"
    whole = archive.read_bytes()
    for bad in (whole[: len(whole) // 2], b"not an archive", b""):
        damaged.write_bytes(bad)
        assert "damaged" in here.run("restore", str(damaged), code=1).stderr
    assert content(here) == before


def test_a_line_changed_in_the_archive_is_noticed(original, tmp_path):
    here, archive, *_ = original
    changed = tmp_path / "changed"
    with tarfile.open(archive) as old, tarfile.open(changed, "w:gz") as new:
        for member in old:
            data = old.extractfile(member).read()
            if member.name == "tables/access.account.jsonl":
                data = data.replace(b"officer", b"OFFICER")
            member.size = len(data)
            path = tmp_path / "part"
            path.write_bytes(data)
            with path.open("rb") as part:
                new.addfile(member, part)
    assert "tables/access.account.jsonl" in here.run("restore", str(changed), code=1).stderr


def test_other_secrets_are_refused_unless_asked_for(original, tmp_path):
    _here, archive, *_ = original
    there = Installation(tmp_path)
    assert "LIANXIN_SEAL_KEY" in there.run("restore", str(archive), code=1).stderr
    assert there.json("restore", str(archive), "--other-keys", code=1)["sound"] is False


def test_the_archive_is_for_its_owner_alone(original):
    _here, archive, *_ = original
    assert archive.stat().st_mode & 0o077 == 0


def test_every_model_is_kept_or_left_out_with_a_reason():
    every = {m._meta.label_lower for m in apps.get_models(include_auto_created=True)}
    assert every == set(kept()) | MOMENTARY | derived()[0]
    for model in kept().values():
        assert len(twin(model)._meta.concrete_fields) == len(model._meta.concrete_fields)


@pytest.mark.django_db
def test_a_table_that_belongs_to_nobody_stops_the_backup():
    assert strange_tables(derived()[1]) == []
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE stray (id integer)")
    assert strange_tables(derived()[1]) == ["stray"]


def test_a_kind_of_column_that_nobody_decided_on_stops_it_too():
    class Odd(models.Field):
        def get_internal_type(self):
            return "OddField"

    field = Odd()
    field.set_attributes_from_name("odd")
    field.model = apps.get_model("access.account")
    with pytest.raises(Unclassed):
        _plain_field(field)


def test_a_model_added_later_is_kept_without_being_listed():
    assert "trail.job" in models_kept(["trail.beat"])
    assert "trail.beat" not in models_kept(["trail.beat"])
