"""Writes of places: areas and their changes, sites, shapes, the calendar."""

from .areas import add_area, close_area, move_area, rename_area
from .calendar import CalendarRow, import_calendar, read_calendar
from .changes import NewArea, merge_areas, split_area
from .shapes import ShapesImported, import_shapes, read_features
from .sites import add_network, add_site, change_site, close_site
from .spans import NotOpen

__all__ = [
    "CalendarRow",
    "NewArea",
    "NotOpen",
    "ShapesImported",
    "add_area",
    "add_network",
    "add_site",
    "change_site",
    "close_area",
    "close_site",
    "import_calendar",
    "import_shapes",
    "merge_areas",
    "move_area",
    "read_calendar",
    "read_features",
    "rename_area",
    "split_area",
]
