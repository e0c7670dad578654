"""The kinds of rosters there are."""

from django.utils.translation import gettext_lazy as _

from . import body_fields, member_fields
from .body_roster import BodyRoster
from .fields import Field, RosterKind
from .member_roster import MemberRoster
from .organisation_roster import OrganisationRoster

_KINDS_OF_ORGANISATION = (
    ("企业", "enterprise"),
    ("公司", "enterprise"),
    ("有限责任公司", "enterprise"),
    ("有限公司", "enterprise"),
    ("股份有限公司", "enterprise"),
    ("私营企业", "enterprise"),
    ("民营企业", "enterprise"),
    ("国有企业", "enterprise"),
    ("外资企业", "enterprise"),
    ("合伙企业", "enterprise"),
    ("个人独资企业", "enterprise"),
    ("非公企业", "enterprise"),
    ("非公有制企业", "enterprise"),
    ("enterprise", "enterprise"),
    ("company", "enterprise"),
    ("firm", "enterprise"),
    ("个体户", "sole_trader"),
    ("个体工商户", "sole_trader"),
    ("个体", "sole_trader"),
    ("sole_trader", "sole_trader"),
    ("soletrader", "sole_trader"),
    ("社会团体", "association"),
    ("社团", "association"),
    ("协会", "association"),
    ("association", "association"),
    ("民办非企业单位", "service_org"),
    ("民非", "service_org"),
    ("社会服务机构", "service_org"),
    ("service_org", "service_org"),
    ("基金会", "foundation"),
    ("foundation", "foundation"),
    ("机关", "agency"),
    ("党政机关", "agency"),
    ("行政机关", "agency"),
    ("agency", "agency"),
    ("事业单位", "institution"),
    ("institution", "institution"),
    ("工会", "union"),
    ("union", "union"),
    ("其他", "other"),
    ("其它", "other"),
    ("other", "other"),
)

ORGANISATIONS = OrganisationRoster(
    code="organisations",
    label=_("Organisations"),
    one=_("Organisation"),
    how=_("How to recognise an organisation"),
    is_placed=True,
    keys={"credit_code": ("credit_code",), "name": ("name",), "name_address": ("name", "address")},
    fields=(
        Field(
            "credit_code",
            _("Credit code"),
            "code",
            (
                *("统一社会信用代码", "社会信用代码", "信用代码", "统一代码", "机构代码", "信用代码证号", "营业执照号"),
                *("creditcode", "unifiedsocialcreditcode", "uscc", "usci", "socialcreditcode", "registrationnumber"),
            ),
            limit=18,
            example="91440300MA5EXAMPLE",
        ),
        Field(
            "name",
            _("Name of the organisation"),
            "text",
            (
                *(
                    "单位名称",
                    "单位",
                    "企业名称",
                    "企业",
                    "公司名称",
                    "公司",
                    "名称",
                    "机构名称",
                    "组织名称",
                    "用人单位",
                ),
                *("用人单位名称", "单位全称", "企业全称", "商户名称", "法人单位名称", "主体名称", "单位企业名称"),
                *("name", "orgname", "organisation", "organization", "organisationname", "organizationname"),
                *("company", "companyname", "employer", "employername", "firm"),
            ),
            is_required=True,
        ),
        Field(
            "kind",
            _("Kind of organisation"),
            "choice",
            (
                *("单位类型", "单位性质", "企业类型", "类型", "性质", "机构类型", "组织类型", "主体类型", "单位类别"),
                *("kind", "type", "orgtype", "organisationkind", "organisationtype", "organizationtype"),
            ),
            choices=_KINDS_OF_ORGANISATION,
            example="企业",
        ),
        Field(
            "address",
            _("Address"),
            "text",
            (
                *("地址", "单位地址", "注册地址", "经营地址", "办公地址", "住所", "经营场所", "详细地址", "企业地址"),
                *("公司地址", "通讯地址", "实际经营地址", "生产经营地址", "经营住所"),
                *("address", "addr", "registeredaddress", "officeaddress", "location"),
            ),
            limit=300,
        ),
        Field(
            "subdistrict",
            _("Subdistrict"),
            "area",
            (
                *("街道", "所属街道", "所在街道", "街道名称", "街道办", "镇街", "街镇", "街道代码", "街道编码", "乡镇"),
                *("subdistrict", "subdistrictcode", "subdistrictname", "street", "streetcode", "town"),
            ),
            limit=100,
            example="福保街道",
        ),
        Field(
            "community",
            _("Community"),
            "area",
            (
                *(
                    "社区",
                    "所属社区",
                    "所在社区",
                    "社区名称",
                    "社区代码",
                    "社区编码",
                    "村居",
                    "村社区",
                    "居委会",
                    "街道社区",
                ),
                *("community", "communitycode", "communityname", "areacode", "area"),
            ),
            limit=100,
            example="福保社区",
        ),
        Field(
            "site",
            _("Building or park"),
            "text",
            (
                *("楼宇", "园区", "楼宇名称", "园区名称", "所在楼宇", "所在园区", "楼宇园区", "大厦", "商圈", "楼栋"),
                *("site", "building", "park", "sitename", "buildingname"),
            ),
        ),
        Field(
            "headcount",
            _("Employees"),
            "count",
            (
                *("从业人数", "职工人数", "员工人数", "人数", "员工数", "职工数", "职工总数", "从业人员", "从业人员数"),
                *("用工人数", "在职人数", "员工总数", "参保人数", "从业人员人数", "人员规模"),
                *("headcount", "employees", "employeecount", "staff", "staffcount", "numberofemployees", "workers"),
            ),
            example="120",
        ),
        Field(
            "women",
            _("Women"),
            "count",
            (
                *(
                    "女职工人数",
                    "女职工数",
                    "女职工",
                    "女员工人数",
                    "女员工",
                    "女性人数",
                    "女",
                    "其中女",
                    "妇女人数",
                    "女性",
                ),
                *("其中女性", "其中女职工", "women", "female", "femaleemployees", "womencount"),
            ),
            example="50",
        ),
        Field(
            "young_people",
            _("Young people aged 14 to 35"),
            "count",
            (
                *("青年人数", "青年", "青年职工人数", "青年职工", "35岁以下人数", "35岁以下", "其中青年", "青年员工"),
                *("青年数", "1435岁人数", "young", "youngpeople", "youth", "youthcount", "under35"),
            ),
            example="40",
        ),
        Field(
            "league_members",
            _("League members"),
            "count",
            ("团员人数", "团员", "团员数", "共青团员", "共青团员人数", "leaguemembers", "leaguemembercount"),
            example="8",
        ),
        Field(
            "union_members",
            _("Union members"),
            "count",
            (
                *("会员人数", "工会会员", "工会会员人数", "工会会员数", "会员数", "入会人数", "已入会人数"),
                *("unionmembers", "unionmembercount", "members"),
            ),
            example="80",
        ),
        Field(
            "opened_on",
            _("Opened on"),
            "date",
            (
                *("成立日期", "成立时间", "注册日期", "注册时间", "开业日期", "开业时间", "设立日期", "登记日期"),
                *("openedon", "opened", "founded", "foundedon", "established", "establishedon", "dateofestablishment"),
            ),
            example="2025-05-18",
        ),
        Field(
            "closed_on",
            _("Closed on"),
            "date",
            (
                *("注销日期", "注销时间", "吊销日期", "关闭日期", "停业日期", "歇业日期", "迁出日期"),
                *("closedon", "closed", "dissolvedon", "deregistered", "deregisteredon"),
            ),
            example="2025-12-31",
        ),
        Field(
            "is_new_org",
            _("One of the two new types of organisation"),
            "yes_no",
            ("两新组织", "是否两新", "是否两新组织", "两新", "neworg", "isneworg", "neworganisation"),
            example="是",
        ),
        Field(
            "union_body",
            _("Union that covers it"),
            "text",
            (
                *("工会名称", "所属工会", "所在工会", "覆盖工会", "工会组织名称", "基层工会名称", "工会组织"),
                *("unionname", "union", "coveringunion"),
            ),
            example="样例科技有限公司工会委员会",
        ),
        Field(
            "league_body",
            _("League body that covers it"),
            "text",
            ("团组织", "团组织名称", "所属团组织", "所在团组织", "团支部", "所属团支部", "leaguebody", "leaguebranch"),
            example="样例科技有限公司团支部",
        ),
        Field(
            "women_body",
            _("Women's body that covers it"),
            "text",
            ("妇联组织", "妇联组织名称", "所属妇联", "所属妇联组织", "妇女组织", "妇委会", "womensbody", "womenbody"),
            example="福保社区妇联",
        ),
        Field(
            "has_union",
            _("Has a union"),
            "yes_no",
            ("是否建会", "是否建立工会", "是否已建会", "是否建工会", "建会情况", "有无工会", "hasunion", "unionised"),
            example="是",
        ),
    ),
)

BODIES = BodyRoster(
    code="bodies",
    label=_("Bodies"),
    one=_("Body"),
    how=_("How to recognise a body"),
    keys={"number": ("number",), "name": ("name",)},
    fields=body_fields.FIELDS,
)

MEMBERS = MemberRoster(
    code="members",
    label=_("Members"),
    one=_("Member"),
    how=_("How to recognise a member"),
    keys={"member": ("name",)},
    fields=member_fields.FIELDS,
    is_personal=True,
    most=5000,
)

KINDS: dict[str, RosterKind] = {kind.code: kind for kind in (ORGANISATIONS, BODIES, MEMBERS)}
