"""The ways out of figures: pages, API, export and command give the same cells, and nothing of a hidden one."""

import csv
import io
import json
import re

import pytest
from django.core.management import call_command
from django.urls import reverse

import make
from conftest import NOW
from lianxin.access.actors import AccountActor
from lianxin.figures import snapshots
from lianxin.figures.catalogue import codes
from lianxin.figures.jobs import keep_fresh, take_snapshot
from lianxin.figures.models import Cell, Snapshot, Table
from lianxin.figures.queries import cells, compare, coverage_table, time_line
from lianxin.figures.rows import PARTS, rows_behind
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import now, today
from lianxin.registry.models import OrganisationSpan
from lianxin.trail.operations import record
from lianxin.trail.tasks import run_until_idle

pytestmark = pytest.mark.django_db
RATE = "establishment_rate"


@pytest.fixture
def land():
    """Two subdistricts; the small community has 7 in scope, and the one hidden beside it 41."""
    district = make.area("样例区", code="440304")
    subs = [make.area(f"样例街道{i}", parent=district) for i in (1, 2)]
    found = {"district": district, "subs": subs, "communities": []}
    for sub, sizes in zip(subs, ((7, 41, 53), (60, 70)), strict=True):
        for size in sizes:
            community = make.area(f"样例社区{size}", parent=sub)
            firms = [make.organisation(area=community) for _ in range(size)]
            make.body(area=community, form="joint", covers=tuple(firms[: size // 2]))
            make.organisation(area=community, headcount=None)
            found["communities"].append(community)
    snapshots.write(NOW)
    return found


@pytest.fixture
def officer(client, land):
    account = make.account(("district_officer", land["district"]))
    client.force_login(account)
    client.account = account
    return client


def test_the_small_community_and_one_beside_it_are_hidden_in_every_indicator_of_employers(land):
    for indicator in (RATE, "own_establishment_rate", "blind_spot_employers"):
        shown = [c.shown for c in cells(indicator, on=today(), actor_scope=None) if c.level == "community"]
        assert shown == [False, False, True, True, True]


def test_nothing_of_a_hidden_cell_leaves_by_any_way(officer, land):
    """Every number that stands in an answer is the number of some cell that is shown."""
    hidden = {str(c.pk): c for c in land["communities"][:2]}
    for indicator in codes():
        for pk, community in hidden.items():
            entry = officer.get(f"/api/v1/figures/{indicator}", {"area": pk}).json()
            if entry["shown"]:
                continue
            numbers = ("value", "numerator", "denominator", "missing")
            assert [entry[n] for n in numbers] == [None] * 4
            page = officer.get(reverse("figures:definition", args=[indicator]), {"area": pk}).content.decode()
            assert not re.findall(r'class="lx-num">\s*\d', page)
            assert "figures:rows" not in page
            export = officer.get(reverse("figures:export", args=[indicator]), {"area": pk}).content.decode("utf-8-sig")
            row = next(csv.DictReader(io.StringIO(export)))
            assert (row["area"], [row[n] for n in numbers]) == (community.code, [""] * 4)
    assert not Cell.objects.filter(shown=False).exclude(numerator=None).exists()


def test_page_api_export_and_command_give_the_same_cells(officer, land, capsys):
    api = officer.get(f"/api/v1/figures/{RATE}").json()
    call_command("figures", RATE, "--area", "440304", "--format", "json")
    command = json.loads(capsys.readouterr().out)
    assert command == api
    text = officer.get(reverse("figures:export", args=[RATE])).content.decode("utf-8-sig")
    flat, todo = {}, [api]
    while todo:
        entry = todo.pop()
        flat[entry["area"]] = entry["denominator"]
        todo += entry["children"]
    rows = {r["area"]: int(r["denominator"]) if r["denominator"] else None for r in csv.DictReader(io.StringIO(text))}
    assert rows == flat
    assert rows["440304"] == 231


def test_the_definition_page_says_what_it_means_and_leads_to_rows_that_add_up(officer, land):
    page = officer.get(reverse("figures:definition", args=[RATE]), HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "lianxin figures establishment_rate --area 440304" in page
    doors = re.findall(r'href="(/figures/[^"]*rows[^"]*)">[^<]*<span class="lx-num">([\d,]+)', page)
    assert len(doors) == 4
    for address, count in doors:
        answer = officer.get(address.replace("&amp;", "&"))
        assert answer.context["found"].count == int(count)
        assert answer.content.decode().count("data-row") == min(50, int(count))


@pytest.mark.parametrize("indicator", [RATE, "own_establishment_rate", "blind_spot_employers"])
def test_the_rows_behind_a_figure_are_as_many_as_it_counts(officer, land, indicator):
    scope = AccountActor(officer.account).scope("registry.view_organisations", today())
    for area in (land["district"], land["subs"][1], land["communities"][3]):
        cell = cells(indicator, areas=[area.pk], on=today(), actor_scope=None)[0]
        found = {
            part: rows_behind(indicator, area=area.pk, on=today(), scope_params={}, part=part, rows_scope=scope).count
            for part in PARTS
        }
        assert found == {
            "numerator": cell.numerator,
            "denominator": cell.denominator,
            "rest": cell.rest,
            "missing": cell.missing,
        }


def test_rows_open_only_where_all_of_them_lie_in_the_grant(client, land):
    client.force_login(make.account(("subdistrict_officer", land["subs"][0])))
    asked = {"part": "rest", "on": today().isoformat()}
    address = reverse("figures:rows", args=[RATE])
    assert client.get(address, {**asked, "area": land["subs"][0].pk}).status_code == 200
    for beside in (land["district"], land["subs"][1]):
        assert client.get(address, {**asked, "area": beside.pk}).status_code == 404


def test_an_officer_sees_the_cells_of_the_whole_district_and_of_no_other(client, land):
    other = make.area("别的区")
    snapshots.write(NOW)
    client.force_login(make.account(("community_officer", land["communities"][4])))
    assert client.get(f"/api/v1/figures/{RATE}").json()["area"] == "440304"
    assert client.get(f"/api/v1/figures/{RATE}", {"area": other.pk}).status_code == 404
    client.force_login(make.account(("chapter_officer", land["district"])))
    assert client.get(f"/api/v1/figures/{RATE}").status_code == 403


def test_an_address_that_makes_no_sense_is_refused_in_words(officer, land):
    for asked in ({"on": "yesterday"}, {"headcount": "26"}, {"area": "x"}, {"headcount": "9" * 30}):
        assert officer.get(reverse("figures:definition", args=[RATE]), asked).status_code == 422
    assert officer.get(reverse("figures:definition", args=["no-such"])).status_code == 404
    assert officer.get(f"/api/v1/figures/{RATE}?on=2999-01-01").status_code == 422


def test_the_table_of_the_coverage_page_is_the_worst_first_and_counts_what_is_hidden(land):
    make.organisation(area=land["communities"][3])
    snapshots.write(NOW)
    table = coverage_table(RATE, area=land["subs"][1].pk, on=today(), actor_scope=None)
    assert [c.cell.name for c in table.children] == ["样例社区60", "样例社区70"]
    assert [c.name for c in table.above] == ["样例区", "样例街道2"]
    assert coverage_table(RATE, area=land["subs"][0].pk, on=today(), actor_scope=None).hidden_children == 2
    assert table.is_schematic


def test_two_days_are_compared_and_a_line_is_drawn(land):
    past = today().replace(year=today().year - 1)
    gone = OrganisationSpan.objects.filter(area=land["communities"][4])[:20]
    OrganisationSpan.objects.filter(pk__in=[s.pk for s in gone]).update(valid_until=past)
    snapshots.write(NOW)
    found = compare(
        RATE, area=land["subs"][1].pk, on=today(), before=past.replace(year=past.year - 1), actor_scope=None
    )
    assert found[0].cell.denominator == 110
    assert found[0].before.denominator == 130
    assert found[0].change == pytest.approx(found[0].cell.value - found[0].before.value)
    line = time_line(RATE, area=land["subs"][1].pk, days=[past.replace(year=2014), past, today()], actor_scope=None)
    assert line[0] is None
    assert [c.denominator for c in line[1:]] == [110, 110]


def test_a_change_of_the_facts_brings_a_new_snapshot_and_tables_made_ahead(land):
    assert snapshots.is_stale(snapshots.latest()) is False
    record("registry.organisation.added", land["district"], actor=SYSTEM, at=NOW)
    assert snapshots.is_stale(snapshots.latest())
    keep_fresh.enqueue()
    run_until_idle()
    assert Snapshot.objects.filter(state="ready").count() == 2
    assert not snapshots.is_stale(snapshots.latest())
    assert Table.objects.count() == len(codes()) * 13
    before = Cell.objects.count()
    assert cells(RATE, on=today(), actor_scope=None)
    assert Cell.objects.count() == before


def test_tables_that_were_kept_are_read_as_they_were_worked_out(land, django_assert_num_queries):
    from lianxin.figures import tables

    worked_out = cells(RATE, on=today(), actor_scope=None)
    take_snapshot.enqueue()
    run_until_idle()
    tables.forget()
    with django_assert_num_queries(5):
        kept = cells(RATE, on=today(), actor_scope=None)
    strip = [(c.area, c.shown, c.numerator, c.denominator, c.missing, c.unplaced, c.value) for c in worked_out]
    assert [(c.area, c.shown, c.numerator, c.denominator, c.missing, c.unplaced, c.value) for c in kept] == strip
    with django_assert_num_queries(3):
        cells(RATE, on=today(), actor_scope=None)


def test_old_snapshots_are_dropped_and_the_last_of_each_month_is_kept(land, settings):
    for _ in range(5):
        snapshots.write(now())
    assert snapshots.drop_old(now(), today()) == 2
    assert Snapshot.objects.filter(state="ready").count() == 4
    assert len(list(settings.SNAPSHOTS.iterdir())) == 4


def test_equal_facts_give_an_equal_fingerprint(land):
    first, second = snapshots.write(NOW), snapshots.write(NOW)
    digests = dict(Snapshot.objects.values_list("number", "digest"))
    assert digests[first.number] == digests[second.number]
    make.organisation(area=land["communities"][0])
    third = snapshots.write(NOW)
    assert Snapshot.objects.get(number=third.number).digest != digests[first.number]


def test_a_snapshot_names_nobody(land):
    person = make.person("林不该出现")
    make.membership(person=person, body=make.body(area=land["district"]), organisation=None)
    held = snapshots.write(NOW)
    for file in held.folder.glob("*.parquet"):
        assert "林不该出现".encode() not in file.read_bytes()
    import pyarrow.parquet as pq

    for name in ("memberships", "organisation_spans", "body_spans"):
        assert "name" not in pq.read_schema(held.folder / f"{name}.parquet").names


def test_stewards_see_the_snapshots_and_may_take_one(client, land):
    client.force_login(make.account(("steward", land["district"])))
    page = client.get(reverse("figures:snapshots"))
    assert page.content.decode().count("data-row") == 1
    assert client.post(reverse("figures:take")).status_code == 302
    run_until_idle()
    assert Snapshot.objects.filter(state="ready").count() == 2
    client.force_login(make.account(("district_officer", land["district"])))
    assert client.get(reverse("figures:snapshots")).status_code == 403
