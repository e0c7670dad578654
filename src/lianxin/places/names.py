"""Names of areas as people write them in addresses."""

import re
import unicodedata

_SPACES = re.compile(r"[\s\u200b\ufeff]+")
_VARIANTS = str.maketrans(
    {"區": "区", "縣": "县", "東": "东", "廣": "广", "號": "号", "鎮": "镇", "鄉": "乡", "莊": "庄"}
)

COMMUNITY_ENDINGS = ("社区居民委员会", "社区居委会", "社区工作站", "社区居委", "社区") + (
    "村民委员会",
    "村委会",
    "居民委员会",
    "居委会",
)
SUBDISTRICT_ENDINGS = ("街道办事处", "地区办事处", "办事处", "街道办", "街道", "地区", "镇", "乡")
UPPER_ENDINGS = ("特别行政区", "自治区", "自治州", "自治县", "新区", "省", "市", "区", "县", "盟", "旗")
_SEATS = {"街道办事处": "街道", "办事处": "街道", "街道办": "街道", "地区办事处": "地区"}


def tidy(text: str) -> str:
    """One spelling: full-width forms become half-width, spaces go, a few traditional forms become simplified."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text)).translate(_VARIANTS)


def community_base(name: str) -> str:
    """What is left of a community's name without its ending: 天安 of 天安社区居委会."""
    return _without(tidy(name), COMMUNITY_ENDINGS)


def subdistrict_key(name: str) -> str:
    """A subdistrict's name with its office left out: 沙头街道 of 沙头街道办事处."""
    name = tidy(name)
    for ending in SUBDISTRICT_ENDINGS:
        if name.endswith(ending) and len(name) > len(ending):
            return name.removesuffix(ending) + _SEATS.get(ending, ending)
    return ""


def bare(name: str) -> str:
    """An upper area's name without what it is: 深圳 of 深圳市; the name itself if nothing would be left."""
    return _without(tidy(name), UPPER_ENDINGS)


def upper_names(text: str) -> list[str]:
    """The upper areas named one after the other: 广东省, 深圳市."""
    return re.findall(r".+?(?:特别行政区|自治区|自治州|省|市|区|县)", tidy(text))


def _without(name: str, endings: tuple[str, ...]) -> str:
    for ending in endings:
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name.removesuffix(ending)
    return name
