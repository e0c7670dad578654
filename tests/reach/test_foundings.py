"""A body from first talk to registration: who may know, who does what, what stays of the founders."""

from datetime import timedelta

import pytest

import make
from conftest import NOW, TODAY
from lianxin.access.actors import AccountActor
from lianxin.access.models import Grant, ScopeNode
from lianxin.kit.actor import SYSTEM
from lianxin.reach.models import Decision, Founder, Founding
from lianxin.reach.operations import founders as people
from lianxin.reach.operations import foundings as op
from lianxin.reach.queries.foundings import founding_detail, founding_lines, founding_waiting, seen_by, to_decide
from lianxin.registry.models import BodySpan, Contact, Covering, Membership, Person, Post, Term
from lianxin.registry.operations.bodies import add_body, change_body
from lianxin.rules.packs import PACKS, load_pack
from lianxin.trail.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def frozen(monkeypatch):
    for place in ("lianxin.kit.clock.today", "lianxin.registry.scoping.today"):
        monkeypatch.setattr(place, lambda: TODAY)


class Land:
    """A subdistrict with two firms in a building, a federation above, an officer of each."""

    def __init__(self):
        self.district = make.area("样例区")
        self.street = make.area("样例街道", parent=self.district)
        self.community = make.area("样例社区", parent=self.street)
        self.upper = make.body("样例街道总工会", area=self.street, form="area", kind="union_federation")
        self.firms = [make.organisation(area=self.community) for _ in range(3)]
        self.handler = make.account(("community_officer", self.community), username="handler")
        self.street_officer = make.account(("subdistrict_officer", self.street), username="street")
        self.neighbour = make.account(("community_officer", self.community), username="neighbour")

    def start(self, **given):
        facts = {
            "line": make.line(),
            "form": "joint",
            "kind": "joint_union",
            "name": "样例大厦联合工会",
            "area": self.community,
            "upper": self.upper,
            "organisations": self.firms[:2],
        }
        by = {"day": TODAY, "actor": AccountActor(self.handler), "at": NOW}
        return op.start_founding(**{**facts, **by, **given})

    def act(self, who=None):
        return {"actor": AccountActor(who or self.handler), "at": NOW}


@pytest.fixture
def land():
    return Land()


def agreed(name="林样例", **given):
    return {"known": people.Known(name, "phone", "13800000001"), "part": "group", "has_agreed": True, **given}


def through(land, founding, *, until="registered"):
    """Lead a founding through its steps."""
    by = {"day": TODAY, **land.act()}
    chosen = people.add_founder(founding=founding, **agreed(), **by)
    people.add_founder(founding=founding, **agreed("陈样例", part="member"), **by)
    op.form_group(founding=founding, **by)
    op.ask_approval(founding=founding, **by)
    if until == "submitted":
        return None
    yes = {"is_approved": True, "reason": "", "day": TODAY}
    op.answer_request(founding=founding, **yes, **land.act(land.street_officer))
    result = {chosen.pk: op.Elected("chair", 25)}
    op.enter_election(founding=founding, eligible=30, present=28, elected=result, **by)
    if until == "elected":
        return None
    return people.register_founding(founding=founding, term_until=TODAY + timedelta(days=1095), **by)


def test_a_joint_union_is_founded_and_stands_in_the_registry_with_its_scope(land):
    body = through(land, land.start())
    span = BodySpan.objects.get(body=body)
    assert (span.name, span.form, span.parent_id) == ("样例大厦联合工会", "joint", land.upper.pk)
    assert set(Covering.objects.filter(body=body).values_list("organisation", flat=True)) == {
        firm.pk for firm in land.firms[:2]
    }
    assert Term.objects.get(body=body).valid_until == TODAY + timedelta(days=1095)
    assert Post.objects.get(body=body).person.name == "林样例"
    assert Membership.objects.filter(body=body, registered_on=TODAY).count() == 2
    assert ScopeNode.objects.get(kind="body", ref=body.pk).label == "样例大厦联合工会"


def test_every_body_founded_anywhere_has_its_scope_node_and_keeps_its_name_there(land):
    body = add_body(
        line=make.line(),
        day=TODAY,
        actor=SYSTEM,
        at=NOW,
        name="甲",
        kind="union_committee",
        form="own",
        area=land.street,
    )
    change_body(body=body, day=TODAY + timedelta(days=1), actor=SYSTEM, at=NOW, name="乙")
    assert ScopeNode.objects.get(kind="body", ref=body.pk).label == "乙"


def test_founders_lie_sealed_before_registration_and_are_gone_after_it(land):
    founding = land.start()
    through(land, founding, until="elected")
    assert not Person.objects.exists()
    assert not Contact.objects.exists()
    sealed = bytes(Founder.objects.filter(founding=founding)[0].sealed)
    assert "林样例".encode() not in sealed
    assert b"13800000001" not in sealed
    people.register_founding(founding=founding, term_until=TODAY + timedelta(days=9), day=TODAY, **land.act())
    assert not Founder.objects.exists()


def test_a_founding_given_up_keeps_nothing_of_the_founders(land):
    founding = land.start()
    people.add_founder(founding=founding, **agreed(), day=TODAY, **land.act())
    op.stop_founding(founding=founding, reason="单位搬走", day=TODAY, **land.act())
    assert not Founder.objects.exists()
    assert not Entry.objects.filter(facts__icontains="林样例").exists()


def test_every_reading_of_the_founders_is_in_the_trail(land):
    founding = land.start()
    people.add_founder(founding=founding, **agreed(), day=TODAY, **land.act())
    for _ in range(2):
        assert people.read_founders(founding=founding, **land.act())[0].name == "林样例"
    entries = Entry.objects.filter(act="reach.founders.read", subject_id=founding.pk)
    assert [(e.actor_id, e.facts) for e in entries] == [(land.handler.pk, {"founders": 1})] * 2


def test_only_a_named_handler_reads_the_founders(land):
    founding = land.start()
    with pytest.raises(op.NotAHandler):
        people.read_founders(founding=founding, **land.act(land.street_officer))
    op.name_handler(founding=founding, account=land.street_officer, **land.act())
    assert people.read_founders(founding=founding, **land.act(land.street_officer)) == []


def test_without_own_consent_nobody_is_entered(land):
    with pytest.raises(people.ConsentMissing):
        people.add_founder(founding=land.start(), **agreed(has_agreed=False), day=TODAY, **land.act())
    assert not Founder.objects.exists()


def test_a_protected_founding_is_known_to_its_handlers_only_and_later_to_who_answers(land):
    founding = land.start()
    street, neighbour = AccountActor(land.street_officer), AccountActor(land.neighbour)
    assert list(seen_by(AccountActor(land.handler), TODAY)) == [founding]
    assert not seen_by(street, TODAY).exists()
    through(land, founding, until="submitted")
    assert list(seen_by(street, TODAY)) == [founding]
    assert not seen_by(neighbour, TODAY).exists()
    assert founding_detail(founding.pk, street, TODAY).founders is None


def test_an_open_founding_is_known_in_its_area_on_its_line_only(land):
    land.start(is_guarded=False)
    assert seen_by(AccountActor(land.neighbour), TODAY).exists()
    league = make.account(("community_officer", land.community), line="league")
    assert not seen_by(AccountActor(league), TODAY).exists()
    beside = make.account(("community_officer", make.area("别处社区", parent=land.street)))
    assert not seen_by(AccountActor(beside), TODAY).exists()


def test_the_employers_side_knows_of_nothing_and_handles_nothing(land):
    founding = land.start(is_guarded=False)
    node = ScopeNode.objects.create(kind="organisation", ref=land.firms[0].pk, label="甲方")
    Grant.objects.create(account=land.neighbour, role="chapter_officer", node=node, valid_from=TODAY)
    assert not seen_by(AccountActor(land.neighbour), TODAY).exists()
    with pytest.raises(op.EmployersSide):
        op.name_handler(founding=founding, account=land.neighbour, **land.act())
    third = make.account(("community_officer", land.community))
    node = ScopeNode.objects.create(kind="organisation", ref=land.firms[2].pk, label="丙方")
    Grant.objects.create(account=third, role="partner", node=node, valid_from=TODAY)
    op.name_handler(founding=founding, account=third, **land.act())
    with pytest.raises(op.EmployersSide):
        op.add_party(founding=founding, organisation=land.firms[2], **land.act())


def test_the_body_above_sends_it_back_with_a_reason_and_is_asked_again(land):
    founding = land.start()
    through(land, founding, until="submitted")
    no = {"founding": founding, "is_approved": False, "day": TODAY, **land.act(land.street_officer)}
    with pytest.raises(op.ReasonMissing):
        op.answer_request(reason=" ", **no)
    op.answer_request(reason="请补上第二家单位的会员名单", **no)
    founding.refresh_from_db()
    assert founding.step == "preparing"
    assert Decision.objects.get().reason == "请补上第二家单位的会员名单"
    op.ask_approval(founding=founding, day=TODAY, **land.act())
    assert to_decide(AccountActor(land.street_officer), TODAY).exists()


def test_nobody_answers_the_own_request(land):
    founding = land.start()
    op.name_handler(founding=founding, account=land.street_officer, **land.act())
    through(land, founding, until="submitted")
    yes = {"founding": founding, "is_approved": True, "reason": "", "day": TODAY}
    with pytest.raises(op.AskedYourself):
        op.answer_request(**yes, **land.act(land.street_officer))
    assert not founding_detail(founding.pk, AccountActor(land.street_officer), TODAY).may_decide


def test_an_election_needs_enough_people_and_votes_by_the_parameters(land):
    load_pack(PACKS / "reach_clocks.yaml", actor=SYSTEM, at=NOW)
    founding = land.start()
    by = {"founding": founding, "day": TODAY, **land.act()}
    chosen = people.add_founder(**by, **agreed())
    op.form_group(**by)
    op.ask_approval(**by)
    yes = {"founding": founding, "is_approved": True, "reason": "", "day": TODAY}
    op.answer_request(**yes, **land.act(land.street_officer))
    with pytest.raises(op.TooFewPresent):
        op.enter_election(eligible=30, present=19, elected={chosen.pk: op.Elected("chair")}, **by)
    with pytest.raises(op.TooFewVotes):
        op.enter_election(eligible=30, present=20, elected={chosen.pk: op.Elected("chair", 15)}, **by)
    with pytest.raises(op.MorePresentThanEligible):
        op.enter_election(eligible=30, present=31, elected={chosen.pk: op.Elected("chair")}, **by)
    with pytest.raises(op.NobodyElected):
        op.enter_election(eligible=30, present=30, elected={}, **by)
    op.enter_election(eligible=30, present=20, elected={chosen.pk: op.Elected("chair", 16)}, **by)


def test_steps_follow_each_other(land):
    founding = land.start(organisations=land.firms[:1])
    by = {"founding": founding, "day": TODAY, **land.act()}
    with pytest.raises(op.WrongStep):
        op.ask_approval(**by)
    with pytest.raises(op.NobodyInGroup):
        op.form_group(**by)
    people.add_founder(**by, **agreed())
    op.form_group(**by)
    with pytest.raises(op.JointIsForSeveral):
        op.ask_approval(**by)


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"form": "own"}, op.OwnIsForOne),
        ({"form": "site"}, op.SiteNotChosen),
        ({"name": "  "}, op.FoundingNameMissing),
    ],
)
def test_what_cannot_be_founded_is_refused_at_the_start(land, given, refusal):
    with pytest.raises(refusal):
        land.start(**given)


def test_a_body_of_another_line_cannot_approve(land):
    with pytest.raises(op.UpperOfOtherLine):
        land.start(upper=make.body(area=land.street, line="league"))


def test_the_last_handler_stays(land):
    founding = land.start()
    with pytest.raises(op.LastHandler):
        op.release_handler(handler=founding.handlers.get(), **land.act())
    op.name_handler(founding=founding, account=land.street_officer, **land.act())
    op.release_handler(handler=founding.handlers.get(account=land.handler), **land.act())
    assert not seen_by(AccountActor(land.handler), TODAY).exists()


def test_clocks_are_dated_parameters_and_what_is_due_waits_on_today(land):
    load_pack(PACKS / "reach_clocks.yaml", actor=SYSTEM, at=NOW)
    founding = land.start()
    line = founding_lines(AccountActor(land.handler), TODAY)[0]
    assert line.due_on == TODAY + timedelta(days=60)
    waiting = founding_waiting(AccountActor(land.handler), TODAY)
    assert [(w.due_on, w.is_confidential) for w in waiting] == [(line.due_on, True)]
    assert founding.name not in waiting[0].title
    through(land, founding, until="submitted")
    asked = founding_waiting(AccountActor(land.street_officer), TODAY)
    assert [w.title for w in asked] == [founding.name]
    assert asked[0].due_on == TODAY + timedelta(days=21)  # 15 working days of March


def test_without_parameters_no_clock_runs(land):
    land.start()
    assert founding_lines(AccountActor(land.handler), TODAY)[0].due_on is None


def test_the_board_takes_as_many_queries_for_many_as_for_one(land, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    land.start()
    with CaptureQueriesContext(
        connection,
    ) as few:
        founding_lines(AccountActor(land.handler), TODAY)
    for _ in range(10):
        land.start()
    with django_assert_num_queries(len(few)):
        assert len(founding_lines(AccountActor(land.handler), TODAY)) == 11


def test_the_registry_row_of_a_registered_founding_points_to_the_body(land):
    founding = land.start()
    body = through(land, founding)
    founding.refresh_from_db()
    assert (founding.step, founding.body, founding.is_guarded) == ("registered", body, False)
    assert Founding.objects.count() == 1
