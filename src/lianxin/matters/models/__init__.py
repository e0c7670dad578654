"""What is owed a reply: matters, the words of them, what happened to them, who may read them; elections."""

from .core import CallBack, Dispatch, Event, Handler, Matter, Photo, Requester, StoredKind, Words
from .duties import Duty
from .elections import Ballot, BallotBox, BallotCode, BoxCount, Drawer, Election, Elector, KeyHolder, Nominee
from .inspections import CarriedOut, Finding, Listed, Round, RoundFrame, RoundPartner, StoredList
from .knowledge import Article, Edition
from .problems import OwnProblem
from .referrals import Referral
from .representatives import JointGroup, Mandate, Proposal, RepresentativeMeeting, Seconder
from .reviews import Decision, Review
from .runs import ClockRun
from .text import Sketch, Suggestion, TextModel
from .themes import Bridge, Flow, Theme, ThemeAnswer, ThemeMember
from .ways import Arrival, HotlineFile

__all__ = [
    "Arrival",
    "Article",
    "Ballot",
    "BallotBox",
    "BallotCode",
    "BoxCount",
    "Bridge",
    "CallBack",
    "CarriedOut",
    "ClockRun",
    "Decision",
    "Dispatch",
    "Drawer",
    "Duty",
    "Edition",
    "Election",
    "Elector",
    "Event",
    "Finding",
    "Flow",
    "Handler",
    "HotlineFile",
    "JointGroup",
    "KeyHolder",
    "Listed",
    "Mandate",
    "Matter",
    "Nominee",
    "OwnProblem",
    "Photo",
    "Proposal",
    "Referral",
    "RepresentativeMeeting",
    "Requester",
    "Review",
    "Round",
    "RoundFrame",
    "RoundPartner",
    "Seconder",
    "Sketch",
    "StoredKind",
    "StoredList",
    "Suggestion",
    "TextModel",
    "Theme",
    "ThemeAnswer",
    "ThemeMember",
    "Words",
]
