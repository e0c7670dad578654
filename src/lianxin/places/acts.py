"""What the audit trail says about places."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTS: dict[str, str | Promise] = {
    "places.scheme.loaded": _("Loaded the areas of a scheme"),
    "places.shapes.imported": _("Imported outlines of areas"),
    "places.calendar.imported": _("Imported a table of working days"),
    "places.site.added": _("Added a site"),
    "places.site.changed": _("Changed a site"),
    "places.site.closed": _("Closed a site"),
    "places.network.added": _("Added a network of sites"),
    "places.area.added": _("Added an area"),
    "places.area.renamed": _("Renamed an area"),
    "places.area.moved": _("Moved an area under another"),
    "places.area.closed": _("Closed an area"),
    "places.area.split": _("Split an area"),
    "places.area.merged": _("Merged areas into this one"),
}
