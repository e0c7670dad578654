"""What people need (民需分类): ten groups of five, with stable codes, in both languages."""

from django.utils.translation import get_language

GROUPS: dict[str, tuple[str, str]] = {
    "A": ("劳动权益", "Work rights"),
    "B": ("就业成长", "Jobs and growth"),
    "C": ("健康安全", "Health and safety"),
    "D": ("生活便利", "Daily life"),
    "E": ("家庭儿童", "Family and children"),
    "F": ("困难帮扶", "Hardship"),
    "G": ("法律调解", "Law and mediation"),
    "H": ("文化社交", "Culture and company"),
    "I": ("参与议事", "Taking part"),
    "J": ("应急", "Emergencies"),
}
_LISTED: dict[str, tuple[tuple[str, str], ...]] = {
    "A": (
        ("欠薪", "Wages owed"),
        ("合同与解除", "Contract, dismissal"),
        ("工时休假", "Hours and leave"),
        ("社保工伤", "Insurance, injury"),
        ("歧视与骚扰", "Discrimination, harassment"),
    ),
    "B": (
        ("求职", "Job search"),
        ("技能培训", "Skills"),
        ("学历提升", "Education"),
        ("创业", "Starting a business"),
        ("转岗再就业", "Re-employment"),
    ),
    "C": (
        ("作业安全", "Safety at work"),
        ("职业健康", "Occupational health"),
        ("互助医疗", "Mutual medical aid"),
        ("心理支持", "Counselling"),
        ("消防与社区安全", "Fire, neighbourhood safety"),
    ),
    "D": (
        ("用餐", "Meals"),
        ("住宿", "Lodging"),
        ("通勤", "Commuting"),
        ("歇脚与母婴", "Rest, nursing rooms"),
        ("法律文书与办事", "Help with papers"),
    ),
    "E": (
        ("托育托管", "Child care"),
        ("家庭教育", "Parenting"),
        ("婚姻家庭", "Couples and family"),
        ("人身保护", "Protection from violence"),
        ("特殊儿童", "Children with special needs"),
    ),
    "F": (
        ("低收入", "Low income"),
        ("大病", "Serious illness"),
        ("助学", "Schooling"),
        ("突发困难", "Sudden hardship"),
        ("节日慰问", "Seasonal help"),
    ),
    "G": (
        ("法律咨询", "Legal advice"),
        ("法律援助", "Legal aid"),
        ("劳动调解", "Labour mediation"),
        ("家事调解", "Family mediation"),
        ("邻里其他", "Neighbours and other"),
    ),
    "H": (
        ("文体", "Sport and arts"),
        ("交友", "Friendship"),
        ("融城", "Settling in"),
        ("志愿", "Volunteering"),
        ("社团", "Clubs"),
    ),
    "I": (
        ("入会建会", "Joining, founding"),
        ("选举与代表", "Elections, representatives"),
        ("提案", "Proposals"),
        ("协商", "Deliberation"),
        ("监督评价", "Oversight"),
    ),
    "J": (
        ("应急物资", "Supplies"),
        ("交通住处", "Transport, shelter"),
        ("心理热线", "Crisis line"),
        ("复工协助", "Help to resume work"),
        ("信息核实", "Verified information"),
    ),
}
NEEDS: dict[str, tuple[str, str]] = {
    f"{group}{number}": names for group, listed in _LISTED.items() for number, names in enumerate(listed, 1)
}


def said(names: tuple[str, str]) -> str:
    """The Chinese or the English of a pair, whichever the reader reads."""
    zh, en = names
    return zh if (get_language() or "").startswith("zh") else en


def need_word(code: str) -> str:
    """A need in words, with its group; empty while nobody decided."""
    return f"{said(GROUPS[code[0]])} · {said(NEEDS[code])}" if code in NEEDS else ""


def need_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """All needs by group, for a select."""
    return [
        (said(names), [(code, said(need)) for code, need in NEEDS.items() if code[0] == group])
        for group, names in GROUPS.items()
    ]
