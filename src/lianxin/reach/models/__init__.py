"""What reach keeps: duties, visits, counts, foundings. Private to `reach` and to foreign keys by label."""

from .counts import Completeness, CountSet, Liaison, Listing, Register, RegisterLoad
from .duties import NO_DEADLINE, Obligation, ObligationVersion, Owed, Reckoning
from .foundings import Decision, Founder, Founding, Handler, Party
from .groups import Group, GroupBody, GroupEstimate, GroupLoad
from .joining import Application, JoinCode
from .network import InformalGroup, Pattern
from .proposals import Proposal, ProposalMember
from .renewals import Candidate, Renewal
from .visits import Choice, Difference, FieldRound, PlannedVisit, VisitRecord

__all__ = [
    "Application",
    "Candidate",
    "Choice",
    "Completeness",
    "CountSet",
    "Decision",
    "Difference",
    "FieldRound",
    "Founder",
    "Founding",
    "Group",
    "GroupBody",
    "GroupEstimate",
    "GroupLoad",
    "Handler",
    "InformalGroup",
    "JoinCode",
    "Liaison",
    "Listing",
    "NO_DEADLINE",
    "Obligation",
    "ObligationVersion",
    "Owed",
    "Party",
    "Pattern",
    "PlannedVisit",
    "Proposal",
    "ProposalMember",
    "Reckoning",
    "Register",
    "RegisterLoad",
    "Renewal",
    "VisitRecord",
]
