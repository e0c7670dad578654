"""What Today and the global search gather from matters."""

from datetime import date

from lianxin.kit.actor import Actor
from lianxin.kit.search import Hit
from lianxin.kit.waiting import WaitingLine

from .desk_waiting import matters_found, matters_waiting
from .elections import election_waiting
from .inspections import inspections_waiting
from .knowledge import knowledge_waiting
from .problems import problems_waiting
from .referrals_waiting import referrals_waiting
from .representatives import proposals_waiting


def waiting_lines(actor: Actor, day: date) -> list[WaitingLine]:
    """Whatever of matters waits for somebody."""
    sources = (
        matters_waiting,
        referrals_waiting,
        election_waiting,
        knowledge_waiting,
        problems_waiting,
        proposals_waiting,
        inspections_waiting,
    )
    return [line for source in sources for line in source(actor, day)]


def search(actor: Actor, text: str, day: date, limit: int) -> list[Hit]:
    """Whatever of matters a text finds: never C3 nor C4."""
    return matters_found(actor, text, day, limit)
