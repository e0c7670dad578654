"""Kinds made and changed in an ordinary form: nothing typed is lost, faults are said in names."""

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import translation

import make
from lianxin.kit.clock import now
from lianxin.matters.forms.kind_editor import KindEditor
from lianxin.matters.kinds import read_kind
from lianxin.matters.models import StoredKind
from lianxin.matters.operations.kinds import NoSuchKind, current
from lianxin.matters.shipped import shipped

pytestmark = pytest.mark.django_db
STATES = {
    "zh": "场地借用",
    "en": "Room on loan",
    "level": "C1",
    "state-0-zh": "已申请",
    "state-0-en": "Asked",
    "state-1-zh": "已批准",
    "state-1-en": "Granted",
    "state-2-zh": "已归还",
    "state-2-en": "Returned",
    "state-2-end": "on",
}
STEPS = {
    "step-0-zh": "批准",
    "step-0-en": "Grant",
    "step-0-sources": ["asked"],
    "step-0-target": "granted",
    "step-0-by": ["handler"],
    "step-1-zh": "归还",
    "step-1-en": "Return",
    "step-1-sources": ["granted"],
    "step-1-target": "returned",
    "step-1-by": ["handler"],
    "clock-0-zh": "批准",
    "clock-0-starts": ["asked"],
    "clock-0-stops": ["granted"],
    "clock-0-number": "2",
    "clock-0-unit": "working_days",
}


@pytest.fixture
def client():
    client = Client()
    client.force_login(make.account(("steward", make.area("样例区")), username="steward"))
    client.cookies["lx_language"] = "zh-hans"
    return client


def sent(**given):
    data = QueryDict(mutable=True)
    for key, value in given.items():
        data.setlist(key, value if isinstance(value, list) else [value])
    return data


@pytest.mark.parametrize("code", sorted(shipped()))
def test_a_shipped_kind_put_through_the_form_is_the_same_kind(code):
    kind = shipped()[code]
    editor = KindEditor(kind=kind)
    assert editor.faults() == []
    again = read_kind(editor.content())
    assert {s.code: s for s in again.states} == {s.code: s for s in kind.states}
    assert (again.start, again.steps, again.clocks, again.prompts) == (
        kind.start,
        kind.steps,
        kind.clocks,
        kind.prompts,
    )


def test_states_that_are_typed_stand_in_the_steps_after_going_on(client):
    page = client.post(reverse("matters:new_kind"), {**STATES, "act": "go_on"}).content.decode()
    assert 'value="granted"' in page
    assert "已批准" in page
    assert StoredKind.objects.count() == 0


def test_how_a_kind_goes_is_drawn_in_the_language_of_the_reader():
    with translation.override("en"):
        flow = KindEditor(kind=shipped()["petition_link"]).flow()
    assert flow[0][:2] == ("Handed over (number only)", False)
    assert ("Begin", "Handled in the petition system") in flow[2][2]
    assert not [name for name, _is_end, steps in flow for text in (name, *sum(steps, ())) if not text.isascii()]


def test_what_would_leave_a_matter_stuck_is_said_in_names_and_nothing_is_saved(client):
    stuck = {**STATES, **STEPS, "act": "save"}
    del stuck["step-1-zh"]
    answer = client.post(reverse("matters:new_kind"), stuck)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "已归还" in page
    assert "场地借用" in page
    assert StoredKind.objects.count() == 0


def test_a_kind_is_saved_and_saved_again_as_the_next_version(client):
    assert client.post(reverse("matters:new_kind"), {**STATES, **STEPS, "act": "save"}).status_code == 302
    made = current("room_on_loan", now())
    assert [s.code for s in made.kind.states] == ["asked", "granted", "returned"]
    changed = {**STATES, **STEPS, "zh": "场地借用单", "act": "save"}
    assert client.post(reverse("matters:kind", args=["room_on_loan"]), changed).status_code == 302
    assert [k.version for k in StoredKind.objects.filter(code="room_on_loan").order_by("version")] == [1, 2]
    assert client.post(reverse("matters:new_kind"), {**STATES, **STEPS, "act": "save"}).status_code == 422


def test_a_kind_may_be_closed_to_new_matters_and_opened_again(client):
    client.post(reverse("matters:offer_kind", args=["request"]))
    with pytest.raises(NoSuchKind):
        current("request", now())
    client.post(reverse("matters:offer_kind", args=["request"]))
    assert current("request", now()).is_offered


def test_a_new_row_gets_a_code_of_its_own_and_keeps_it():
    editor = KindEditor(sent=sent(**{**STATES, "state-3-zh": "已归还二", "state-3-en": "Returned"}))
    assert [f["code"].value() for f in editor.states[:4]] == ["asked", "granted", "returned", "returned_2"]
