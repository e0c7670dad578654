"""Who must act when areas go over into others, in the same transaction."""

from collections.abc import Callable
from datetime import date, datetime

from lianxin.kit.actor import Actor

from .models import Area

Follower = Callable[..., None]

FOLLOWERS: list[Follower] = []
"""`areas_changed(*, old, new, on, actor, at)` of each app's `reorganisation.py`, gathered by `conf`."""


def tell_followers(*, old: tuple[Area, ...], new: tuple[Area, ...], on: date, actor: Actor, at: datetime) -> None:
    """Let every app carry its facts over; where they belong says `places.queries.home_on`."""
    for follower in FOLLOWERS:
        follower(old=old, new=new, on=on, actor=actor, at=at)
