"""Answers that hold for a while, so that a page need not ask a large table each time.

Only for what decides how something is looked for, never what is found.
"""

from collections.abc import Callable, Hashable
from time import monotonic


class Verdicts:
    """Remembers yes, per process. seconds : how long. most : so many at a time. keeps_no : no is remembered too."""

    def __init__(self, seconds: float = 300, most: int = 1000, *, keeps_no: bool = False) -> None:
        self.seconds, self.most, self.keeps_no = seconds, most, keeps_no
        self._until: dict[Hashable, tuple[float, bool]] = {}

    def hold(self, key: Hashable, ask: Callable[[], bool]) -> bool:
        """What is remembered, or else what `ask` says; no is asked again each time unless it is kept."""
        until, held = self._until.get(key, (0.0, False))
        if until > monotonic():
            return held
        found = ask()
        if found or self.keeps_no:
            if len(self._until) >= self.most:
                self._until.clear()
            self._until[key] = monotonic() + self.seconds, found
        return found
