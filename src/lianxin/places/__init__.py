"""Dated area trees, sites, geometry, the calendar of working days."""
