"""Visits to organisations, as the registry keeps them: the day and how it ended."""

from datetime import date, datetime

from django.db import transaction

from lianxin.kit.actor import Actor
from lianxin.trail.operations import record

from ..models.organisation import Organisation, Visit


@transaction.atomic
def note_visit(*, organisation: Organisation, day: date, outcome: str, actor: Actor, at: datetime) -> Visit:
    """Somebody was there on the day; from then on it counts as visited."""
    visit = Visit.objects.create(organisation=organisation, visited_on=day, outcome=outcome)
    record("registry.visit.noted", organisation, actor=actor, at=at, day=day.isoformat(), visit=visit.pk)
    return visit
