"""What is owed a reply: matters, the words of them, what happened to them, who may read them; elections."""

from .core import CallBack, Dispatch, Event, Handler, Matter, Photo, Requester, StoredKind, Words
from .duties import Duty
from .elections import Ballot, BallotBox, BallotCode, BoxCount, Drawer, Election, Elector, KeyHolder, Nominee
from .knowledge import Article, Edition
from .text import Sketch, Suggestion, TextModel
from .themes import Bridge, Flow, Theme, ThemeAnswer, ThemeMember

__all__ = [
    "Article",
    "Ballot",
    "BallotBox",
    "BallotCode",
    "BoxCount",
    "Bridge",
    "CallBack",
    "Dispatch",
    "Drawer",
    "Duty",
    "Edition",
    "Election",
    "Elector",
    "Event",
    "Flow",
    "Handler",
    "KeyHolder",
    "Matter",
    "Nominee",
    "Photo",
    "Requester",
    "Sketch",
    "StoredKind",
    "Suggestion",
    "TextModel",
    "Theme",
    "ThemeAnswer",
    "ThemeMember",
    "Words",
]
