"""Codes of the registry as people read them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise

ORGANISATION_KINDS: dict[str, Text] = {
    "enterprise": _("Firm"),
    "sole_trader": _("Sole trader"),
    "association": _("Association"),
    "service_org": _("Service organisation"),
    "foundation": _("Foundation"),
    "agency": _("Agency"),
    "institution": _("Public institution"),
    "union": _("Union with its own code"),
    "other": _("Other organisation"),
}
PLACED: dict[str, Text] = {
    "community": _("Placed in a community"),
    "subdistrict": _("Placed in a subdistrict only"),
    "none": _("To be placed"),
}
BANDS: dict[str, tuple[Text, int, int | None]] = {
    "unknown": (_("Headcount unknown"), 0, None),
    "1-24": (_("Under 25 employees"), 0, 24),
    "25-99": (_("25 to 99 employees"), 25, 99),
    "100-199": (_("100 to 199 employees"), 100, 199),
    "200+": (_("200 employees and more"), 200, None),
}
"""Headcount bands: name, from, to."""
VISIT_OUTCOMES: dict[str, Text] = {
    "willing": _("Willing to found a body"),
    "considering": _("Wants to think about it"),
    "absent": _("Nobody there"),
    "moved": _("Moved away"),
    "declined": _("Not willing"),
    "other": _("Other outcome"),
}
BODY_FORMS: dict[str, Text] = {
    "own": _("Of one employer"),
    "joint": _("Joint"),
    "site": _("Site-based"),
    "area": _("Of an area"),
}
BODY_KINDS: dict[str, Text] = {
    "union_federation": _("Federation of trade unions"),
    "union_committee": _("Union committee"),
    "joint_union": _("Joint grassroots trade union"),
    "union_association": _("Federation of grassroots trade unions"),
    "building_union": _("Trade union of a building"),
    "union_group": _("Union group"),
    "women_workers_committee": _("Women workers' committee"),
    "league_branch": _("Youth League branch"),
    "league_general_branch": _("Youth League general branch"),
    "league_committee": _("League committee"),
    "site_branch": _("Site-based Youth League branch"),
    "women_federation": _("Women's federation"),
    "women_committee": _("Women's committee"),
    "residents_committee": _("Residents' committee"),
}
POST_TITLES: dict[str, Text] = {
    "chair": _("Chair"),
    "full_time_chair": _("Full-time chair"),
    "vice_chair": _("Vice chair"),
    "secretary": _("Secretary"),
    "member": _("Committee member"),
    "representative": _("Representative"),
    "organiser": _("Organiser"),
    "women_member": _("Member for women workers"),
}
MEMBERSHIP_STATES: dict[str, Text] = {
    "applied": _("Has applied"),
    "registered": _("Registered"),
    "verified": _("Verified"),
    "active": _("Active"),
    "left": _("Has left"),
}
PURPOSE_BASES: dict[str, Text] = {
    "consent": _("The person agrees"),
    "membership": _("Membership that the person applied for"),
    "duty": _("A duty of law"),
    "emergency": _("An emergency"),
}
CONTACT_KINDS: dict[str, Text] = {
    "phone": _("Phone"),
    "email": _("E-mail"),
    "wecom": _("WeCom"),
    "wechat": _("WeChat"),
}
OPENING_REASONS: dict[str, Text] = {
    "matter": _("To speak with the person about a matter of this purpose"),
    "check": _("To check with the person that it is right"),
    "asked": _("The person asked to be called back"),
}
RIGHTS_KINDS: dict[str, Text] = {
    "copy": _("Copy of one's own data"),
    "correct": _("Correction"),
    "erase": _("Erasure"),
}
FACTS = {
    "name": _("Name"),
    "credit_code": _("Credit code"),
    "kind": _("Kind"),
    "address": _("Address"),
    "area": _("Where it is"),
    "placed": _("How far placed"),
    "is_placed_by_hand": _("Placed by an officer"),
    "site": _("Site"),
    "opened_on": _("Opened on"),
    "closed_on": _("Closed on"),
    "headcount": _("Employees"),
    "women": _("Women"),
    "young_people": _("Aged 14 to 35"),
    "league_members": _("League members"),
    "union_members": _("Union members"),
    "is_new_org": _("New type of organisation"),
}


def word(table: dict[str, Text], code: str) -> str:
    """The word for a code; the code itself where a federation defined one of its own."""
    return str(table.get(code, code))


CONTRACT_KINDS: dict[str, Text] = {
    "general": _("General contract"),
    "wages": _("On wages"),
    "women": _("On the rights of women workers"),
    "safety": _("On safety and health"),
}
