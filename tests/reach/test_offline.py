"""Records made without a connection: nothing lost, nothing twice, nothing over what its writer had not seen."""

import os

import pytest

from lianxin_methods.visits import converge
from reach import offline

COUNT = int(os.environ.get("LIANXIN_OFFLINE_STORIES", "5000"))


@pytest.fixture(autouse=True)
def node():
    if offline.NODE is None:
        pytest.skip("needs node, which runs the outbox of the phones")


def test_every_interleaving_converges_loses_nothing_and_shows_every_conflict():
    seen = offline.tell(COUNT)
    assert seen.faults == ()
    assert seen.records > COUNT
    assert min(seen.differences, seen.again, seen.overtaken) > COUNT // 100


@pytest.mark.parametrize(("base", "said", "found", "verdict"), [
    (28, 30, 28, "write"),
    (28, 30, 31, "differs"),
    (28, 30, 30, "same"),
    (None, 30, None, "write"),
    (None, 30, 31, "differs"),
    (28, 30, None, "differs"),
    (28, 28, 31, "differs"),
])  # fmt: skip
def test_a_count_is_written_only_over_what_its_writer_saw(base, said, found, verdict):
    assert converge.merge(base, said, found) == verdict


def test_a_rule_that_always_writes_is_caught(monkeypatch):
    monkeypatch.setattr(converge, "merge", lambda base, said, found: "same" if said == found else "write")
    assert any("written over" in fault for fault in offline.tell(60).faults)


def test_an_office_that_forgets_keys_is_caught(monkeypatch):
    monkeypatch.setattr(offline.Door, "is_known", lambda door: False)
    assert any("kept" in fault for fault in offline.tell(60).faults)


def test_an_outbox_that_drops_what_was_posted_is_caught(monkeypatch, tmp_path):
    broken = tmp_path / "outbox.js"
    source = offline.OUTBOX.read_text()
    broken.write_text(source.replace('state: "waiting" });', 'state: Math.random() < 0.5 ? "sent" : "waiting" });'))
    assert broken.read_text() != source
    monkeypatch.setattr(offline, "OUTBOX", broken)
    assert any("records said" in fault for fault in offline.tell(60).faults)
