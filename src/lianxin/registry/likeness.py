"""Which records may be one: normal forms of names and addresses, blocks, and what two records have in common.

Records are compared only inside blocks (the same stem, the same stem but for one slip, the same address, the same
contact), so that 100,000 records are compared in seconds. Two different valid credit codes speak against a pair,
however alike the names: a code belongs to one organisation. Nothing here decides; a person does.
Source of the one-slip blocks: deletion neighbourhoods, Bocek, Fast Similarity Search in Large Dictionaries (2007).
"""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from .search import fold

_FORMS = re.compile(
    "(股份有限责任公司|有限责任公司|股份有限公司|有限公司|有限合伙|普通合伙|特殊普通合伙|个人独资企业|股份公司|公司|责任)+$"
)
_PLACES = re.compile("^(中国|广东省|广东|深圳市|深圳|福田区|福田)+")
_BRACKETED_PLACE = re.compile("[(（](中国|广东省|广东|深圳市|深圳|福田区|福田|有限合伙|普通合伙|特殊普通合伙)[)）]")
_ADDRESS_HEAD = re.compile("^(广东省|深圳市|福田区|[^市区]{2,4}街道|[^市区]{2,5}社区|[^市区]{2,6}社区居委会)+")
LARGEST_BLOCK = 40
SHORTEST_SLIP = 3


def stem(name: str) -> str:
    """What is left of a firm's name without its legal form and the place in front or in brackets.

    云杉科技 of 深圳市云杉科技有限公司 and of 云杉科技（深圳）有限责任公司 alike. Never empty for a name of letters.
    """
    whole = fold(name)
    inner = fold(_BRACKETED_PLACE.sub("", name))
    bare = _FORMS.sub("", inner)
    return _PLACES.sub("", bare) or bare or inner or whole


def address_core(address: str) -> str:
    """An address from the street on, so that it compares whether or not the district stands before it."""
    whole = fold(address)
    return _ADDRESS_HEAD.sub("", whole) or whole


def one_slip_apart(a: str, b: str) -> bool:
    """Whether one character put in, left out, changed or swapped with its neighbour makes one text the other."""
    if a == b or abs(len(a) - len(b)) > 1:
        return False
    if len(a) > len(b):
        a, b = b, a
    first = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    if len(a) < len(b):
        return a[first:] == b[first + 1 :]
    changed = a[first + 1 :] == b[first + 1 :]
    swapped = a[first : first + 2] == b[first : first + 2][::-1] and a[first + 2 :] == b[first + 2 :]
    return changed or swapped


def slips(text: str) -> Iterator[str]:
    """The text and every text with one character left out: two texts one slip apart share at least one of these."""
    yield text
    for place in range(len(text)):
        yield text[:place] + text[place + 1 :]


@dataclass(frozen=True, slots=True)
class Firm:
    """What is compared of an organisation."""

    id: int
    name: str
    credit_code: str
    kind: str
    address: str
    area: int


@dataclass(frozen=True, slots=True)
class Human:
    """What is compared of a person: the name, and keyed words and ids that say nothing by themselves."""

    id: int
    name: str
    contacts: frozenset[str]
    bodies: frozenset[int]


Pairs = dict[tuple[int, int], list[str]]


def like_firms(firms: Iterable[Firm]) -> Pairs:
    """Pairs of organisations that may be one, lower id first, with what they have in common."""
    by_id = {f.id: f for f in firms}
    stems = {f.id: stem(f.name) for f in by_id.values()}
    cores = {f.id: address_core(f.address) for f in by_id.values()}
    blocks: dict[Hashable, list[int]] = defaultdict(list)
    for f in by_id.values():
        blocks["stem", stems[f.id]].append(f.id)
        if len(cores[f.id]) >= 6:
            blocks["address", cores[f.id]].append(f.id)
        if f.credit_code:
            blocks["code", f.credit_code[8:17]].append(f.id)
        if len(stems[f.id]) >= SHORTEST_SLIP:
            for key in set(slips(stems[f.id])):
                blocks["slip", key].append(f.id)
    found: Pairs = {}
    for a, b in _candidates(blocks):
        reasons = _why_firms(by_id[a], by_id[b], (stems[a], stems[b]), (cores[a], cores[b]))
        if reasons:
            found[a, b] = reasons
    return found


def _candidates(blocks: dict[Hashable, list[int]]) -> set[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    for members in blocks.values():
        if 1 < len(members) <= LARGEST_BLOCK:
            found.update((min(a, b), max(a, b)) for a, b in combinations(members, 2))
    return found


def _why_firms(a: Firm, b: Firm, stems: tuple[str, str], cores: tuple[str, str]) -> list[str]:
    """Reasons, or none where they do not suffice together."""
    same_inner = bool(a.credit_code) and a.credit_code[8:17] == b.credit_code[8:17]
    if a.credit_code and b.credit_code and not same_inner:
        return []
    same_name, near_name = stems[0] == stems[1], one_slip_apart(*stems)
    same_address = len(cores[0]) >= 6 and cores[0] == cores[1]
    reasons = ["same_code"] * same_inner + ["same_name"] * same_name + ["similar_name"] * near_name
    reasons += ["same_address"] * same_address + ["same_area"] * (a.area == b.area)
    if same_inner:
        return reasons
    if same_name:  # market stalls and shops bear common names: theirs must stand in one place
        own_place = same_address or a.area == b.area
        return reasons if own_place or "sole_trader" not in (a.kind, b.kind) else []
    if near_name:  # two known addresses that differ speak against a mere slip of the pen
        is_unknown = min(len(c) for c in cores) < 6 and min(len(s) for s in stems) >= 4
        return reasons if same_address or (a.area == b.area and is_unknown) else []
    one_in_other = same_address and min(map(len, stems)) >= 2 and (stems[0] in stems[1] or stems[1] in stems[0])
    return [*reasons, "similar_name"] if one_in_other else []


def like_people(people: Iterable[Human]) -> Pairs:
    """Pairs of people that may be one: the name, or one slip of it, together with a contact or a body in common.

    A contact alone says nothing: families share phones. A name alone says nothing either.
    """
    by_id = {p.id: p for p in people}
    names = {p.id: fold(p.name) for p in by_id.values()}
    blocks: dict[Hashable, list[int]] = defaultdict(list)
    for p in by_id.values():
        for contact in p.contacts:
            blocks["contact", contact].append(p.id)
        for body in p.bodies:
            blocks["body", body, names[p.id]].append(p.id)
    found: Pairs = {}
    for a, b in _candidates(blocks):
        reasons = _why_people(by_id[a], by_id[b], (names[a], names[b]))
        if reasons:
            found[a, b] = reasons
    return found


def _why_people(a: Human, b: Human, names: tuple[str, str]) -> list[str]:
    same_contact, same_body = bool(a.contacts & b.contacts), bool(a.bodies & b.bodies)
    reasons = ["same_contact"] * same_contact + ["same_body"] * same_body
    if names[0] == names[1]:
        return ["same_name", *reasons]
    near = len(names[0]) >= 3 and one_slip_apart(*names)
    return ["similar_name", *reasons] if near and same_contact else []
