"""What reach keeps: duties, visits, counts, foundings. Private to `reach` and to foreign keys by label."""

from .duties import NO_DEADLINE, Obligation, ObligationVersion, Owed, Reckoning
from .foundings import Decision, Founder, Founding, Handler, Party
from .joining import Application, JoinCode
from .network import InformalGroup, Pattern
from .renewals import Candidate, Renewal
from .visits import Choice, Difference, FieldRound, PlannedVisit, VisitRecord

__all__ = [
    "NO_DEADLINE",
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
    "Obligation",
    "ObligationVersion",
    "Owed",
    "Party",
    "Pattern",
    "PlannedVisit",
    "Reckoning",
    "Renewal",
    "VisitRecord",
]
