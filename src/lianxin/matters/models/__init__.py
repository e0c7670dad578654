"""What is owed a reply: matters, the words of them, what happened to them, who may read them."""

from .core import CallBack, Dispatch, Event, Handler, Matter, Photo, Requester, StoredKind, Words

__all__ = ["CallBack", "Dispatch", "Event", "Handler", "Matter", "Photo", "Requester", "StoredKind", "Words"]
