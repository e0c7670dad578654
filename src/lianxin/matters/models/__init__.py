"""What is owed a reply: matters, the words of them, what happened to them, who may read them; elections."""

from .core import CallBack, Dispatch, Event, Handler, Matter, Photo, Requester, StoredKind, Words
from .elections import Ballot, BallotBox, BallotCode, BoxCount, Drawer, Election, Elector, KeyHolder, Nominee
from .referrals import Referral
from .ways import Arrival, HotlineFile

__all__ = [
    "Arrival",
    "Ballot",
    "BallotBox",
    "BallotCode",
    "BoxCount",
    "CallBack",
    "Dispatch",
    "Drawer",
    "Election",
    "Elector",
    "Event",
    "Handler",
    "HotlineFile",
    "KeyHolder",
    "Matter",
    "Nominee",
    "Photo",
    "Referral",
    "Requester",
    "StoredKind",
    "Words",
]
