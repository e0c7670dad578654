"""What filling in forms costs: the forms there are stand behind an act, or are named as entering nothing."""

import importlib
import pkgutil

import numpy as np
import pytest
from django import forms

import lianxin
import make
from conftest import NOW, TODAY
from lianxin.access.actors import AccountActor
from lianxin.conf.entry import BEHIND, NO_ENTRY, fields_of
from lianxin.figures import snapshots, tables
from lianxin.figures.protection import hidden_groups
from lianxin.figures.queries import cells
from lianxin.kit.entry import FIELDS
from lianxin.reach.forms.visits import RecordForm
from lianxin.registry.forms import ContractForm, OrganisationForm
from lianxin.trail.operations import record
from lianxin.trail.texts import TEXTS
from lianxin_methods.indicators.rollup import tree_of


def every_form(above=forms.BaseForm):
    for form in above.__subclasses__():
        yield form
        yield from every_form(form)


def test_nine_forms_in_ten_stand_behind_an_act_or_enter_nothing():
    for module in pkgutil.walk_packages(lianxin.__path__, "lianxin."):
        if module.name.rsplit(".", 1)[-1].endswith("forms") or ".forms." in module.name:
            importlib.import_module(module.name)
    ours = {form for form in every_form() if form.__module__.startswith("lianxin.")}
    called = {form: f"{form.__module__.split('.')[1]}.{form.__name__}" for form in ours}
    missing = sorted(name for form, name in called.items() if form not in BEHIND.values() and name not in NO_ENTRY)
    assert len(missing) <= len(ours) // 10, f"name these in conf/entry.py, with the act or as no entry: {missing}"


def test_every_act_with_a_form_is_one_of_the_trail():
    assert sorted(set(BEHIND) - set(TEXTS)) == []
    assert set(FIELDS) == set(BEHIND)


def test_fields_are_counted_on_the_form_without_what_the_page_fills_in():
    assert fields_of(OrganisationForm) == 14
    assert fields_of(ContractForm) == 6
    assert fields_of(RecordForm) == 5


@pytest.fixture
def offices(settings, tmp_path):
    """A district with twelve people at work in it, one of them in a community; four bodies of areas."""
    settings.SNAPSHOTS = tmp_path / "snapshots"
    tables.forget()
    district = make.area("样例区", code="440304")
    community = make.area(parent=make.area(parent=district))
    for where in (district, district, district, community):
        make.body(area=where, form="area")
    make.body(area=community)
    staff = [make.account(("district_officer", district)) for _ in range(11)]  # without them, eleven are left
    return district, community, [*staff, make.account(("community_officer", community))]


@pytest.mark.django_db
def test_the_burden_is_fields_times_seconds_times_how_often_over_the_bodies_of_the_areas(offices):
    district, community, staff = offices
    for account, act, times in (
        (staff[0], "registry.contract.signed", 10),
        (staff[11], "registry.contract.ended", 3),
        (staff[1], "figures.snapshot.taken", 5),
    ):
        for _ in range(times):
            record(act, district, actor=AccountActor(account), at=NOW)
    for account in staff:
        type(account).objects.filter(pk=account.pk).update(date_joined=NOW)
    snapshots.write(NOW)

    def cell(area, **params):
        return cells("form_burden", areas=[area.pk], on=TODAY, scope_params=params, actor_scope=None)[0]

    found = cell(district)
    # 10 contracts of 6 fields: 10 x (20 + 48) s = 11.3 min; 3 ends of 1 field: 3 x 28 s = 1.4 min
    assert (found.numerator, found.denominator, found.value) == (12, 4, 3.0)
    slower = cell(district, seconds=20, opening=0)
    assert (slower.numerator, slower.value) == (21, 5.25)
    assert not cell(community).shown
    assert cell(district).shown
    assert not cells("form_burden", areas=[district.pk], on=TODAY.replace(month=2), actor_scope=None)[0].shown


def test_what_few_people_did_is_not_told_and_cannot_be_worked_out_by_subtraction():
    tree = tree_of(np.arange(1, 6), ["00001", "0000100002", "0000100003", "0000100004", "0000100005"], 5)
    people, amount = np.array([48, 20, 15, 9, 4]), np.array([480, 200, 150, 90, 40])
    assert hidden_groups(tree, people, amount).tolist() == [False, False, False, True, True]
    fewer = np.array([44, 20, 15, 5, 4])
    assert hidden_groups(tree, fewer, amount).tolist() == [False, False, True, True, True]
    two = np.array([24, 20, 0, 0, 4])
    assert hidden_groups(tree, two, two * 10).tolist() == [False, True, True, True, True]
    gone = np.array([35, 20, 15, 0, 0])
    assert hidden_groups(tree, gone, np.array([352, 200, 150, 2, 0])).tolist() == [False, False, True, True, True]
    assert hidden_groups(tree, gone, np.array([350, 200, 150, 0, 0])).tolist() == [False, False, False, True, True]
