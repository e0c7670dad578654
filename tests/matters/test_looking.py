"""However the rows of a scope are looked for - walked, collected, in one area - the same ones are found in order."""

from datetime import timedelta

import pytest

import make
from lianxin.access.actors import AccountActor
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import now, today
from lianxin.kit.verdicts import Verdicts
from lianxin.matters.operations.opening import Given, open_matter
from lianxin.matters.queries import desk_list, search
from lianxin.matters.queries.desk_list import VIEW, MatterFilter, looking, matter_page
from lianxin.places.models import AreaSpan
from lianxin.registry import search as registry_search
from lianxin.registry.scoping import scope_on

pytestmark = pytest.mark.django_db
WAYS = ({}, {"is_wide": True}, {"only_area": None})
FILTERS = [
    {},
    {"show": "all"},
    {"show": "overdue"},
    {"show": "unassigned"},
    {"show": "all", "q": "食堂"},
    {"show": "open", "q": "食堂"},
    {"kind": "request"},
]


@pytest.fixture
def community():
    district = make.area("样例区")
    street = make.area("样例街道", parent=district)
    found = make.area("样例社区", parent=street)
    for number, area in enumerate([found, street, found, district, found, found]):
        at = now() - timedelta(days=9 * number)
        open_matter(given=Given(words=f"食堂的第{number}件事", area=area), actor=SYSTEM, at=at)
    return found


@pytest.fixture
def district(community):
    return AreaSpan.objects.get(parent=None).area


@pytest.mark.parametrize("asked", FILTERS)
@pytest.mark.parametrize("word_is", ["rare", "common"])
def test_one_area_is_walked_collected_or_looked_for_by_itself_with_the_same_rows(
    asked, word_is, community, monkeypatch
):
    monkeypatch.setattr(registry_search, "_COMMON", Verdicts())
    monkeypatch.setattr(registry_search, "RARE", 3000 if word_is == "rare" else 0)
    actor = AccountActor(make.account(("community_officer", community)))
    scope, found = scope_on(actor, VIEW, today()), []
    for way in WAYS:
        way = {"only_area": community.pk} if "only_area" in way else way
        monkeypatch.setattr(desk_list, "looking", lambda *_a, way=way: way)
        page = matter_page(MatterFilter(**asked), actor, scope, now(), limit=3)
        rest = matter_page(MatterFilter(**asked), actor, scope, now(), limit=3, after=page.after)
        found.append([line.id for line in (*page.lines, *(rest.lines if page.after else ()))])
    assert found[0] == found[1] == found[2]
    assert len(found[0]) == {"overdue": 3}.get(asked.get("show", ""), 4)


def test_a_single_area_is_looked_for_by_itself_and_several_are_wide_beyond_the_bound(community, district, monkeypatch):
    monkeypatch.setattr(desk_list, "_WIDE", Verdicts(keeps_no=True))
    worker = AccountActor(make.account(("community_officer", community)))
    officer = AccountActor(make.account(("district_officer", district)))
    assert looking(scope_on(worker, VIEW, today()), 1) == {"only_area": community.pk}
    scope = scope_on(officer, VIEW, today())
    assert looking(scope, 5) == {"is_wide": True}
    assert looking(scope, 6) == {}


def test_the_global_search_finds_the_newest_first_in_one_area(community, monkeypatch):
    actor = AccountActor(make.account(("community_officer", community)))
    monkeypatch.setattr(registry_search, "_COMMON", Verdicts())
    monkeypatch.setattr(registry_search, "RARE", 0)
    assert [hit.title for hit in search(actor, "食堂", today(), 3)] == [f"食堂的第{n}件事" for n in (0, 2, 4)]
