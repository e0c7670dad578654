import json
from datetime import date

import numpy as np
import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import F
from tools.recount import faults

import make
from conftest import NOW
from lianxin.access.actors import AccountActor
from lianxin.access.models import Account
from lianxin.boards.bodies import GROUPS
from lianxin.conf.seed import names
from lianxin.conf.seed.run import AlreadyFilled, seed
from lianxin.figures import snapshots
from lianxin.figures.bodies import body_cells
from lianxin.matters.models import Election, Proposal
from lianxin.matters.queries.elections import published
from lianxin.registry.codes import check_code
from lianxin.registry.models import BodySpan, Covering, Membership, Organisation, OrganisationSpan, Term
from lianxin.trail.models import Entry

ON = date(2026, 3, 4)


@pytest.fixture
def _home(settings, tmp_path):
    settings.HOME = tmp_path
    settings.SNAPSHOTS = tmp_path / "snapshots"


def rows() -> list[tuple[object, ...]]:
    columns = ("name", "credit_code", "area__code", "headcount", "opened_on", "valid_from", "valid_until")
    return list(OrganisationSpan.objects.order_by("name", "valid_from").values_list(*columns))


@pytest.mark.django_db
@pytest.mark.usefixtures("_home")
def test_the_small_demonstration_holds_together():
    counts = seed(size="small", number=7, on=ON, at=NOW)
    assert Organisation.objects.count() == counts["organisations"] == 800
    assert 700 < OrganisationSpan.objects.on(ON).count() < 800
    employed = Membership.objects.exclude(organisation=None)
    assert employed.values("person").distinct().count() >= counts["people"] * 0.9
    assert Membership.objects.filter(organisation=None).exists()  # riders, couriers, freelancers
    names_now = list(OrganisationSpan.objects.on(ON).values_list("name", flat=True))
    assert len(names_now) == len(set(names_now))
    assert all("演示" in name for name in names_now)
    assert all(check_code(c) for c in OrganisationSpan.objects.values_list("credit_code", flat=True)[:200])
    assert not OrganisationSpan.objects.filter(women__gt=F("headcount")).exists()
    assert {"own", "joint", "site", "area"} == set(BodySpan.objects.values_list("form", flat=True))
    assert Covering.objects.on(ON).exists()
    assert Term.objects.filter(valid_until__gt=ON).count() > BodySpan.objects.count() * 0.9
    assert Entry.objects.get(act="conf.demonstration.seeded").facts["organisations"] == 800
    officer = AccountActor(Account.objects.get(username="yeqinghe"))
    seen = OrganisationSpan.objects.on(ON).within(officer.scope("desk.view_today", ON)).count()
    assert 0 < seen < 200


@pytest.mark.django_db
@pytest.mark.usefixtures("_home")
def test_every_figure_of_a_board_has_a_value_on_the_small_demonstration():
    seed(size="small", number=7, on=NOW.date(), at=NOW)
    snapshots.write(NOW)
    officer = AccountActor(Account.objects.get(username="linxiangwan"))
    home = officer.account.home.area
    union = BodySpan.objects.on(NOW.date()).get(area=home, form="area", body__line__code="union").body_id
    factory = Election.objects.get(office="representatives", step="declared").body_id
    codes = {code for _title, codes in GROUPS for code in codes}
    asked = {"on": NOW.date(), "scope_params": {"months": 3}, "actor_scope": None}
    shown = {}
    for code in codes:
        for found in body_cells(code, bodies=[union, factory], **asked):
            if found.cell.value is not None:
                shown[code] = found.cell
    assert codes - set(shown) == set()
    assert all(cell.denominator >= 10 for cell in shown.values())


@pytest.mark.django_db
@pytest.mark.usefixtures("_home")
def test_the_same_number_gives_the_same_rows():
    found, votes = [], []
    for number in (3, 3, 4):
        with transaction.atomic():
            seed(size="small", number=number, on=ON, at=NOW)
            found.append(rows())
            votes.append(result())
            transaction.set_rollback(True)
    assert found[0] == found[1]
    assert found[0] != found[2]
    assert votes[0] == votes[1]


def result() -> dict[str, int]:
    """Votes of the election that is over, by name: codes, lots and boxes are drawn anew, what people chose is not."""
    held = Election.objects.get(office="representatives", step="declared")
    assert faults(json.loads(json.dumps(published(held)))) == []
    assert {e.step for e in Election.objects.exclude(pk=held.pk)} == {"declared", "voting", "nomination"}
    assert Proposal.objects.exclude(shown_on=None).count() == 3
    return {held.protocol["candidates"][line["key"]]: line["approved"] for line in held.protocol["result"]["lines"]}


@pytest.mark.django_db
@pytest.mark.usefixtures("_home")
def test_an_installation_that_holds_data_is_left_alone(capsys):
    make.area()
    with pytest.raises(AlreadyFilled):
        seed(size="small", number=3, on=ON, at=NOW)
    call_command("seed", "--if-empty", "--format", "json")
    assert capsys.readouterr().out == ""
    assert not OrganisationSpan.objects.exists()


def test_names_are_drawn_the_same_way_from_the_same_number():
    drawn = [names.firms(np.random.default_rng(5), 60_000) for _ in range(2)]
    assert drawn[0] == drawn[1]
    assert len(set(drawn[0])) == 60_000


@pytest.mark.django_db
@pytest.mark.usefixtures("_home")
def test_the_command_prints_one_line_of_json(capsys):
    call_command("seed", "--size", "small", "--on", "2026-03-04", "--format", "json")
    out = capsys.readouterr().out.strip().splitlines()
    assert len(out) == 1
    assert json.loads(out[0])["organisations"] == 800
