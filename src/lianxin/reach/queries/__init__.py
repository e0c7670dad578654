"""What reach reads for its pages: frozen dataclasses, constant numbers of queries."""

from datetime import date

from lianxin.kit.actor import Actor
from lianxin.kit.waiting import WaitingLine

from .duties import duties_waiting
from .foundings import founding_waiting
from .joining import joining_waiting
from .network import network_waiting
from .renewals import renewal_waiting
from .visit_lists import visit_lines


def waiting_lines(actor: Actor, day: date) -> list[WaitingLine]:
    """What waits in reach, part by part."""
    sources = (duties_waiting, founding_waiting, joining_waiting, network_waiting, renewal_waiting, visit_lines)
    return [line for source in sources for line in source(actor, day)]
