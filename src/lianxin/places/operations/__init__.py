"""Writes of places: areas and their changes, sites, shapes, the calendar."""

from .areas import add_area, close_area, move_area, rename_area
from .changes import NewArea, merge_areas, split_area

__all__ = ["NewArea", "add_area", "close_area", "merge_areas", "move_area", "rename_area", "split_area"]
