"""Addresses are read, never guessed. The real firms are read in place and named only by their hash."""

import csv
import hashlib
from datetime import date

import pytest

import make
from conftest import NOW, TODAY
from lianxin.kit.actor import SYSTEM
from lianxin.places.addresses import REASONS, Gazetteer
from lianxin.places.demonstration import load_futian
from lianxin.places.loading import AreaRow, load_areas
from lianxin.places.models import AreaSpan, AreaSuccession, Scheme

pytestmark = pytest.mark.django_db


def gazetteer_of_shenzhen(shared):
    """The nine districts with all subdistricts and the 788 communities of the real list."""
    levels = [{"code": c, "zh": c, "en": c} for c in ("city", "district", "subdistrict", "community")]
    scheme = Scheme.objects.create(code="sz", name="深圳", levels=levels, is_primary=True, lies_in="广东省")
    rows = {"4403": AreaRow("4403", "深圳市", "", "city")}
    with (shared / "data/admin-divisions/shenzhen_communities.csv").open(encoding="utf-8") as source:
        for r in csv.DictReader(source):
            district, street = r["district_code"], r["street_code"]
            rows[district] = AreaRow(district, r["district_name"], "4403", "district")
            rows[street] = AreaRow(street, r["street_name"], district, "subdistrict")
            rows[r["community_code"]] = AreaRow(r["community_code"], r["community_name"], street, "community")
    load_areas(scheme=scheme, rows=rows.values(), on=date(2023, 6, 30), actor=SYSTEM, at=NOW)
    return Gazetteer.on(TODAY)


def codes():
    return dict(AreaSpan.objects.values_list("area_id", "area__code"))


def firms(shared):
    """(hash of name and address, address, expected subdistrict, expected community) of the real firms."""
    with (shared / "data/orgs-shenzhen/orgs.csv").open(encoding="utf-8") as source:
        for r in csv.DictReader(source):
            digest = hashlib.sha256(f"{r['org_name']}|{r['address']}".encode()).hexdigest()[:12]
            yield digest, r["address"], r["street_code"], r["community_code"]


@pytest.mark.real_data
@pytest.mark.parametrize("whole_city", [True, False], ids=["whole city", "one district"])
def test_of_the_real_firms_at_least_97_percent_are_in_the_community_named_and_none_in_a_wrong_one(shared, whole_city):
    if whole_city:
        gazetteer, ours = gazetteer_of_shenzhen(shared), ""
    else:
        load_futian(NOW)
        gazetteer, ours = Gazetteer.on(TODAY), "440304"
    code_of = codes()
    listed = right = 0
    wrong, wrong_subdistrict, strangers = [], [], []
    for digest, address, street, community in firms(shared):
        resolved = gazetteer.resolve(address)
        code = code_of.get(resolved.area_id, "")
        if not street.startswith(ours) or (ours and "福田" not in address):
            strangers += [digest] if resolved.area_id else []
        elif community:
            listed += 1
            right += code == community
            wrong += [digest] if code and code not in (community, street) else []
        elif street and code[:9] != street:
            wrong_subdistrict.append(digest)
        elif not street and code:
            wrong.append(digest)
    assert (wrong, strangers) == ([], [])
    assert wrong_subdistrict == []
    assert listed > 100
    assert right >= 0.97 * listed


@pytest.fixture
def futian(db):
    load_futian(NOW)
    gazetteer, code_of = Gazetteer.on(TODAY), codes()

    def resolve(text):
        found = gazetteer.resolve(text)
        assert found.reason in REASONS
        return (code_of.get(found.area_id, ""), found.reason)

    return resolve


TIANAN, SHATOU, LIANHUA = "440304005040", "440304005", "440304008"


@pytest.mark.parametrize(
    "text",
    [
        "广东省深圳市福田区沙头街道天安社区泰然五路1号",
        "深圳市福田区沙头街道天安社区",
        "深圳市福田区沙头街道办天安社区居委会泰然五路",
        "福田区沙头街道办事处天安社区居民委员会",
        "沙头街道天安社区泰然五路",
        "中国广东省深圳市福田区沙头街道天安社区",
        "深圳福田沙头街道天安社区",
        "深圳市（福田区）沙头街道【天安社区】泰然五路",
        "深圳市 福田区 沙头街道 天安社区 8 栋",
        "深圳市福田区深圳市福田区沙头街道沙头街道天安社区",
        "深圳市福田区天安社区泰然五路",
        "深圳市福田区车公庙沙头街道天安社区",
        "深圳市福田区沙头街道泰然五路天安社区8栋",
        "深圳市，福田区，沙头街道，天安社区",
        "深圳市福田區沙头街道天安社區",
    ],
)
def test_a_community_that_is_named_is_found(futian, text):
    assert futian(text) == (TIANAN, "")


@pytest.mark.parametrize(
    ("text", "code", "reason"),
    [
        ("深圳市福田区沙头街道车公庙天安数码城", SHATOU, ""),
        ("深圳市福田区沙头街道新洲路9号", SHATOU, ""),
        ("深圳市福田区沙头街道车公庙社区天安数码城", SHATOU, "community_unknown"),
        ("深圳市福田区沙头街道大天安社区", SHATOU, "community_unknown"),
        ("深圳市福田区沙头街道天安社区健康服务中心旁", SHATOU, ""),
        ("深圳市福田区沙头街道天安社区、新洲社区", SHATOU, "community_unclear"),
        ("深圳市福田区福保街道福田保税区市花路", "440304010", ""),
        ("深圳市福田区莲花街道彩田路2009号", LIANHUA, ""),
        ("深圳市福田区莲花街道景田北街", LIANHUA, ""),
    ],
)
def test_where_only_the_subdistrict_is_certain_it_is_the_subdistrict(futian, text, code, reason):
    assert futian(text) == (code, reason)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no_address"),
        ("   ", "no_address"),
        ("深圳市福田区福华路88号", "nothing_named"),
        ("深圳市福田区新洲路景田北街", "nothing_named"),
        ("深圳市福田区彩田路天安大厦", "nothing_named"),
        ("深圳市福田区天安车公庙工业区", "nothing_named"),
        ("深圳市前海深港合作区前湾一路1号", "nothing_named"),
        ("深圳市南山区粤海街道天安社区", "elsewhere"),
        ("深圳市南山区沙头街道天安社区", "elsewhere"),
        ("广州市番禺区沙头街道", "elsewhere"),
        ("上海市沙头街道天安社区", "elsewhere"),
        ("北京市朝阳区福田街道福田社区", "elsewhere"),
        ("湖南省沙头街道天安社区", "elsewhere"),
        ("深圳市天安社区", "district_not_named"),
        ("深圳市福田区福保街道天安社区", "contradiction"),
        ("深圳市福田区沙头街道福保街道天安社区", "subdistrict_unclear"),
        ("深圳市福田区新沙头街道天安社区", "subdistrict_unknown"),
        ("深圳市龙岗坂田街道新华社区", "subdistrict_unknown"),
        ("无固定地址", "nothing_named"),
    ],
)
def test_what_is_unclear_is_left_to_be_placed_with_the_reason(futian, text, reason):
    assert futian(text) == ("", reason)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("深圳市福田区福田街道福田社区", "440304004033"),
        ("深圳市福田区福田街道福华社区福田路", "440304004"),
        ("深圳市福田区华富街道莲花三村社区", "440304009"),
        ("深圳市福田区梅林街道梅林一村社区", "440304007"),
        ("深圳市福田区南园街道南园社区", "440304001020"),
    ],
)
def test_names_that_contain_each_other_are_kept_apart(futian, text, code):
    found, reason = futian(text)
    assert reason == ""
    assert found.startswith(code)
    assert len(found) == 12


def test_a_name_that_two_districts_have_needs_its_district(shared):
    gazetteer, code_of = gazetteer_of_shenzhen(shared), codes()
    assert code_of[gazetteer.resolve("深圳市福田区新华社区").area_id].startswith("440304")
    assert code_of[gazetteer.resolve("深圳市南山区新华社区").area_id].startswith("440305")
    assert gazetteer.resolve("新华社区").reason == "community_unclear"
    assert gazetteer.resolve("深圳市新华社区").area_id is None


@pytest.mark.real_data
def test_no_other_district_of_the_country_is_taken_for_ours(shared, futian):
    with (shared / "data/admin-divisions/china_areas.csv").open(encoding="utf-8") as source:
        others = {r["name"] for r in csv.DictReader(source)} - {"福田区"}
    placed = {n for n in others if futian(f"{n}沙头街道天安社区")[0] or futian(f"深圳市{n}天安社区")[0]}
    assert len(others) > 2000
    assert not placed


@pytest.mark.real_data
def test_every_community_of_the_city_is_found_in_many_ways_of_writing_it(shared):
    gazetteer, code_of = gazetteer_of_shenzhen(shared), codes()
    with (shared / "data/admin-divisions/shenzhen_communities.csv").open(encoding="utf-8") as source:
        listed = [r for r in csv.DictReader(source) if r["street_name"].endswith("街道")]
    ways = ("广东省深圳市{d}{s}{c}和平路1号", "深圳市{d}{s}办事处{c}", "{s}{c}新村5栋", "深圳{d}{s}（{c}）建设路")
    for r in listed:
        for way in ways:
            text = way.format(d=r["district_name"], s=r["street_name"], c=r["community_name"])
            assert code_of[gazetteer.resolve(text).area_id] == r["community_code"], text


def test_in_a_known_city_a_district_that_is_not_listed_is_elsewhere_but_a_new_area_is_passed_over(shared):
    gazetteer, code_of = gazetteer_of_shenzhen(shared), codes()
    assert gazetteer.resolve("深圳市无此区沙头街道天安社区").reason == "elsewhere"
    assert code_of[gazetteer.resolve("深圳市大鹏新区大鹏街道下沙社区").area_id].startswith("440307")
    assert gazetteer.resolve("深圳市大鹏新区下沙社区").area_id is None


def history():
    """河东街道 with 甲 and 乙; 乙 was 旧乙 until 2024; 丙 went into 甲; 丁 was split into 甲 and 乙."""
    district = make.area("样例区", level="district")
    east, west = make.area("河东街道", parent=district), make.area("河西街道", parent=district)
    first, second = make.area("甲岸社区", parent=east), make.area("乙桥社区", parent=east)
    until = date(2024, 1, 1)
    third = make.area("丙山社区", parent=west, valid_until=until)
    fourth = make.area("丁湾社区", parent=east, valid_until=until)
    span = second.spans.get()
    second.spans.create(
        name="旧乙桥社区", level="community", parent=east, path=span.path, valid_from=make.LONG_AGO, valid_until=until
    )
    second.spans.filter(pk=span.pk).update(valid_from=until)
    for old, new, kind in [(third, first, "merge"), (fourth, first, "split"), (fourth, second, "split")]:
        AreaSuccession.objects.create(old=old, new=new, on_day=until, kind=kind)
    return district, east, first, second


def test_a_former_name_leads_to_the_area_that_took_its_place():
    _, east, first, second = history()
    gazetteer = Gazetteer.on(TODAY)
    renamed = gazetteer.resolve("样例区河东街道旧乙桥社区1号")
    assert (renamed.area_id, renamed.reason) == (second.pk, "former_name")
    assert gazetteer.resolve("样例区河西街道丙山社区").area_id == first.pk
    split = gazetteer.resolve("样例区河东街道丁湾社区")
    assert (split.area_id, split.placed, split.reason) == (east.pk, "subdistrict", "community_split")


def test_on_a_past_day_the_names_of_that_day_hold():
    _, _, first, second = history()
    gazetteer = Gazetteer.on(date(2023, 1, 1))
    assert gazetteer.resolve("样例区河东街道旧乙桥社区").reason == ""
    assert gazetteer.resolve("样例区河东街道丁湾社区").placed == "community"
    assert gazetteer.resolve("样例区河东街道乙桥社区").placed == "subdistrict"


def test_an_installation_without_areas_places_nothing():
    assert Gazetteer.on(TODAY).resolve("深圳市福田区沙头街道天安社区").placed == "none"


def test_every_reason_has_its_words():
    assert all(str(text) for key, text in REASONS.items() if key)
