"""An election of 40 representatives by 1,001 members: recomputed by a second road, and no row leads to a voter."""

import itertools
import json
import logging
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection, models
from tools.recount import faults, recount

from lianxin.matters.models import Ballot, BallotBox, BallotCode, Drawer, Elector, KeyHolder
from lianxin.matters.operations import counting, voting
from lianxin.matters.queries.elections import published
from lianxin.registry.models import Post
from lianxin.trail.models import Entry, Job
from matters import electing

MEMBERS = int(os.environ.get("ELECTION_MEMBERS", "1001"))
RECOUNT = Path(__file__).resolve().parents[2] / "tools/recount.py"
TRANSACTIONS = pytest.mark.django_db(transaction=True)
"""Every vote in a transaction of its own, as it is when people vote: its number is then in the rows of PostgreSQL."""


@pytest.fixture
def rng():
    return random.Random(20261122)


@pytest.fixture
def held(rng):
    """Two fifths come with codes, as many with paper, twelve of those invalid; the rest stays at home."""
    seats, part = 40, MEMBERS * 2 // 5
    made = electing.opened(electing.called(electing.union(MEMBERS), seats=seats, stand=46), codes=part + 20)
    numbers = list(Elector.objects.filter(election=made.election).values_list("number", flat=True))
    voting.give_ballots(election=made.election, numbers=numbers[: part + 20], means="code", **electing.BY)
    electing.vote(made, part, rng)
    electing.drop(made, part, rng, invalid=12)
    return made


def whole_database() -> str:
    """Every value of every table, as text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [repr(bytes(v) if isinstance(v, memoryview) else v) for row in cursor.fetchall() for v in row]
    return "\n".join(found)


def orders(model: type[models.Model]) -> dict[str, list]:
    """The rows of a table in every order that the database can put them in: keys, columns, and where they lie."""
    table, hidden = model._meta.db_table, ["rowid"] if connection.vendor == "sqlite" else ["ctid", "xmin::text::bigint"]
    columns = [field.column for field in model._meta.concrete_fields]
    found = {}
    with connection.cursor() as cursor:
        for column in [*columns, *hidden]:
            name = f'"{column}"' if column in columns else column
            how = f"{name}::text" if connection.vendor != "sqlite" and column in columns else name
            cursor.execute(f'SELECT id FROM "{table}" ORDER BY {how}')
            found[column] = [row[0] for row in cursor.fetchall()]
    by_pk = {str(row.pk).replace("-", ""): row for row in model._default_manager.all()}
    return {c: [by_pk[str(pk).replace("-", "")] for pk in pks] for c, pks in found.items()}


@TRANSACTIONS
@pytest.mark.practice(4)
def test_paper_and_codes_together_give_the_result_that_a_second_road_finds(held, tmp_path):
    done = electing.counted(held)
    data = json.loads(json.dumps(published(done)))
    assert faults(data) == []
    mine, every = recount(data), [*held.cast.values(), *held.paper]
    assert mine["approvals"] == {k: sum(k in approved for approved, _ in every) for k in data["candidates"]}
    assert sum(line["against"] for line in data["result"]["lines"]) == sum(len(against) for _, against in every)
    assert (mine["present"], mine["valid"]) == (len(every) + 12, len(every))
    assert 0 < len(mine["elected"]) <= 40
    path = Path(os.environ.get("ELECTION_EXPORT", tmp_path / "election.json"))
    path.write_text(json.dumps(data, ensure_ascii=False))
    assert subprocess.run([sys.executable, RECOUNT, path], capture_output=True).returncode == 0
    counting.declare(election=done, day=electing.TODAY, **electing.BY)
    elected = {data["candidates"][key] for key in mine["elected"]}
    posts = Post.objects.filter(body=done.body, title="representative", valid_until=None)
    assert {post.person.name for post in posts} == elected


@TRANSACTIONS
def test_a_file_that_was_tampered_with_is_found_out(held):
    data = json.loads(json.dumps(published(electing.counted(held))))
    data["ballots"][0]["approved"] = ["46"] if data["ballots"][0]["approved"] != ["46"] else ["45"]
    assert faults(data)


@TRANSACTIONS
def test_no_order_in_which_rows_lie_connects_codes_with_ballots(held):
    """Whoever voted with a code is followed to the ballot by every pair of orders; chance finds one, a link all."""
    by_digest = {voting._digest(code): choice for code, choice in held.cast.items()}
    electing.counted(held)
    cast_order = [(sorted(a), sorted(g)) for a, g in held.cast.values()]
    codes = {
        column: [by_digest[row.digest] for row in rows if row.is_used] for column, rows in orders(BallotCode).items()
    }
    told = {column: [(sorted(a), sorted(g)) for a, g in rows] for column, rows in codes.items()} | {"cast": cast_order}
    ballots = {column: [(r.approved, r.against) for r in rows] for column, rows in orders(Ballot).items()}
    assert sorted(map(repr, cast_order)) == sorted(repr(row) for row in ballots["id"])
    ballots = {column: rows for column, rows in ballots.items() if column not in ("approved", "against")}
    for (one, left), (other, right) in itertools.product(told.items(), ballots.items()):
        for direction in (right, right[::-1]):
            matches = sum(a == b for a, b in zip(left, direction, strict=True))
            assert matches < 9, (one, other, matches)


@TRANSACTIONS
@pytest.mark.postgres_only
def test_every_ballot_was_written_by_one_transaction(held):
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL keeps the transaction of a row")
    electing.counted(held)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(DISTINCT xmin::text), count(*) FROM {Ballot._meta.db_table}")
        assert cursor.fetchone() == (1, len(held.cast))
        tables = f"{BallotCode._meta.db_table} c JOIN {Ballot._meta.db_table} b"
        cursor.execute(f"SELECT count(*) FROM {tables} ON c.xmin::text = b.xmin::text")
        assert cursor.fetchone() == (0,)


@TRANSACTIONS
def test_nothing_stored_says_when_or_by_whom_a_ballot_was_cast(held):
    """Neither column nor relation: what a row of a ballot, a code or a drawer may have is written down here."""
    names = {model: {field.name for field in model._meta.get_fields()} for model in (Ballot, BallotCode, Drawer)}
    assert names[Ballot] == {"id", "election", "approved", "against"}
    assert names[BallotCode] == {"id", "election", "digest", "receipt", "is_used"}
    assert names[Drawer] == {"id", "election", "number", "envelopes"}
    assert {field.name for field in Elector._meta.get_fields()} == {
        "id", "election", "number", "person", "name", "given",
    }  # fmt: skip
    times = (models.DateField, models.TimeField)
    rows = [f for m in (Ballot, BallotCode, Drawer, Elector) for f in m._meta.get_fields()]
    assert not [field for field in rows if isinstance(field, times)]


@TRANSACTIONS
def test_a_vote_leaves_no_entry_no_job_no_line_of_log_and_no_code(rng, caplog):
    caplog.set_level(logging.DEBUG)
    logging.getLogger("django.db.backends").setLevel(logging.INFO)  # what a database could log is looked at below
    held = electing.opened(electing.called(electing.union(60), seats=4, stand=5), codes=40)
    before, jobs, lines = Entry.objects.count(), Job.objects.count(), len(caplog.records)
    electing.vote(held, 30, rng)
    assert (Entry.objects.count(), Job.objects.count(), len(caplog.records)) == (before, jobs, lines)
    stored = whole_database()
    for code in held.codes:
        assert code not in stored
        assert code.replace("-", "") not in stored
    assert not [phrase for phrase in held.phrases if phrase in stored]
    assert not [r for r in caplog.records if any(code in r.getMessage() for code in held.codes)]


@TRANSACTIONS
def test_what_the_database_is_told_while_people_vote_holds_no_choice(rng, django_assert_max_num_queries):
    held = electing.opened(electing.called(electing.union(60), seats=4, stand=5), codes=40)
    with django_assert_max_num_queries(400) as seen:
        electing.vote(held, 20, rng)
    told = "\n".join(query["sql"] for query in seen.captured_queries)
    assert "envelopes" in told
    assert "approved" not in told
    for approved, against in held.cast.values():
        assert json.dumps([sorted(approved), sorted(against)]) not in told


@TRANSACTIONS
def test_before_the_count_the_box_holds_nothing_that_one_key_opens_and_after_it_nothing_at_all(rng):
    held = electing.opened(electing.called(electing.union(60), seats=4, stand=5), codes=45)
    electing.vote(held, 42, rng)
    assert sum(len(d.envelopes) for d in Drawer.objects.all()) % 42 == 0
    voting.close_voting(election=held.election, day=electing.TODAY, **electing.BY)
    BallotBox.objects.all().delete()
    one = held.phrases[0]
    for phrases in ((one, one), (one, "AAAAA-AAAAA-AAAAA-AAAAA"), ("", "")):
        with pytest.raises(counting.WrongPhrases):
            counting.count_votes(election=held.election, day=electing.TODAY, phrases=phrases, **electing.BY)
    assert not Ballot.objects.exists()
    assert Drawer.objects.count() == 2
    counting.count_votes(
        election=held.election, day=electing.TODAY, phrases=(one.lower(), held.phrases[1]), **electing.BY
    )
    assert Ballot.objects.count() == 42
    assert not Drawer.objects.exists()
    assert not KeyHolder.objects.exists()


@TRANSACTIONS
def test_shuffling_depends_on_no_seed_of_the_process(rng):
    """The same choices cast in the same order lie in another order each time."""
    seen = []
    for _ in range(2):
        random.seed(7)
        held = electing.opened(
            electing.called(electing.union(60), seats=4, stand=5, unit=str(len(seen))), boxes=("箱",), codes=40
        )
        electing.vote(held, 40, random.Random(1))
        electing.drop(held, 12, rng)
        done = electing.counted(held)
        seen.append([row["approved"] for row in published(done)["ballots"]])
    assert seen[0] != seen[1]


@TRANSACTIONS
def test_few_codes_and_small_boxes_are_shown_together_with_others(rng):
    held = electing.opened(electing.called(electing.union(60), seats=4, stand=5), boxes=("甲", "乙"), codes=9)
    electing.vote(held, 4, rng)
    electing.drop(held, 44, rng)
    data = published(electing.counted(held))
    assert data["ballots"] == []
    assert not Ballot.objects.exists()
    assert all(box["found"] >= counting.LEAST for box in data["boxes"])
    assert sum(box["found"] for box in data["boxes"]) == 48
    assert faults(json.loads(json.dumps(data))) == []


@TRANSACTIONS
def test_a_receipt_follows_from_the_code_and_says_nothing_of_the_choice(held):
    done = electing.counted(held)
    assert sorted(held.receipts) == done.protocol["receipts"]
    for code, receipt in zip(held.cast, held.receipts, strict=True):
        assert voting.receipt_of(code) == receipt
    unused = set(held.codes) - set(held.cast)
    assert not {voting.receipt_of(code) for code in unused} & set(held.receipts)
