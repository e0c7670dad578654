"""Rounds of inspections: drawn, opened, carried out by two, findings followed up and checked by another."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

import make
from lianxin.access.actors import AccountActor
from lianxin.access.models import Grant, ScopeNode
from lianxin.kit.clock import now, today
from lianxin.matters.checklists import ListFaulty, read_list, shipped_lists
from lianxin.matters.course import NotYours
from lianxin.matters.models import CarriedOut, Finding, Matter, Round, StoredList
from lianxin.matters.operations import inspections as op
from lianxin.matters.operations import rounds
from lianxin.matters.operations.checklists import current_lists, save_list
from lianxin.matters.operations.inspections import advance_finding, record_inspection
from lianxin.matters.operations.opening import Given, open_matter
from lianxin.matters.operations.priorities import candidates
from lianxin.matters.operations.steps import NotHandled, TimeLeft, With, roles_of
from lianxin.matters.queries.inspections import finding_detail, finding_lines
from matters.inspecting import Land

pytestmark = pytest.mark.django_db
EXITS, WIRING, WAGES, HOURS = ("safety", "exits"), ("safety", "wiring"), ("labour", "wages"), ("labour", "hours")


@pytest.fixture
def land():
    return Land()


def step(finding, code, actor, at=None, **given):
    return advance_finding(finding=finding, code=code, given=With(**given), actor=actor, at=at or now())


def test_the_shipped_lists_can_be_read_and_name_a_source_for_every_item():
    for content in shipped_lists().values():
        assert all(item.source and item.zh and item.en for item in read_list(content).items)
    assert {read_list(c).family for c in shipped_lists().values()} == {"safety", "labour"}


@pytest.mark.parametrize("change", [{"family": "weather"}, {"items": []}, {"items": [{"code": "x"}]}])
def test_a_malformed_list_is_refused(change):
    with pytest.raises(ListFaulty):
        read_list({**shipped_lists()["safety"], **change})


def test_a_changed_list_is_a_new_version_and_rounds_under_way_keep_theirs(land):
    held = land.opened()
    content = {**shipped_lists()["safety"], "zh": "本区安全检查表"}
    changed = save_list(content=content, actor=land.lead, at=now())
    assert (changed.version, changed.is_shipped) == (2, False)
    assert save_list(content=content, actor=land.lead, at=now()) == changed
    assert changed not in held.lists.all()
    assert changed in current_lists(now())
    assert StoredList.objects.filter(code="safety").count() == 2


@pytest.mark.practice(5)
def test_a_round_is_drawn_with_kept_probabilities_and_its_frame_draws_it_again(land):
    held = rounds.plan_round(plan=land.plan(wanted=3), **land.by)
    assert held.listed.count() == 3
    assert held.frame_size == 6
    chances = held.listed.values_list("probability", flat=True)
    assert all(chance == pytest.approx(0.5) for chance in chances)
    again = rounds.drawn_from([(size, must) for _pk, size, must in held.frame.rows], held.wanted, held.seed)
    drawn = {held.frame.rows[i][0] for i in again.chosen}
    assert drawn == set(held.listed.values_list("organisation", flat=True))


def test_whoever_has_an_open_major_finding_is_in_the_next_round_for_certain(land):
    carried = land.inspected(EXITS, WIRING)
    firm = carried.listed.organisation_id
    found = {c.organisation: c for c in candidates(land.street, today())}
    assert found[firm].is_priority
    assert set(found[firm].reasons) == {"open_major", "found_before"}
    others = [c for c in found.values() if c.organisation != firm]
    assert {c.reasons for c in others} == {("never",)}
    held = rounds.plan_round(plan=land.plan(wanted=3), **land.by)
    row = held.listed.get(organisation=firm)
    assert row.probability == 1
    assert held.certain == 1


def test_priorities_that_leave_no_room_are_refused_with_the_number_that_is_needed(land):
    land.inspected(EXITS)
    with pytest.raises(rounds.PrioritiesFirst) as refused:
        rounds.plan_round(plan=land.plan(wanted=2), **land.by)
    assert "3" in refused.value.sentence


def test_a_complaint_that_wishes_secrecy_never_makes_its_employer_likelier_to_be_drawn(land):
    firm, other = land.organisations[:2]
    for organisation, secret in ((firm, True), (other, False)):
        facts = {"code": "complaint", "organisation": organisation, "area": land.community}
        given = Given(words="加班很多", wishes_secrecy=secret, **facts)
        open_matter(given=given, actor=land.lead, at=now())
    found = {c.organisation: c.reasons for c in candidates(land.street, today())}
    assert "spoken_of" not in found[firm.pk]
    assert "spoken_of" in found[other.pk]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"wanted": 7}, rounds.MoreThanThereAre),
        ({"wanted": 900}, rounds.TooMany),
        ({"lists": ()}, rounds.NoLists),
        ({"least_headcount": 9_000}, rounds.NobodyThere),
        ({"organisations": [987_654]}, rounds.NobodyThere),
    ],
)
def test_a_round_that_cannot_be_is_refused_in_words(land, change, refusal):
    with pytest.raises(refusal):
        rounds.plan_round(plan=land.plan(**change), **land.by)
    assert not Round.objects.exists()


def test_a_started_round_makes_a_matter_of_each_and_is_started_once(land):
    held = land.all_opened()
    matters = Matter.objects.filter(code="inspection")
    assert matters.count() == 6
    assert set(matters.values_list("state", "level", "body")) == {("announced", "C1", land.union.pk)}
    with pytest.raises(rounds.NotPlanned):
        rounds.open_round(held=held, **land.by)
    with pytest.raises(rounds.NotPlanned):
        rounds.drop_round(held=held, **land.by)


def test_an_unannounced_round_tells_nobody(land):
    land.all_opened(is_announced=False)
    assert set(Matter.objects.values_list("state", flat=True)) == {"planned"}


def test_a_round_closes_when_each_was_inspected_or_left_out_for_a_reason(land):
    held = land.all_opened()
    rows = list(held.listed.order_by("pk"))
    with pytest.raises(rounds.StillToVisit):
        rounds.close_round(held=held, **land.by)
    for row in rows[1:]:
        land.inspected(listed=row)
    rounds.cancel_inspection(listed=rows[0], reason="已搬走", **land.by)
    assert rounds.close_round(held=held, **land.by).state == "closed"


def test_an_inspection_by_two_makes_a_finding_of_every_fault_with_its_grade(land):
    carried = land.inspected(EXITS, HOURS, raised=frozenset({HOURS}))
    assert carried.listed.matter.state == "closed"
    found = {f.item: f for f in Finding.objects.select_related("matter")}
    assert {item: f.grade for item, f in found.items()} == {"exits": "major", "hours": "major"}
    assert found["exits"].matter.words.text.endswith("二楼西侧。")
    assert found["exits"].matter.parent == carried.listed.matter
    assert found["hours"].family == "labour"
    assert carried.is_hit


def test_an_inspection_sent_twice_is_kept_once(land):
    row = land.all_opened().listed.first()
    noted = land.noted(WIRING)
    first = record_inspection(listed=row, noted=noted, actor=land.ann, at=now())
    assert record_inspection(listed=row, noted=noted, actor=land.ann, at=now()) == first
    assert Finding.objects.count() == 1
    with pytest.raises(op.NotToInspect):
        record_inspection(listed=row, noted=land.noted(), actor=land.ann, at=now())


@pytest.mark.parametrize("second", ["nobody", "oneself", "the own name", "both ways"])
def test_one_person_alone_is_refused(land, second):
    given = {
        "nobody": {"second": None},
        "oneself": {"second": land.ann.account},
        "the own name": {"second": None, "second_name": f" {land.ann.account.label} "},
        "both ways": {"second_name": "样例所 王样例"},
    }[second]
    with pytest.raises(op.OnePerson):
        land.inspected(**given)
    assert not CarriedOut.objects.exists()


def test_an_inspector_of_a_partner_without_an_account_is_named(land):
    assert land.inspected(second=None, second_name="样例所 王样例").second_name == "样例所 王样例"


@pytest.mark.parametrize("kind", ["organisation", "body"])
def test_whoever_acts_for_the_employer_does_not_inspect(land, kind):
    row = land.all_opened().listed.order_by("pk").first()
    own = make.body("样例厂工会", area=land.community, covers=(row.organisation,))
    ref = row.organisation_id if kind == "organisation" else own.pk
    node = ScopeNode.objects.create(kind=kind, ref=ref, label="样例")
    Grant.objects.create(account=land.ben.account, role="inspector", node=node, valid_from=make.LONG_AGO)
    with pytest.raises(op.EmployersSide):
        land.inspected(listed=row)
    with pytest.raises(op.EmployersSide):
        land.inspected(listed=row, first=land.ben.account, second=land.ann.account)


def test_every_item_is_answered_and_every_fault_has_words(land):
    noted = land.noted(EXITS)
    answers = {k: v for k, v in noted.answers.items() if k != WIRING}
    with translation.override("en"), pytest.raises(op.ItemsLeft) as left:
        land.inspected(EXITS, answers={k: v for k, v in answers.items() if k != EXITS})
    named = left.value.details["items"]
    assert "; " in named
    assert named.isascii()
    with pytest.raises(op.ItemsLeft):
        land.inspected(EXITS, answers=answers)
    with pytest.raises(op.WordsMissing):
        land.inspected(EXITS, words={EXITS: "  "})
    with pytest.raises(op.DayWrong):
        land.inspected(carried_on=today() + timedelta(days=1))


def test_what_shuts_a_matter_leaves_no_trace_in_the_open_record(land):
    carried = land.inspected(WIRING, HOURS, words={WIRING: "线路老化", HOURS: "班长对女工性骚扰"})
    shut = Matter.objects.get(code="finding", level="C4")
    assert not Finding.objects.filter(matter=shut).exists()
    assert "hours" not in carried.answers["labour"]
    assert carried.is_hit
    assert Finding.objects.count() == 1


@pytest.mark.practice(5)
def test_a_finding_goes_from_notice_to_a_re_check_by_somebody_else(land):
    finding = land.inspected(WIRING).findings.get()
    step(finding, "notify", land.ann)
    step(finding, "answer", land.ann, note="已安排电工")
    due = today() + timedelta(days=10)
    step(finding, "mend", land.ann, due_on=due, facts={"owner": "employer"})
    step(finding, "ask_recheck", land.ann, note="换线记录三页")
    with pytest.raises(NotYours):
        step(finding, "pass", land.ann, note="看过了")
    step(finding, "fail", land.ben, note="三楼还有一处")
    step(finding, "ask_recheck", land.ann, note="三楼换好")
    closed = step(finding, "pass", land.ben, note="现场看过，都换了")
    finding.refresh_from_db()
    assert (closed.state, closed.is_open, finding.mend_by) == ("closed", False, due)


def test_the_employers_side_takes_no_step_on_a_finding_and_a_stranger_none(land):
    carried = land.inspected(WIRING)
    finding = carried.findings.get()
    own = make.body("样例厂工会", area=land.community, covers=(carried.listed.organisation,))
    chair = land.person("chapter_officer", own)
    far = land.person("inspector", make.area("别处街道", parent=land.district))
    for actor in (chair, far):
        assert roles_of(finding.matter, actor, now()) == frozenset()
        with pytest.raises(NotHandled):
            step(finding, "notify", actor)


def test_a_major_hazard_is_reported_with_the_rule_and_taken_over(land):
    finding = land.inspected(EXITS).findings.get()
    step(finding, "report_major", land.ann, rule="安全生产法（2021）第四十一条")
    assert step(finding, "hand_over", land.lead, note="应急管理部门已立案").state == "handed_over"


@pytest.mark.practice(5)
def test_in_a_joint_round_a_partner_body_gets_and_sees_its_own_findings_only(land):
    held = land.all_opened(partners={land.bureau: ["safety"]})
    land.inspected(WIRING, WAGES, listed=held.listed.order_by("pk").first())
    owners = dict(Finding.objects.values_list("family", "matter__body"))
    assert owners == {"safety": land.bureau.pk, "labour": land.union.pk}
    partner = land.person("chapter_officer", land.bureau)
    scope = partner.scope("matters.view_inspections", today())
    assert [f.family for f in Finding.objects.within(scope)] == ["safety"]
    assert list(Round.objects.within(scope)) == [held]
    assert not Round.objects.led_within(scope).exists()
    step(Finding.objects.get(family="safety"), "notify", partner)
    with pytest.raises(NotHandled):
        step(Finding.objects.get(family="labour"), "notify", partner)


@pytest.mark.practice(5)
def test_nobody_hands_a_finding_on_for_want_of_an_answer_while_the_employer_has_time_left(land, client):
    finding = land.inspected(WIRING).findings.get()
    step(finding, "notify", land.ann)
    finding.matter.refresh_from_db()
    due = finding.matter.due_at
    with pytest.raises(TimeLeft):
        step(finding, "no_answer", land.ann, rule="浙江省工会劳动法律监督条例第二十二条")
    client.force_login(land.ann.account)
    address = reverse("matters:advance_finding", args=[finding.pk, "no_answer"])
    page = client.get(reverse("matters:finding", args=[finding.pk])).content.decode()
    assert address not in page
    assert client.get(address).status_code == 409
    late = due + timedelta(hours=1)
    finding.matter.refresh_from_db()
    assert "no_answer" in {code for code, _word in finding_detail(finding, land.ann, late).steps}
    step(finding, "no_answer", land.ann, at=late, rule="浙江省工会劳动法律监督条例第二十二条")
    assert (
        "浙江省工会劳动法律监督条例第二十二条"
        in client.get(reverse("matters:finding", args=[finding.pk])).content.decode()
    )


@pytest.fixture
def womens(land):
    """A women's federation of the same street, and an officer of its line."""
    land.womens = make.body("样例街道妇女联合会", area=land.street, form="area", line="women", kind="women_federation")
    officer = make.account(("subdistrict_officer", land.street), line="women", username="womens")
    land.of_women = AccountActor(officer)
    league = make.account(("subdistrict_officer", land.street), line="league", username="league")
    land.of_league = AccountActor(league)
    land.of_union = AccountActor(make.account(("subdistrict_officer", land.street), line="union", username="union"))
    return land


@pytest.mark.practice(5)
def test_people_of_a_partner_of_another_line_see_and_work_on_what_was_handed_to_it_and_nothing_else(womens, client):
    land = womens
    lead = {"body": land.union, "line": land.union.line, "partners": {land.womens: ["labour"]}}
    held = land.all_opened(**lead)
    carried = land.inspected(WIRING, WAGES, listed=held.listed.order_by("pk").first())
    handed, kept = (carried.findings.get(family=family) for family in ("labour", "safety"))
    client.force_login(land.of_women.account)
    assert handed.matter.title in client.get(reverse("matters:inspections")).content.decode()
    page = client.get(reverse("matters:round", args=[held.pk])).content.decode()
    assert handed.matter.title in page
    assert kept.matter.title not in page
    page = client.get(reverse("matters:finding", args=[handed.pk])).content.decode()
    assert "二楼西侧。" in page
    assert client.get(reverse("matters:finding", args=[kept.pk])).status_code == 404
    assert client.get(reverse("matters:record_inspection", args=[carried.listed_id])).status_code == 404
    assert step(handed, "notify", land.of_women).state == "notified"
    with pytest.raises(NotHandled):
        step(kept, "notify", land.of_women)
    for_union = Finding.objects.within(land.of_union.scope("matters.view_inspections", today()))
    assert set(for_union) == {handed, kept}
    assert not Finding.objects.within(land.of_league.scope("matters.view_inspections", today())).exists()
    assert not Round.objects.within(land.of_league.scope("matters.view_inspections", today())).exists()


def asked_round(land, **given):
    lists = [row.pk for row in current_lists(now())]
    days = {"starts_on": today(), "ends_on": today() + timedelta(days=7)}
    base = {"title": "联合排查", "area": land.street.pk, "body": "样例街道总工会", "lists": lists, "wanted": 4, **days}
    return {**base, **given}


def test_a_partner_of_any_line_is_named_by_its_whole_name_and_must_be_given_something(womens, client):
    land = womens
    client.force_login(land.of_union.account)
    address = reverse("matters:new_round")
    assert "样例街道妇女联合会" in client.get(address).content.decode()
    answer = client.post(address, asked_round(land, partner="样例街道妇女联合会"))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"families"}
    assert "样例街道妇女联合会" in answer.content.decode()
    answer = client.post(address, asked_round(land, families=["labour"]))
    assert set(answer.context["form"].errors) == {"partner"}
    answer = client.post(address, asked_round(land, body="样例街道妇女联合会"))
    assert set(answer.context["form"].errors) == {"body"}
    answer = client.post(address, asked_round(land, partner="样例街道妇女联合会", families=["labour"]))
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    assert Round.objects.get().partners.get().body == land.womens


def test_a_finding_bears_the_name_of_its_item_in_the_language_of_the_reader(land):
    row = land.inspected(EXITS).findings.select_related("matter").get()
    with translation.override("zh-hans"):
        assert finding_lines([row], today())[0].title == row.matter.title
    with translation.override("en"):
        title = finding_lines([row], today())[0].title
        assert title.isascii()
        row.matter.title = "二楼的门锁着"
        assert finding_lines([row], today())[0].title == "二楼的门锁着"
