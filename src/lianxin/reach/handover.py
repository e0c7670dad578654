"""Work of reach that lies with a person and goes over to another."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from lianxin.access.handover import OpenWork
from lianxin.kit.actor import Actor
from lianxin.kit.clock import today
from lianxin.trail.operations import record

from .models import PlannedVisit
from .queries.visits import stop_lines


def open_work(account_id: int) -> list[OpenWork]:
    """Visits still to be made."""
    rows = PlannedVisit.objects.open().filter(officer=account_id).select_related("officer").order_by("day", "position")
    stops = stop_lines(list(rows), today())
    return [OpenWork(_("Visit"), s.subject.name, reverse("reach:visit", args=[s.id]), s.day) for s in stops]


def hand_over(account_id: int, to_id: int, *, actor: Actor, at: datetime) -> int:
    """Move open visits to another officer; one that stands on that list of that day already is cancelled."""
    moved = 0
    for visit in PlannedVisit.objects.select_for_update().open().filter(officer=account_id):
        there = PlannedVisit.objects.open().filter(officer=to_id, day=visit.day, organisation=visit.organisation_id)
        if visit.organisation_id and there.exists():
            visit.state = "cancelled"
        else:
            visit.officer_id = to_id
        visit.save()
        record("reach.visit.moved", visit, actor=actor, at=at, officer_before=account_id, officer=to_id)
        moved += 1
    return moved
