"""What reach keeps: duties, visits, counts, foundings. Private to `reach` and to foreign keys by label."""

from .foundings import Decision, Founder, Founding, Handler, Party
from .joining import Application, JoinCode
from .network import InformalGroup, Pattern
from .renewals import Candidate, Renewal
from .visits import Choice, Difference, FieldRound, PlannedVisit, VisitRecord

__all__ = [
    "Application",
    "Candidate",
    "Choice",
    "Decision",
    "Difference",
    "FieldRound",
    "Founder",
    "Founding",
    "Handler",
    "InformalGroup",
    "JoinCode",
    "Party",
    "Pattern",
    "PlannedVisit",
    "Renewal",
    "VisitRecord",
]
