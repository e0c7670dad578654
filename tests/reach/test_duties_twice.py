"""Everything owed in the small demonstration, worked out twice; the full count is tools/prove/duties.py."""

import random
from datetime import timedelta

import pytest
from django.core.management import call_command
from tools.prove.duties import differences, switch_everything_on

from conftest import NOW
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import today
from lianxin.kit.scope import Reach, Scope
from lianxin.places.models import AreaSpan
from lianxin.reach.models import Owed, Reckoning
from lianxin.reach.operations.reckoning import everywhere, reckon
from lianxin.reach.queries.one_record import record_duties
from lianxin.registry.models import BodySpan, OrganisationSpan, Post, Term

pytestmark = pytest.mark.django_db
BODY_KINDS = (
    "union_committee",
    "joint_union",
    "building_union",
    "union_association",
    "league_branch",
    "league_general_branch",
    "league_committee",
    "site_branch",
    "women_federation",
    "residents_committee",
    "women_workers_committee",
)
LIMITS = (0, 1, 2, 3, 6, 7, 10, 11, 24, 25, 30, 50, 51, 99, 100, 101, 199, 200, 201, 500, 999, 2000, 5001, None)
TITLES = ("chair", "full_time_chair", "secretary", "vice_chair", "member", "member", "representative", "women_member")


@pytest.fixture
def shaken():
    """The small demonstration with many of its rows bent to the edges of the rules."""
    call_command("seed", size="small", verbosity=0)
    chance, day = random.Random(20261122), today()
    for span in chance.sample(list(OrganisationSpan.objects.filter(valid_until=None)), 250):
        for field in ("union_members", "league_members", "headcount", "women"):
            setattr(span, field, chance.choice(LIMITS))
        span.closed_on = chance.choice((None, None, day, day + timedelta(days=1), day - timedelta(days=1)))
        span.opened_on = chance.choice((None, span.opened_on, day - timedelta(days=chance.randrange(800))))
        span.save()
    for span in chance.sample(list(BodySpan.objects.filter(valid_until=None)), 200):
        span.kind = chance.choice(BODY_KINDS)
        span.form = chance.choice(("own", "joint", "site", "area"))
        span.save()
        _bend_posts(chance, span.body_id, day)
    for term in chance.sample(list(Term.objects.all()), 150):
        term.valid_until = term.valid_from + timedelta(days=chance.choice((1, 700, 730, 1095, 1096, 1825, 1826, 2000)))
        term.save()
    codes = switch_everything_on(day)
    reckon(day=day, actor=SYSTEM, at=NOW)
    return codes


def _bend_posts(chance, body, day):
    Post.objects.filter(body=body).delete()
    people = list(Post.objects.exclude(person=None).values_list("person", flat=True)[:20])
    for _ in range(chance.choice((0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 26, 32))):
        since = day - timedelta(days=chance.randrange(200))
        holder = chance.choice([*people, None])
        Post.objects.create(body_id=body, title=chance.choice(TITLES), person_id=holder, valid_from=since)


def test_a_second_way_over_raw_rows_agrees_on_every_record_and_so_does_the_page_of_one_record(shaken):
    counts, faults = differences(today())
    assert faults == []
    assert set(counts) == set(shaken)
    seen = {(code, state) for code, found in counts.items() for state in found}
    for code in ("union.committee", "union.seats", "union.chair", "union.women_organ", "league.seats", "league.branch"):
        assert {(code, state) for state in ("met", "unmet", "unknown")} <= seen
    rows = list(Owed.objects.filter(valid_until=None).select_related("obligation").order_by("pk"))
    scope = everywhere(today())
    for row in random.Random(3).sample(rows, 120):
        page = record_duties(row.obligation.target, row.ref, scope, today())
        found = {duty.obligation.code: duty for duty in page.owed}
        assert row.obligation.code in found
        mine = found[row.obligation.code]
        assert (mine.state == "overdue") == (row.state == "unmet" and row.deadline < today())
        assert (mine.state if mine.state != "overdue" else "unmet") == row.state
    _nobody_sees_more_than_the_scope(rows)


def _nobody_sees_more_than_the_scope(rows):
    """One community, one line: exactly the rows that lie in it, and the page of a record outside does not exist."""
    communities = set(AreaSpan.objects.filter(level="community").values_list("area", flat=True))
    area = next(row.area_id for row in rows if row.area_id in communities)
    path = AreaSpan.objects.get(area=area, valid_until=None).path
    scope = Scope(today(), (Reach("area", path=path, line="union"),))
    inside = set(AreaSpan.objects.filter(path__startswith=path).values_list("area", flat=True))
    wanted = {row.pk for row in rows if row.area_id in inside and row.obligation.line == "union"}
    found = set(Owed.objects.filter(valid_until=None).within(scope).values_list("pk", flat=True))
    assert found == wanted
    outside = next(row for row in rows if row.area_id not in inside and row.obligation.target == "organisation")
    assert record_duties("organisation", outside.ref, scope, today()) is None


def test_working_out_again_changes_nothing(shaken):
    before = set(Owed.objects.values_list("pk", "valid_until"))
    again = reckon(day=today(), actor=SYSTEM, at=NOW)
    assert set(Owed.objects.values_list("pk", "valid_until")) == before
    assert again.counts == Reckoning.objects.order_by("pk")[1].counts
