"""The survey of new organisations from end to end: lists, visits, counts, proposals, bodies."""

from datetime import date
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

import make
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import now, today
from lianxin.reach.forms.visits import SaidAtDoor
from lianxin.reach.models import CountSet, PlannedVisit, Proposal
from lianxin.reach.operations.proposals import look_for_proposals
from lianxin.reach.operations.records import record_visit
from lianxin.registry.codes import make_code
from lianxin.registry.models import Covering
from lianxin.rules.operations import Source, add_parameter, set_parameter

pytestmark = pytest.mark.django_db
FIRMS = 6


@pytest.fixture
def land():
    for code in ("union", "league"):
        make.line(code)
    made = add_parameter(code="league.branch_members", title="x", title_en="x", actor=SYSTEM, at=now())
    given = {"value": 3, "valid_from": date(2020, 1, 1), "source": Source("样例")}
    set_parameter(parameter=made, **given, actor=SYSTEM, at=now())  # type: ignore[arg-type]
    district = make.area("福田区")
    return district, make.area("云杉社区", parent=make.area("一街道", parent=district))


def shares(client: Client, count_set: CountSet) -> list[tuple[int, int]]:
    page = client.get(f"/reach/counts/{count_set.pk}/", secure=True)
    return [(d.done, d.of) for d in page.context["progress"].whole.done]


def load(client: Client, code: str, rows: list[str]) -> None:
    client.post("/reach/counts/registers/new/", {"code": code, "name": code}, secure=True)
    register = client.get("/reach/counts/registers/", secure=True).context["page"].registers[-1]
    file = SimpleUploadedFile("list.csv", "\n".join(["统一社会信用代码,单位名称,地址", *rows]).encode())
    given = {"file": file, "on": today().isoformat()}
    assert client.post(f"/reach/counts/registers/{register.id}/", given, secure=True).status_code == 302


@pytest.mark.practice(2)
def test_the_survey_is_done_from_the_first_list_to_the_shared_branch(land):
    district, area = land
    officer, client = make.account(("district_officer", district)), Client()
    client.force_login(officer)
    codes = [make_code("91", "440304", 50_000_000 + n) for n in range(FIRMS + 1)]
    kept = {"area": area, "is_new_org": True, "league_members": 1, "young_people": 1}
    firms = [make.organisation(f"云杉新{n}厂", credit_code=codes[n], **kept) for n in range(FIRMS)]
    # the lists: one organisation stands on one of them only and is not in the registry
    load(client, "market", [f"{code},云杉厂,福田区一街道云杉社区1号" for code in codes])
    load(client, "tax", [f"{code},云杉厂,福田区一街道云杉社区1号" for code in codes[:4]])
    found = client.get("/reach/counts/registers/", secure=True).context["page"]
    assert [(r.named, r.unknown) for r in found.registers] == [(7, 1), (4, 0)]
    # the count, as it is offered
    form = dict(client.get("/reach/counts/new/", secure=True).context["form"].initial) | {"code": "s", "name": "样例"}
    assert client.post("/reach/counts/new/", form | {"line": "league"}, secure=True).status_code == 302
    count_set = CountSet.objects.get()
    assert shares(client, count_set) == [(0, 6), (6, 6), (0, 6)]
    # the visits
    given = {"officer": officer.pk, "day": today().isoformat(), "organisation": [f.pk for f in firms]}
    client.post(f"/reach/counts/{count_set.pk}/visits/", given, secure=True)
    for plan, outcome in zip(PlannedVisit.objects.order_by("position"), ["willing"] * 5 + ["absent"], strict=True):
        said = SaidAtDoor(
            key=uuid4(),
            kind="organisation",
            ref=plan.organisation_id or 0,
            planned=plan.pk,
            visited_on=today(),
            outcome=outcome,
            step="",
            step_on=None,
            note="",
            counts=(),
            written_at=now(),
        )
        record_visit(said=said, officer=officer, actor=SYSTEM, at=now())
    assert shares(client, count_set) == [(5, 6), (6, 6), (0, 6)]
    # the proposal, and the branch that the officer founds with five of the six
    look_for_proposals(actor=SYSTEM, at=now())
    proposal = Proposal.objects.open().get(line="league")
    chosen = [f.pk for f in firms[:5]]
    given = {
        "name": "云杉社区联合团支部",
        "day": today().isoformat(),
        "term_until": "2029-12-31",
        "organisation": chosen,
    }
    url = f"/reach/counts/proposals/{proposal.pk}/decide/"
    assert client.post(url, given | {"how": "now"}, secure=True).status_code == 302
    assert Covering.objects.filter(body__line__code="league").count() == 5
    assert shares(client, count_set) == [(5, 6), (6, 6), (5, 6)]
