"""From the text of an address to the area that it names, never by guessing.

An address is read from its beginning: province, city, district, subdistrict, community, each of which the dated tree
must know. A community counts only with its ending (社区, 居委会 …), so that roads, parks and buildings that carry a
community's name say nothing. What is unclear is left "to be placed", with the reason.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import names
from .former import Former, read_former
from .models import AreaSpan, Scheme

Placed = Literal["community", "subdistrict", "none"]

REASONS: dict[str, str | Promise] = {
    "": "",
    "former_name": _("The address uses a former name; the area that took its place was found."),
    "no_address": _("There is no address."),
    "elsewhere": _("The address names a city or district that is not in the list of areas."),
    "nothing_named": _("The address names neither a subdistrict nor a community of the list."),
    "district_not_named": _("The address names a community but neither its district nor its subdistrict."),
    "subdistrict_unknown": _("The address names a subdistrict that is not in the list."),
    "subdistrict_unclear": _("The address names a subdistrict that several districts have, or two subdistricts."),
    "community_unknown": _("The address names a community that is not in the list."),
    "community_unclear": _("The address names a community that is there several times, or several communities."),
    "community_split": _("The community named was split since; the address does not say into which it went."),
    "contradiction": _("The community named does not lie in the subdistrict named."),
}
"""Why an address was not placed in a community, in words that a person can act on."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """Where an address lies (落点).

    area_id : the community or the subdistrict; None while it is to be placed.
    reason : key of REASONS; empty for a community found by its present name.
    within : the lowest area that is certain even if the address is to be placed, such as the district.
    """

    area_id: int | None
    placed: Placed
    reason: str = ""
    within: int | None = None


class _Candidate(NamedTuple):
    """One bearer of a name. `area` is None for a former area without one successor."""

    area: int | None
    itself: frozenset[int]
    above: frozenset[int]
    ever_above: frozenset[int]
    is_former: bool


@dataclass(slots=True)
class _Reading:
    """What has been read so far."""

    at: int = 0
    within: frozenset[int] = frozenset()
    upper: int | None = None
    names_city: bool = False
    subdistrict: _Candidate | None = None
    community: _Candidate | None = None
    fault: str = ""
    old_names: bool = False


_NOT_A_NAME = r"\d路道街号栋楼座层室弄巷:;|,.、()\[\]{}<>《》【】〔〕\"'—\-"
_SEPARATORS = re.compile(r"[:;|,.、()\[\]{}<>【】〔〕\"'—\-]+")
_COMMUNITY = re.compile("|".join(names.COMMUNITY_ENDINGS))
_SUBDISTRICT = re.compile("|".join(e for e in names.SUBDISTRICT_ENDINGS if e != "地区") + "|地区(?=.{1,8}社区)")
_CITY = re.compile(rf"([^{_NOT_A_NAME}]{{2,7}}?)(特别行政区|自治区|自治州|省|市)(?!场|民|政|花|区)")
_DISTRICT = re.compile(rf"([^{_NOT_A_NAME}]{{1,8}}?)(?<!社)(?<!小)(区|自治县|县|旗)")
_ZONE = re.compile(
    "(?:保税|合作|工业|开发|高新|科技|产业|园|片|校|库|商务|中心|管理|示范|贸易|自贸|景|度假|厂|住宅)区$"
)
_UNKNOWN_SUBDISTRICT = re.compile(rf"([^{_NOT_A_NAME}]{{1,6}}?)(?:街道办事处|街道办|街道|镇|乡)(?!路|企业)")
_UNKNOWN_COMMUNITY = re.compile(rf"[^{_NOT_A_NAME}]{{1,9}}?(?:社区|居委会|居民委员会|村委会|村民委员会)")
_FACILITY = re.compile(
    "健康|社康|卫生|服务|党群|党员|公园|医院|诊所|文化|体育|菜市|市场|幼儿|学校|小学|中学|警务|日间|养老|老年|老人|图书|食堂|超市|便利|药|邮"
)
_CLEAN_BEFORE = frozenset("0123456789路道街号栋楼座层室区市县省镇乡处:;|,.、()[]{}<>【】〔〕\"'—-")
_ALSO = re.compile("[、和与及或]")
_LONGEST = 14


@dataclass(slots=True)
class Gazetteer:
    """All names of a scheme on a day, ready for looking up. Build it once for many addresses."""

    day: date
    uppers: dict[str, list[_Candidate]] = field(default_factory=dict)
    bare_uppers: set[str] = field(default_factory=set)
    subdistricts: dict[str, list[_Candidate]] = field(default_factory=dict)
    communities: dict[str, list[_Candidate]] = field(default_factory=dict)
    districts: set[int | None] = field(default_factory=set)
    """Areas right above a subdistrict, now or once: no further upper area can follow them in an address."""
    lies_in: set[str] = field(default_factory=set)
    knows_cities: bool = False
    longest_upper: int = 2

    @classmethod
    def on(cls, day: date, scheme: Scheme | None = None) -> "Gazetteer":
        """The names of the primary scheme, or of `scheme`, with the former ones up to the day."""
        scheme = scheme or Scheme.objects.filter(is_primary=True).first()
        made = cls(day)
        if scheme is None:
            return made
        made._lie_in(scheme.lies_in)
        former = read_former(scheme, day)
        community, subdistrict = _address_levels(scheme)
        spans = AreaSpan.objects.filter(area__scheme=scheme, valid_from__lte=day).order_by("-valid_from", "pk")
        rows = spans.values_list("area_id", "name", "level", "valid_until", "parent_id")
        for area, name, level, until, parent in rows:
            is_former = until is not None and until <= day
            candidate = _candidate(area, former, is_former)
            if level == community:
                made._add(made.communities, names.community_base(name), candidate)
            elif level == subdistrict:
                made.districts.add(parent)
                made._add(made.subdistricts, names.subdistrict_key(name), candidate)
            elif level not in _below(scheme, community):
                made._add_upper(names.tidy(name), candidate)
        made.longest_upper = max(map(len, made.uppers | dict.fromkeys(made.lies_in)), default=2)
        return made

    def _lie_in(self, text: str) -> None:
        above = names.upper_names(text)
        self.lies_in = {*above, "中国", "中华人民共和国"}
        self.bare_uppers |= {names.bare(n) for n in above}
        self.knows_cities = bool(above)

    def _add_upper(self, name: str, candidate: _Candidate) -> None:
        self._add(self.uppers, name, candidate)
        short = names.bare(name)
        if short != name:
            self._add(self.uppers, short, candidate)
            self.bare_uppers.add(short)
        self.knows_cities |= name.endswith(("市", "省"))

    @staticmethod
    def _add(table: dict[str, list[_Candidate]], name: str, candidate: _Candidate) -> None:
        """Note a bearer of a name; an area that bore it several times is noted once, its present span first."""
        if not name:
            return
        bearers = table.setdefault(name, [])
        if not any(b.itself == candidate.itself and b.is_former <= candidate.is_former for b in bearers):
            bearers.append(candidate)

    def resolve(self, text: str) -> Resolved:
        """The area that an address names."""
        text = names.tidy(text or "")
        if not text:
            return Resolved(None, "none", "no_address")
        reading = _Reading()
        self._read_chain(text, reading)
        if not reading.fault and reading.community is None:
            self._read_on(text, reading)
        return _answer(reading)

    # reading from the beginning

    def _read_chain(self, text: str, reading: _Reading) -> None:
        while not reading.fault and reading.community is None and reading.at < len(text):
            if separators := _SEPARATORS.match(text, reading.at):
                reading.at = separators.end()
            if not (
                self._community_at(text, reading)
                or self._subdistrict_at(text, reading)
                or self._upper_at(text, reading)
                or self._unlisted_at(text, reading)
            ):
                return

    def _community_at(self, text: str, reading: _Reading) -> bool:
        endings = list(_COMMUNITY.finditer(text, reading.at + 1, reading.at + _LONGEST + 7))
        for ending in reversed(endings):
            bearers = self.communities.get(text[reading.at : ending.start()])
            if bearers is None or _FACILITY.match(text, ending.end()):
                continue
            self._choose_community(bearers, reading)
            reading.at = ending.end()
            self._refuse_second(text, reading)
            return True
        return False

    def _choose_community(self, bearers: list[_Candidate], reading: _Reading) -> None:
        if not reading.within and reading.names_city:
            reading.fault = "district_not_named"
            return
        found = _consistent(bearers, reading.within)
        if len(found) == 1:
            reading.community = found[0]
            reading.fault = "community_split" if found[0].area is None else ""
        elif found:
            reading.fault = "community_unclear"
        elif _consistent(bearers, frozenset() if reading.upper is None else frozenset({reading.upper})):
            reading.fault = "contradiction"
        else:
            reading.fault = "community_unknown"

    def _refuse_second(self, text: str, reading: _Reading) -> None:
        """Two communities in one breath: neither is chosen."""
        if reading.community is None or not _ALSO.match(text, reading.at):
            return
        for ending in _COMMUNITY.finditer(text, reading.at + 1, reading.at + _LONGEST):
            if self.communities.get(text[reading.at + 1 : ending.start()]):
                reading.community, reading.fault = None, "community_unclear"

    def _subdistrict_at(self, text: str, reading: _Reading) -> bool:
        for ending in _SUBDISTRICT.finditer(text, reading.at + 1, reading.at + _LONGEST):
            key = names.subdistrict_key(text[reading.at : ending.end()])
            if bearers := self.subdistricts.get(key):
                self._choose_subdistrict(bearers, reading)
                reading.at = ending.end()
                return True
        return False

    def _choose_subdistrict(self, bearers: list[_Candidate], reading: _Reading) -> None:
        upper = frozenset() if reading.upper is None else frozenset({reading.upper})
        found = _consistent(bearers, upper)
        if reading.subdistrict is not None:
            if not any(b.itself == reading.subdistrict.itself for b in found):
                reading.fault = "subdistrict_unclear"
        elif len(found) == 1:
            reading.subdistrict = found[0]
            reading.within = found[0].itself
        else:
            reading.fault = "subdistrict_unclear" if found else "subdistrict_unknown"

    def _upper_at(self, text: str, reading: _Reading) -> bool:
        if reading.subdistrict is not None:
            return False
        for end in range(min(len(text), reading.at + self.longest_upper), reading.at + 1, -1):
            name = text[reading.at : end]
            if name not in self.uppers and name not in self.lies_in and name not in self.bare_uppers:
                continue
            if name in self.bare_uppers and not self._goes_on(text, end):
                continue
            return self._take_upper(name, end, reading)
        return False

    def _take_upper(self, name: str, end: int, reading: _Reading) -> bool:
        found = _consistent(self.uppers.get(name, []), reading.within)
        if len(found) == 1:
            reading.within, reading.upper = found[0].itself, found[0].area
        elif reading.within and not any(b.itself == reading.within for b in self.uppers.get(name, [])):
            return False
        reading.names_city = True
        reading.at = end
        return True

    def _goes_on(self, text: str, at: int) -> bool:
        """Whether an area that the list knows is named right here: a name without its ending counts only then."""
        ahead = _Reading(at=at)
        return self._community_at(text, ahead) or self._subdistrict_at(text, ahead) or self._upper_at(text, ahead)

    def _unlisted_at(self, text: str, reading: _Reading) -> bool:
        """Step over, or refuse, an area that the list does not know."""
        if reading.subdistrict is not None:
            return False
        city = _CITY.match(text, reading.at)
        if city and reading.upper is None:
            reading.fault = "elsewhere" if self.knows_cities else ""
            reading.names_city, reading.at = True, city.end()
            return True
        subdistrict = _UNKNOWN_SUBDISTRICT.match(text, reading.at)
        district = _DISTRICT.match(text, reading.at)
        if district and not (subdistrict and subdistrict.end() < district.end()):
            if reading.upper is not None and reading.within & self.districts:
                return False
            is_new_area = reading.upper is not None and district.group().endswith("新区")
            is_zone = is_new_area or (reading.names_city and bool(_ZONE.search(district.group())))
            reading.fault = "" if is_zone else "elsewhere"
            reading.names_city, reading.at = True, district.end()
            return True
        if subdistrict and not self._has_listed_tail(subdistrict.group()):
            reading.fault = "subdistrict_unknown"
            return True
        return False

    def _has_listed_tail(self, name: str) -> bool:
        """Whether a listed subdistrict's name ends a longer text, two or more characters before it."""
        return any(names.subdistrict_key(name[i:]) in self.subdistricts for i in range(2, len(name) - 2))

    # reading on after something that is not an area: a road, a park, a building

    def _read_on(self, text: str, reading: _Reading) -> None:
        if not reading.within:
            return
        if reading.subdistrict is None:
            self._find_subdistrict(text, reading)
            if reading.fault or reading.community is not None:
                return
        unknown = _UNKNOWN_COMMUNITY.match(text, reading.at)
        if unknown and reading.subdistrict is not None and not _FACILITY.match(text, unknown.end()):
            reading.fault = "community_unknown"
            return
        found = {c.itself: c for c in self._mentions(text, reading)}
        if len(found) == 1:
            reading.community = next(iter(found.values()))
            reading.fault = "community_split" if reading.community.area is None else ""
        elif found:
            reading.fault = "community_unclear"

    def _find_subdistrict(self, text: str, reading: _Reading) -> None:
        """Go on from a subdistrict that follows other words: 福田区车公庙沙头街道…"""
        for ending in _SUBDISTRICT.finditer(text, reading.at + 2):
            for start in range(max(reading.at, ending.start() - _LONGEST), ending.start()):
                bearers = self.subdistricts.get(names.subdistrict_key(text[start : ending.end()]))
                gap = start - reading.at
                if bearers and gap != 1 and _consistent(bearers, reading.within):
                    reading.at = start
                    self._read_chain(text, reading)
                    return

    def _mentions(self, text: str, reading: _Reading) -> list[_Candidate]:
        """Communities of the area read so far that are named with a clean beginning later in the text."""
        found = []
        for ending in _COMMUNITY.finditer(text, reading.at + 1):
            if _FACILITY.match(text, ending.end()):
                continue
            for start in range(max(reading.at, ending.start() - _LONGEST), ending.start() - 1):
                bearers = _consistent(self.communities.get(text[start : ending.start()], []), reading.within)
                if bearers and (start == reading.at or text[start - 1] in _CLEAN_BEFORE):
                    found += bearers
                    break
        return found


def _answer(reading: _Reading) -> Resolved:
    community, subdistrict = reading.community, reading.subdistrict
    if community is not None and community.area is not None and not reading.fault:
        return Resolved(community.area, "community", "former_name" if community.is_former else "", community.area)
    within = subdistrict.area if subdistrict is not None and subdistrict.area is not None else reading.upper
    in_doubt = reading.fault in ("contradiction", "subdistrict_unclear", "subdistrict_unknown", "elsewhere")
    if in_doubt:
        return Resolved(None, "none", reading.fault, None if reading.fault == "elsewhere" else reading.upper)
    if subdistrict is not None and subdistrict.area is not None:
        reason = reading.fault or ("former_name" if subdistrict.is_former else "")
        return Resolved(subdistrict.area, "subdistrict", reason, subdistrict.area)
    return Resolved(None, "none", reading.fault or "nothing_named", within)


def _consistent(bearers: list[_Candidate], within: frozenset[int]) -> list[_Candidate]:
    """Bearers of a name that lie in one of `within` now; failing that, those that once did; then former bearers."""
    now = [b for b in bearers if not b.is_former]
    former = [b for b in bearers if b.is_former]
    if not within:
        return now or former
    return (
        [b for b in now if b.above & within]
        or [b for b in now if b.ever_above & within]
        or [b for b in former if b.ever_above & within]
    )


def _candidate(area: int, former: Former, is_former: bool) -> _Candidate:
    target = former.successor(area)
    itself = frozenset({area} if target is None else {area, target})
    above = former.above_now.get(target, frozenset()) if target is not None else frozenset()
    ever = former.above_ever.get(area, frozenset()) | above
    return _Candidate(target, itself, above, ever, is_former)


def _address_levels(scheme: Scheme) -> tuple[str, str]:
    """The level codes of communities and of subdistricts: by name, or else the two lowest; "" where there is none."""
    codes = [level["code"] for level in scheme.levels] or ["subdistrict", "community"]
    if "subdistrict" in codes:
        at = codes.index("subdistrict") + 1
    else:
        at = codes.index("community") if "community" in codes else len(codes) - 1
    return codes[at] if at < len(codes) else "", codes[at - 1] if at else ""


def _below(scheme: Scheme, level: str) -> set[str]:
    codes = [each["code"] for each in scheme.levels]
    return set(codes[codes.index(level) + 1 :]) if level in codes else set()
