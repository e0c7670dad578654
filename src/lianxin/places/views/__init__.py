"""Pages of areas, sites and the calendar."""
