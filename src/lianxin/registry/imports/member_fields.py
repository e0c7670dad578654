"""What a roster of members may say: the least that a membership needs."""

from django.utils.translation import gettext_lazy as _

from .fields import Field

FIELDS = (
    Field(
        "name",
        _("Name of the person"),
        "text",
        (
            *("姓名", "会员姓名", "团员姓名", "职工姓名", "名字", "人员姓名", "会员", "成员姓名"),
            *("name", "fullname", "membername", "person"),
        ),
        limit=60,
        is_required=True,
        example="林样例",
    ),
    Field(
        "organisation",
        _("Where the member works"),
        "text",
        (
            *("工作单位", "单位", "单位名称", "所在单位", "所属单位", "用人单位", "企业名称", "公司", "公司名称"),
            *("统一社会信用代码", "单位信用代码", "organisation", "organization", "employer", "company", "workplace"),
        ),
        example="样例科技有限公司",
    ),
    Field(
        "joined_on",
        _("Joined on"),
        "date",
        ("入会日期", "入会时间", "加入日期", "入团日期", "入团时间", "加入时间", "joinedon", "joined", "membersince"),
        example="2025-05-18",
    ),
    Field(
        "verified",
        _("Verified"),
        "yes_no",
        ("是否核实", "已核实", "核实", "是否实名", "实名认证", "是否认证", "verified", "isverified"),
        example="是",
    ),
    Field(
        "consented_on",
        _("Agreed on"),
        "date",
        ("同意日期", "授权日期", "知情同意日期", "签署日期", "同意书日期", "consentedon", "agreedon"),
        example="2026-03-01",
    ),
    Field(
        "contact",
        _("Phone or e-mail"),
        "text",
        (
            *("手机", "手机号", "手机号码", "电话", "联系电话", "联系方式", "电话号码", "移动电话", "邮箱", "电子邮箱"),
            *("phone", "mobile", "tel", "contact", "email"),
        ),
        limit=100,
        is_personal=True,
    ),
)
