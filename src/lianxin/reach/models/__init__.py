"""What reach keeps: duties, visits, counts, foundings. Private to `reach` and to foreign keys by label."""

from .visits import Choice, Difference, FieldRound, PlannedVisit, VisitRecord

__all__ = [
    "Choice",
    "Difference",
    "FieldRound",
    "PlannedVisit",
    "VisitRecord",
]
