"""Nobody but a named handler reads what a shut matter says, by whatever way."""

import pytest

from contracts import leaks, world
from lianxin.access.actors import AccountActor
from lianxin.figures import snapshots
from lianxin.kit.clock import now
from lianxin.matters.models import Matter
from lianxin.matters.operations.reading import read_words

pytestmark = pytest.mark.django_db


@pytest.fixture
def shut(settings, tmp_path):
    settings.SNAPSHOTS = tmp_path / "snapshots"
    return leaks.build(world.build())


def test_no_page_export_api_log_or_mail_says_a_word_of_a_shut_matter(shut):
    found = leaks.Walk(shut).run(share=0.012, seed=11)
    assert found.leaks == []
    assert found.asked > 300
    assert found.served > 40


def test_no_table_and_no_snapshot_holds_a_readable_word_of_a_shut_matter(shut, tmp_path):
    assert leaks.in_tables(shut.marks) == []
    snapshots.write(now())
    assert leaks.in_files(tmp_path, shut.marks) == []


def test_the_looking_itself_finds_what_lies_open(shut):
    handler = AccountActor(shut.world.account("community_officer", "exact"))
    plain = shut.opened[-1].matter
    Matter.objects.filter(pk=plain.pk).update(code_name=shut.marks[0][:20])
    assert leaks.in_tables(shut.marks[:1])
    walk = leaks.Walk(shut)
    walk._look("here", f"… {shut.marks[1]} …")
    assert walk.found.leaks
    with pytest.raises(Exception, match="NotHandled"):
        read_words(matter=plain, actor=handler, at=now())
