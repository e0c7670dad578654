"""Who acts. Layers below `access` know an actor only by this protocol."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from .scope import Scope


class Actor(Protocol):
    """Somebody or something that acts, named in every audit entry."""

    @property
    def id(self) -> int: ...

    @property
    def kind(self) -> str: ...

    @property
    def label(self) -> str: ...

    def may(self, act: str, day: date) -> bool:
        """Whether any grant that holds on `day` allows the act, wherever."""
        ...

    def scope(self, act: str, day: date) -> Scope:
        """Where the act is allowed on `day`."""
        ...


@dataclass(frozen=True, slots=True)
class System:
    """The installation itself: jobs, commands, seeds. Holds no grants: it never answers a request."""

    label: str = "system"
    id: int = 0
    kind: str = "system"

    def may(self, act: str, day: date) -> bool:
        return False

    def scope(self, act: str, day: date) -> Scope:
        return Scope(day)


SYSTEM = System()
