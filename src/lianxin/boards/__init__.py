"""The coverage page: indicators on map, table and time line."""
