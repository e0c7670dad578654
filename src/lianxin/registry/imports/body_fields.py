"""What a roster of bodies may say, and the words it uses."""

from django.utils.translation import gettext_lazy as _

from .fields import Field

KIND_WORDS = (
    *((w, "union_federation") for w in ("总工会", "区总工会", "街道总工会", "社区总工会", "union_federation")),
    *((w, "union_association") for w in ("工会联合会", "工联会", "社区工联会", "街道工联会", "union_association")),
    *((w, "joint_union") for w in ("联合工会", "联合基层工会", "联合基层工会委员会", "joint_union")),
    *((w, "building_union") for w in ("楼宇工会", "园区工会", "商圈工会", "楼宇工会联合会", "building_union")),
    *((w, "union_committee") for w in ("基层工会", "基层工会委员会", "工会委员会", "单独建会", "union_committee")),
    *((w, "union_group") for w in ("工会小组", "union_group")),
    *((w, "women_workers_committee") for w in ("女职工委员会", "工会女职工委员会", "women_workers_committee")),
    *((w, "league_committee") for w in ("团委", "基层团委", "团工委", "league_committee")),
    *((w, "league_general_branch") for w in ("团总支", "团总支部", "league_general_branch")),
    *((w, "site_branch") for w in ("楼宇团支部", "园区团支部", "商圈团支部", "site_branch")),
    *((w, "league_branch") for w in ("团支部", "联合团支部", "临时团支部", "league_branch")),
    *((w, "women_federation") for w in ("妇联", "妇女联合会", "社区妇联", "街道妇联", "women_federation")),
    *((w, "women_committee") for w in ("妇委会", "妇女委员会", "妇女工作委员会", "women_committee")),
    *((w, "residents_committee") for w in ("居委会", "居民委员会", "residents_committee")),
)
ENDINGS = (
    *(("女职工委员会", "women_workers_committee"), ("工会联合会", "union_association")),
    *(("工联会", "union_association"), ("联合工会委员会", "joint_union"), ("联合基层工会委员会", "joint_union")),
    *(("总工会", "union_federation"), ("联合工会", "joint_union"), ("联合基层工会", "joint_union")),
    *(("楼宇工会", "building_union"), ("园区工会", "building_union"), ("工会小组", "union_group")),
    *(("工会委员会", "union_committee"), ("工会", "union_committee")),
    *(("团总支", "league_general_branch"), ("团支部", "league_branch"), ("团委", "league_committee")),
    *(("妇联", "women_federation"), ("妇女联合会", "women_federation"), ("妇委会", "women_committee")),
    *(("妇女工作委员会", "women_committee"), ("居委会", "residents_committee"), ("居民委员会", "residents_committee")),
)
"""The end of a name says the kind, longer ends first: it is part of the name, not a guess."""
LINE_OF = {
    **dict.fromkeys(("union_federation", "union_association", "joint_union", "building_union"), "union"),
    **dict.fromkeys(("union_committee", "union_group", "women_workers_committee"), "union"),
    **dict.fromkeys(("league_committee", "league_general_branch", "site_branch", "league_branch"), "league"),
    **dict.fromkeys(("women_federation", "women_committee"), "women"),
}
FORM_OF = {
    **dict.fromkeys(("union_federation", "union_association", "women_federation", "residents_committee"), "area"),
    **{"joint_union": "joint", "building_union": "site", "site_branch": "site"},
}
LINE_WORDS = {
    "union": ("工会", "工会组织", "工会条线", "总工会", "tradeunion", "unions"),
    "league": ("团", "共青团", "团组织", "团委", "青年团", "共青团组织", "youthleague"),
    "women": ("妇", "妇联", "妇女联合会", "妇联组织", "妇女", "women'sfederation"),
}
_FORM_WORDS = (
    *((w, "own") for w in ("单独", "单独建", "单独建会", "单独组建", "独立", "独立建会", "单建", "own")),
    *((w, "joint") for w in ("联合", "联合建", "联合建会", "联合组建", "联建", "joint")),
    *((w, "site") for w in ("楼宇", "园区", "商圈", "楼宇建", "园区建", "楼宇型", "按楼宇", "按园区", "site")),
    *((w, "area") for w in ("区域", "街道", "社区", "区域性", "区域联合", "按区域", "地域", "area")),
)

FIELDS = (
    Field(
        "number",
        _("Number on record"),
        "count",
        ("编号", "组织编号", "系统编号", "number", "bodynumber", "bodyid", "id"),
        example="128",
    ),
    Field(
        "name",
        _("Name of the body"),
        "text",
        (
            *("组织名称", "组织全称", "工会名称", "工会全称", "基层工会名称", "团组织名称", "团组织全称", "妇联名称"),
            *("妇联组织名称", "支部名称", "团支部名称", "名称", "本组织名称", "组织"),
            *("name", "bodyname", "body", "chapter", "chaptername", "unionname"),
        ),
        is_required=True,
        example="样例科技有限公司工会委员会",
    ),
    Field(
        "line",
        _("Line"),
        "text",
        ("条线", "所属条线", "线条", "组织条线", "群团类别", "line"),
        limit=60,
        example="工会",
    ),
    Field(
        "kind",
        _("Kind of body"),
        "choice",
        ("组织类型", "组织类别", "工会类型", "团组织类型", "妇联类型", "类型", "类别", "kind", "bodykind", "type"),
        choices=KIND_WORDS,
        example="基层工会委员会",
    ),
    Field(
        "form",
        _("Form of building"),
        "choice",
        ("组建形式", "建会形式", "组建方式", "建会方式", "建组织形式", "建团形式", "形式", "form"),
        choices=_FORM_WORDS,
        example="单独",
    ),
    Field(
        "parent",
        _("Body above it"),
        "text",
        (
            *("上级组织", "上级工会", "上级团组织", "上级妇联", "上级组织名称", "上级工会名称", "所属上级", "主管工会"),
            *("上级", "隶属", "隶属组织", "parent", "parentname", "parentbody", "above"),
        ),
        example="福保社区工会联合会",
    ),
    Field(
        "covered_code",
        _("Credit codes of those covered"),
        "text",
        (
            *("统一社会信用代码", "社会信用代码", "信用代码", "单位信用代码", "覆盖单位信用代码", "所在单位信用代码"),
            *("单位统一社会信用代码", "creditcode", "creditcodes", "coveredcodes", "uscc"),
        ),
        limit=20_000,
        example="91440300MA5EXAMPLE",
    ),
    Field(
        "covers",
        _("Organisations covered"),
        "text",
        (
            *("覆盖单位", "覆盖单位名称", "覆盖企业", "覆盖企业名称", "单位名称", "所在单位", "所属单位", "建会单位"),
            *("建会企业", "成员单位", "涵盖单位", "企业名称", "单位", "企业", "建团单位", "用人单位"),
            *("covers", "covered", "organisations", "organizations", "organisation", "company", "employer"),
        ),
        limit=20_000,
        example="甲有限公司、乙有限公司",
    ),
    Field(
        "address",
        _("Address"),
        "text",
        ("地址", "组织地址", "办公地址", "所在地址", "单位地址", "详细地址", "address", "addr", "location"),
        limit=300,
    ),
    Field(
        "subdistrict",
        _("Subdistrict"),
        "area",
        ("街道", "所属街道", "所在街道", "街道名称", "街道代码", "镇街", "subdistrict", "street", "town"),
        limit=100,
        example="福保街道",
    ),
    Field(
        "community",
        _("Community"),
        "area",
        ("社区", "所属社区", "所在社区", "社区名称", "社区代码", "区域", "区域代码", "community", "area", "areacode"),
        limit=100,
        example="福保社区",
    ),
    Field(
        "site",
        _("Building or park"),
        "text",
        (
            *("楼宇", "园区", "楼宇名称", "园区名称", "所在楼宇", "所在园区", "楼宇园区", "商圈"),
            *("site", "building", "park"),
        ),
    ),
    Field(
        "founded_on",
        _("Founded on"),
        "date",
        (
            *("成立日期", "成立时间", "建会日期", "建会时间", "组建日期", "组建时间", "建团日期", "建团时间"),
            *("批复日期", "foundedon", "founded", "established", "establishedon"),
        ),
        example="2025-05-18",
    ),
    Field(
        "term_from",
        _("Term runs from"),
        "date",
        (
            *("本届起", "届期起", "任期起", "换届日期", "换届时间", "本届选举日期", "任期开始", "届期开始"),
            *("任期开始日期", "本届开始日期", "termfrom", "termstart", "electedon"),
        ),
        example="2025-05-18",
    ),
    Field(
        "term_until",
        _("Term runs until"),
        "date",
        (
            *("本届止", "届期止", "任期止", "届满日期", "届满时间", "任期届满", "任期结束", "届期结束", "任期届满日期"),
            *("任期结束日期", "本届届满日期", "termuntil", "termend", "termto"),
        ),
        may_be_later=True,
        example="2030-05-17",
    ),
)
