"""Lists of visits of the demonstration's officers: today's, some done, some left over, one count to be chosen."""

from datetime import date, datetime, timedelta
from uuid import UUID

from numpy.random import Generator

from lianxin.access.models import Account, Grant
from lianxin.kit.vault import seal
from lianxin.places.calendar import WorkingDays
from lianxin.places.models import Area, AreaSpan
from lianxin.reach.models import Difference, PlannedVisit, VisitRecord
from lianxin.reach.operations.records import note_place
from lianxin.reach.visit_words import usual_step
from lianxin.registry.models import Covering, OrganisationSpan, Visit

OFFICERS = ("linxiangwan", "yeqinghe", "shenjianshan")
PURPOSES = ("found", "blind_spot", "understand", "survey")
OUTCOMES = ("willing", "considering", "absent", "moved", "declined")
NOTES = ("人事说下周三之后方便，带两份建会须知。", "前台请下次先预约。", "")
LISTS = ((-2, 3, 1), (0, 7, 2), (1, 5, 0), (2, 4, 0))
"""Working days from today, stops on the list, how many of them are done."""


def plan(rng: Generator, on: date, at: datetime) -> None:
    """Fill the lists of the officers' next days."""
    calendar = WorkingDays.read()
    taken: set[int] = set()
    for account in Account.objects.filter(username__in=OFFICERS).order_by("pk"):
        ids = _candidates(account, on, taken, rng)
        taken |= set(ids)
        for ahead, count, done in LISTS:
            day = calendar.add_working_days(on, ahead) if ahead else on
            stops = [_stop(rng, account, day, n, pk) for n, pk in enumerate(ids[:count], 1)]
            for stop in stops[:done]:
                _record(rng, stop, at if day == on else at - (on - day), calendar)
            del ids[:count]
    _one_to_choose(on, at)


def _candidates(account: Account, on: date, taken: set[int], rng: Generator) -> list[int]:
    """Some that no body covers, in the officer's area, placed in a community."""
    areas = Grant.objects.filter(account=account).values_list("node__area", flat=True)
    paths = AreaSpan.objects.on(on).filter(area__in=areas).values_list("path", flat=True)
    spans = OrganisationSpan.objects.on(on).filter(area__in=Area.objects.below(*paths, day=on), placed="community")
    spans = spans.exclude(organisation__in=Covering.objects.on(on).values("organisation")).filter(closed_on=None)
    found = [pk for pk in spans.order_by("organisation").values_list("organisation", flat=True) if pk not in taken]
    wanted = sum(count for _ahead, count, _done in LISTS)
    return [found[i] for i in sorted(rng.permutation(len(found))[:wanted])]


def _stop(rng: Generator, account: Account, day: date, position: int, organisation: int) -> PlannedVisit:
    purpose = PURPOSES[int(rng.integers(len(PURPOSES)))]
    return PlannedVisit.objects.create(
        officer=account, day=day, position=position, organisation_id=organisation, purpose=purpose
    )


def _record(rng: Generator, stop: PlannedVisit, at: datetime, calendar: WorkingDays) -> VisitRecord:
    key = UUID(bytes=rng.bytes(16), version=4)
    outcome = OUTCOMES[int(rng.integers(len(OUTCOMES)))]
    note = NOTES[int(rng.integers(len(NOTES)))]
    step, step_on = usual_step(outcome, stop.day, calendar)
    organisation = stop.organisation_id or 0
    visit = Visit.objects.create(organisation_id=organisation, visited_on=stop.day, outcome=outcome)
    PlannedVisit.objects.filter(pk=stop.pk).update(state="done")
    return VisitRecord.objects.create(
        key=key,
        officer_id=stop.officer_id,
        planned=stop,
        organisation_id=stop.organisation_id,
        visit=visit,
        visited_on=stop.day,
        outcome=outcome,
        step=step,
        step_on=step_on,
        note=seal(note, where=note_place(key)) if note else b"",
        written_at=at - timedelta(minutes=25 * stop.position),
        received_at=at,
    )


def _one_to_choose(on: date, at: datetime) -> None:
    """The first of today's records said another headcount than the one a colleague wrote meanwhile."""
    records = VisitRecord.objects.filter(officer__username=OFFICERS[0], visited_on=on)
    known = OrganisationSpan.objects.on(on).exclude(headcount=None)
    for record in records.order_by("pk"):
        span = known.filter(organisation=record.organisation_id).first()
        if span is not None and span.headcount is not None:
            said, before = span.headcount + 3, max(1, span.headcount - 2)
            Difference.objects.create(
                record=record, field="headcount", base=before, said=said, found=span.headcount, found_at=at
            )
            record.counts = {"headcount": {"said": said, "base": before}}
            record.save(update_fields=["counts"])
            return
