"""What pages and the export read of elections."""

from typing import Any

from ..models import Ballot, Election


def published(election: Election) -> dict[str, Any]:
    """Everything it takes to recompute the result: protocol, and the ballots cast with codes.

    Ballots come in the order of their random keys, which says nothing. `tools/recount.py` is a second road to the
    result.
    """
    rows = Ballot.objects.filter(election=election).order_by("pk").values("approved", "against")
    return {"format": "lianxin election 1", "title": election.title, **(election.protocol or {}), "ballots": list(rows)}
