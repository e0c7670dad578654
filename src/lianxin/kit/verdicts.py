"""Answers of yes that hold for a while, so that a page need not ask a large table each time.

Only for what decides how something is looked for, never what is found.
"""

from collections.abc import Callable, Hashable
from time import monotonic


class Verdicts:
    """Remembers yes, per process. seconds : how long. most : so many at a time."""

    def __init__(self, seconds: float = 300, most: int = 1000) -> None:
        self.seconds, self.most = seconds, most
        self._until: dict[Hashable, float] = {}

    def hold(self, key: Hashable, ask: Callable[[], bool]) -> bool:
        """What is remembered, or else what `ask` says; no is asked again each time."""
        if self._until.get(key, 0) > monotonic():
            return True
        found = ask()
        if found:
            if len(self._until) >= self.most:
                self._until.clear()
            self._until[key] = monotonic() + self.seconds
        return found
