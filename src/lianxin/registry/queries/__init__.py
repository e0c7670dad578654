"""What the registry shows: frozen lines, in a constant number of queries."""

from .waiting import search, waiting_lines

__all__ = ["search", "waiting_lines"]
