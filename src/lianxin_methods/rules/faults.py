"""What is wrong with a rule, where, and what to do about it: in Chinese and English."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the text: lines from 1, columns from 0, the end excluded; line 0 where there is no text."""

    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0


NOWHERE = Place()


class RuleFault(ValueError):
    """A rule that cannot be used (规则有误): why, where, and what to write instead."""

    def __init__(self, zh: str, en: str, place: Place = NOWHERE) -> None:
        self.zh, self.en, self.place = zh, en, place
        super().__init__(en)

    def text(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en

    def at(self, place: Place) -> "RuleFault":
        """The same fault, with its place where it had none."""
        return self if self.place.line else type(self)(self.zh, self.en, place)

    def to_json(self) -> dict[str, object]:
        p = self.place
        span = {"line": p.line, "column": p.column, "end_line": p.end_line, "end_column": p.end_column}
        return {"zh": self.zh, "en": self.en, **span}


class BadRecord(ValueError):
    """A record holds a value that its name's type does not allow."""
