from datetime import date

import pytest

from lianxin.figures.catalogue import codes, names_on, version_on
from lianxin.figures.models import IndicatorVersion

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)


def test_every_indicator_is_called_on_a_day_what_its_version_of_the_day_says(django_assert_num_queries):
    names_on(DAY)
    with django_assert_num_queries(1):
        called = names_on(DAY)
    said = [version_on(code, DAY).definition for code in codes()]
    assert called == [(d.code, d.zh, d.en) for d in said]
    assert len(called) > 5


def test_a_new_name_holds_from_its_day():
    first = names_on(DAY)[0]
    row = IndicatorVersion.objects.get(code=first[0], valid_until=None)
    renamed = {**row.content, "number": row.number + 1, "zh": "新名称"}
    IndicatorVersion.objects.filter(pk=row.pk).update(valid_until=DAY)
    IndicatorVersion.objects.create(code=first[0], number=row.number + 1, content=renamed, valid_from=DAY)
    assert names_on(DAY)[0][1] == "新名称"
    assert names_on(date(2026, 2, 28))[0] == first
