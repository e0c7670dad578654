import pytest
from django.db import transaction

from conftest import NOW
from lianxin.kit.actor import SYSTEM
from lianxin.places.models import Scheme
from lianxin.trail.models import Entry
from lianxin.trail.operations import OutsideTransaction, record


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_refused():
    scheme = Scheme.objects.create(code="nbs-2023", name="统计用区划代码 2023")
    with pytest.raises(OutsideTransaction):
        record("places.scheme.added", scheme, actor=SYSTEM, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_an_entry_goes_with_the_write_it_describes():
    scheme = Scheme.objects.create(code="nbs-2023", name="统计用区划代码 2023")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record("places.scheme.added", scheme, actor=SYSTEM, at=NOW)
        raise ZeroDivisionError
    assert not Entry.objects.exists()
    with transaction.atomic():
        record("places.scheme.added", scheme, actor=SYSTEM, at=NOW, areas=3)
    entry = Entry.objects.get()
    assert (entry.subject_kind, entry.subject_id, entry.facts) == ("places.scheme", scheme.pk, {"areas": 3})
