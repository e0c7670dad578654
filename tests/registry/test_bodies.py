from datetime import date

import pytest

import make
from conftest import NOW, TODAY
from lianxin.kit.actor import SYSTEM
from lianxin.registry.models import BodySpan, Covering, Post, Term
from lianxin.registry.operations import bodies as op
from lianxin.registry.operations.spans import DayBeforeSpan

pytestmark = pytest.mark.django_db
BY = {"actor": SYSTEM, "at": NOW}
LATER = date(2026, 6, 1)


def add(area, **given):
    defaults = {"line": make.line(), "name": "样例工会", "kind": "joint_union", "form": "joint", "day": TODAY}
    return op.add_body(**{**defaults, "area": area, **BY, **given})


def test_a_joint_body_covers_several_and_an_own_body_one():
    area = make.area()
    firms = [make.organisation(area=area), make.organisation(area=area)]
    joint = add(area, covers=firms)
    assert Covering.objects.on(TODAY).filter(body=joint).count() == 2
    with pytest.raises(op.OwnCoversOne):
        add(area, form="own", kind="union_committee", covers=firms)


def test_covering_begins_and_ends_on_its_days():
    area = make.area()
    firm, body = make.organisation(area=area), add(area)
    op.cover(body=body, organisation=firm, day=TODAY, **BY)
    with pytest.raises(op.AlreadyCovered):
        op.cover(body=body, organisation=firm, day=TODAY, **BY)
    op.uncover(body=body, organisation=firm, day=LATER, **BY)
    assert Covering.objects.on(TODAY).exists()
    assert not Covering.objects.on(LATER).exists()
    with pytest.raises(op.NotCovered):
        op.uncover(body=body, organisation=firm, day=LATER, **BY)


def test_a_body_cannot_cover_before_it_was_founded():
    area = make.area()
    with pytest.raises(DayBeforeSpan):
        op.cover(body=add(area), organisation=make.organisation(area=area), day=date(2026, 1, 1), **BY)


def test_an_election_ends_the_running_term():
    body = add(make.area(), term_until=date(2028, 3, 4))
    op.open_term(body=body, day=LATER, until=date(2031, 6, 1), **BY)
    assert list(Term.objects.filter(body=body).order_by("valid_from").values_list("valid_until", flat=True)) == [
        LATER,
        date(2031, 6, 1),
    ]
    with pytest.raises(op.TermWithoutLength):
        op.open_term(body=body, day=LATER, until=LATER, **BY)


def test_a_dissolved_body_takes_its_coverings_term_and_posts_with_it():
    area = make.area()
    body = add(area, covers=[make.organisation(area=area)], term_until=date(2029, 1, 1))
    op.give_post(body=body, title="chair", person=make.person(), day=TODAY, **BY)
    op.dissolve_body(body=body, day=LATER, **BY)
    for rows in (BodySpan.objects, Covering.objects, Term.objects, Post.objects):
        assert rows.on(TODAY).filter(body=body).exists()
        assert not rows.on(LATER).filter(body=body).exists()


def test_a_body_with_others_below_it_cannot_be_dissolved():
    area = make.area()
    above = add(area)
    below = add(area, parent=above)
    with pytest.raises(op.HasBodiesBelow):
        op.dissolve_body(body=above, day=LATER, **BY)
    op.change_body(body=below, parent=None, day=LATER, **BY)
    op.dissolve_body(body=above, day=LATER, **BY)
    assert not BodySpan.objects.on(LATER).filter(body=above).exists()


def test_a_body_cannot_hang_below_itself_or_in_another_line():
    area = make.area()
    above = add(area)
    below = add(area, parent=above)
    with pytest.raises(op.ParentBelowItself):
        op.change_body(body=above, parent=below, day=LATER, **BY)
    with pytest.raises(op.ParentNotThere):
        add(area, line=make.line("league"), parent=above)


def test_a_site_based_body_needs_its_site():
    with pytest.raises(op.SiteMissing):
        add(make.area(), form="site")


def test_a_vacant_post_is_a_post():
    body = add(make.area())
    post = op.give_post(body=body, title="chair", person=None, day=TODAY, **BY)
    assert post.person is None
    with pytest.raises(op.PostEndsBeforeStart):
        op.end_post(post=post, day=date(2026, 1, 1), **BY)
    op.end_post(post=post, day=LATER, **BY)
    assert not Post.objects.on(LATER).exists()
