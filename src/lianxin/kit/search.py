"""One thing found by the global search: what every app hands to the search page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that matches (搜索结果), already within the scope of the person who asked."""

    kind: str
    """What it is, in one or two words of the reader's language."""
    icon: str
    """Name of a Tabler icon, without the prefix."""
    title: str
    detail: str
    url: str
