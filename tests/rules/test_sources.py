"""Where rules come from, in both languages."""

import pytest
from django.utils import translation

from lianxin.matters.offices import offices
from lianxin.rules.packs import shipped
from lianxin.rules.reading import read_yaml
from lianxin.rules.sources import FILE, source_words


def named(node: object) -> set[tuple[str, str]]:
    """Every source with its article in the data of a pack."""
    if isinstance(node, dict):
        own = {(str(node["source"]), str(node.get("article", "")))} if "source" in node else set()
        return own.union(*(named(part) for part in node.values()))
    return set().union(*(named(part) for part in node)) if isinstance(node, list) else set()


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)


def test_every_source_that_comes_with_the_product_has_its_english():
    sources = set().union(*(named(read_yaml(path)) for path in shipped()))
    sources |= {(table["source"], "") for office in offices().values() for table in office.sizes}
    with translation.override("en"):
        assert [pair for pair in sorted(sources) if is_chinese(source_words(*pair))] == []
    with translation.override("zh-hans"):
        assert {source_words(*pair) for pair in sources} == {" ".join(filter(None, pair)) for pair in sources}


def test_no_english_is_kept_for_a_source_that_nothing_names():
    sources = set().union(*(named(read_yaml(path)) for path in shipped()))
    used = {word for pair in sources for word in pair}
    used |= {table["source"] for office in offices().values() for table in office.sizes}
    assert set(read_yaml(FILE)) <= used


@pytest.mark.parametrize(
    ("entered", "english"),
    [
        ("中华人民共和国工会法（2021 修正） 第十七条、第十八条", "Trade Union Law (amended 2021), art. 17, art. 18"),
        ("上海市工会条例 第一百零五条", "Shanghai Trade Union Regulations, art. 105"),
        ("上海市工会条例 第二十条", "Shanghai Trade Union Regulations, art. 20"),
        ("本区会议纪要 第三条", "本区会议纪要 第三条"),
        ("", ""),
    ],
)
def test_an_article_is_told_by_its_number_and_what_is_not_known_stays_as_it_was_entered(entered, english):
    with translation.override("en"):
        assert source_words(entered) == english
