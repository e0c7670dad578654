"""The roles of the house. A role is a word in the MAY table; what it reaches is its grant's node."""

from django.utils.translation import gettext_lazy as _

ROLES = {
    "district_officer": _("District officer"),
    "subdistrict_officer": _("Subdistrict officer"),
    "community_officer": _("Community worker"),
    "chapter_officer": _("Chapter officer"),
    "representative": _("Representative"),
    "counsellor": _("Counsellor"),
    "partner": _("Partner"),
    "inspector": _("Inspector"),
    "steward": _("Administrator"),
    "auditor": _("Auditor"),
    "protection_officer": _("Data protection officer"),
}
AREA_OFFICERS = frozenset({"district_officer", "subdistrict_officer", "community_officer"})
