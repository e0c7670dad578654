import json
import random
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from tools.prove.audit import attack, entry, fill

from conftest import NOW
from lianxin.places.models import Scheme
from lianxin.trail import chain
from lianxin.trail.jobs import seal
from lianxin.trail.models import Entry, Seal
from lianxin.trail.tasks import run_until_idle

pytestmark = pytest.mark.django_db
RNG = random.Random(7)


def write(count: int) -> None:
    Entry.objects.bulk_create(entry(number, RNG) for number in range(count))


def audit(*args: str) -> dict:
    out = StringIO()
    call_command("audit", *args, stdout=out)
    return json.loads(out.getvalue())


def test_the_job_seals_what_came_and_the_next_run_goes_on_from_there():
    write(3)
    seal.enqueue()
    run_until_idle()
    write(2)
    assert (chain.verify().sealed, chain.verify().unsealed) == (3, 2)
    seal.enqueue()
    run_until_idle()
    verdict = chain.verify()
    assert (verdict.sealed, verdict.unsealed, verdict.seals, verdict.is_sound) == (5, 0, 2, True)


def test_sealing_nothing_writes_nothing():
    assert chain.seal_next(NOW, 10) == 0
    assert not Seal.objects.exists()
    assert chain.verify().is_sound


def test_a_long_backlog_is_sealed_in_steps(monkeypatch):
    monkeypatch.setattr("lianxin.trail.jobs.SEAL_BATCH", 4)
    write(10)
    seal.enqueue()
    run_until_idle()
    assert list(Seal.objects.order_by("id").values_list("position_from", "position_to")) == [(1, 4), (5, 8), (9, 10)]


def test_every_mutation_of_sealed_entries_is_detected():
    fill(40, random.Random(5))
    tried, found = attack(300, seed=2)
    assert found == tried
    assert sum(tried.values()) == 300


def test_a_change_is_reported_with_its_place():
    fill(20, random.Random(5))
    victim = Entry.objects.get(position=7)
    Entry.objects.filter(pk=victim.pk).update(actor_id=99)
    assert chain.verify().fault == chain.Fault("entry_changed", 7, victim.pk)


def test_a_seal_of_another_key_is_not_believed_and_an_old_key_stays_believed(settings):
    settings.SEAL_KEY = "first"
    fill(5, RNG)
    settings.SEAL_KEY = "second"
    assert chain.verify().fault.what == "seal_forged"
    settings.SEAL_KEY = "second,first"
    assert chain.verify().is_sound
    write(1)
    chain.seal_next(NOW, 10)
    assert chain.verify().is_sound
    assert Seal.objects.values("key").distinct().count() == 2


def test_the_command_counts_and_fails_on_a_fault():
    fill(6, RNG)
    write(1)
    found = audit("verify", "--format", "json")
    assert (found["sealed"], found["unsealed"], found["sound"], found["fault"]) == (6, 1, True, None)
    Entry.objects.filter(position=2).delete()
    with pytest.raises(CommandError) as stopped:
        audit("verify", "--format", "json")
    assert stopped.value.returncode == 1


def test_a_digest_handed_out_shows_a_trail_that_was_cut_off(tmp_path):
    fill(8, RNG)
    paper = tmp_path / "digest.json"
    call_command("audit", "digest", "--out", str(paper))
    assert audit("verify", "--format", "json", "--digest", str(paper))["digests"] == 1
    last = Seal.objects.latest("position_to")
    Entry.objects.filter(position__gte=last.position_from).delete()
    last.delete()
    assert audit("verify", "--format", "json")["sound"]
    with pytest.raises(CommandError):
        audit("verify", "--format", "json", "--digest", str(paper))


def test_the_head_kept_beside_the_database_shows_it_too():
    write(4)
    seal.enqueue()
    run_until_idle()
    Entry.objects.all().delete()
    Seal.objects.all().delete()
    with pytest.raises(CommandError):
        audit("verify", "--format", "json")


def test_a_forged_or_foreign_digest_is_refused(tmp_path):
    fill(4, RNG)
    forged = {**audit("digest"), "entries": 3}
    (tmp_path / "forged.json").write_text(json.dumps(forged))
    with pytest.raises(CommandError):
        audit("verify", "--format", "json", "--digest", str(tmp_path / "forged.json"))
    (tmp_path / "foreign.json").write_text("[]")
    with pytest.raises(CommandError):
        audit("verify", "--digest", str(tmp_path / "foreign.json"))


def test_verification_takes_the_same_queries_for_any_number_of_entries(django_assert_num_queries):
    fill(5, RNG)
    with django_assert_num_queries(5):
        chain.verify()
    fill(200, RNG)
    with django_assert_num_queries(5):
        chain.verify()


def test_entries_that_name_a_record_are_not_the_record():
    Scheme.objects.create(code="x", name="x")
    fill(2, RNG)
    Scheme.objects.all().delete()
    assert chain.verify().is_sound
