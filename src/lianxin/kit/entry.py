"""Which form stands behind an act, and how many fields it asks for: what filling in forms costs is computed from it."""

FIELDS: dict[str, int] = {}
"""Act of the trail -> fields a person fills in to perform it, filled by `conf` from the forms themselves."""
