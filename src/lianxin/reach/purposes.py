"""What personal data is held for on the way into a body, in the words that people read before they answer."""

from dataclasses import dataclass

from lianxin.registry.models import Purpose


@dataclass(frozen=True, slots=True)
class Words:
    """A purpose as the product proposes it; the federation may change the stored one."""

    name: str
    name_en: str
    basis: str
    basis_text: str
    notice: str
    keep_months: int


PURPOSES = {
    "membership": Words(
        "会员管理",
        "Membership",
        "membership",
        "申请加入组织；中华人民共和国个人信息保护法第十三条第一款第（二）项",
        "姓名、联系方式和工作单位只用来办理入会和保管会籍，由所申请的组织经办。可以随时查询、更正、撤回申请。",
        12,
    ),
    "activity_news": Words(
        "活动与服务通知",
        "News of activities and services",
        "consent",
        "本人同意；中华人民共和国个人信息保护法第十三条第一款第（一）项",
        "用留下的联系方式告知活动和服务。不同意也不影响入会；随时可以退订。",
        1,
    ),
    "founding": Words(
        "筹建组织",
        "Founding a body",
        "consent",
        "本人单独同意；中华人民共和国个人信息保护法第二十九条",
        "姓名和联系方式只给具名的经办人看，每次查看都有记录；不告诉所在单位，不进名册、搜索和导出。登记或停办时即删除。",
        0,
    ),
}


def purpose(code: str) -> Purpose:
    """The stored purpose, written down at its first use."""
    words = PURPOSES[code]
    defaults = {name: getattr(words, name) for name in ("name", "name_en", "basis", "basis_text", "notice")}
    return Purpose.objects.get_or_create(code=code, defaults={**defaults, "keep_months": words.keep_months})[0]
