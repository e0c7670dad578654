"""Whoever asks, by whatever way: one answer."""

import random

import pytest

from contracts import same_answer

pytestmark = pytest.mark.django_db
USERS = 20


def test_page_api_export_and_search_give_the_same_set():
    land = same_answer.build(random.Random(7))
    found = [same_answer.answers(land, same_answer.user(land, number)) for number in range(USERS)]
    assert [fault for answer in found for fault in same_answer.differences(answer)] == []
    for kind in ("organisations", "bodies", "people"):
        seen = {answer[kind]["page"] for answer in found}
        assert len(seen) > 4, f"{kind}: users who all see the same prove nothing"


def test_a_way_that_shows_one_record_more_is_noticed():
    found = {"organisations": {"page": frozenset({1, 2}), "api": frozenset({1, 2, 3})}}
    assert same_answer.differences(found) == ["organisations by api: more than the page [3], less []"]
