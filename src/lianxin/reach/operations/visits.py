"""Planning visits: put on a list, move, cancel, put in order."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from lianxin.access.actors import AccountActor
from lianxin.access.models import Account
from lianxin.kit.actor import Actor
from lianxin.kit.clock import day_of
from lianxin.kit.refusals import Refused
from lianxin.places.models import Area, Site
from lianxin.registry.models import Organisation
from lianxin.registry.queries.cards import last_names, organisation_ids
from lianxin.trail.operations import record

from ..models import PlannedVisit
from ..models.visits import RECORD

Subject = tuple[int | None, int | None, int | None]
"""Organisation, site, area: two of them are None."""
MOST_A_DAY = 60


class DayGone(Refused):
    text = _("%(day)s is over. Choose today or a day to come.")


class OutOfReach(Refused):
    text = _("“%(name)s” lies outside what %(officer)s may visit. Choose another officer.")


class TooManyADay(Refused):
    text = _("That would be more than %(most)s visits on one day. Spread them over several days.")


class NotPlanned(Refused):
    text = _("This visit was made or cancelled already. There is nothing to change.")


@transaction.atomic
def plan_visits(
    *,
    actor: Actor,
    at: datetime,
    officer: Account,
    day: date,
    organisations: Iterable[Organisation] = (),
    purpose: str,
    sites: Iterable[Site] = (),
    areas: Iterable[Area] = (),
) -> list[PlannedVisit]:
    """Put organisations, and sites or communities for groups, at the end of an officer's list of a day.

    What stands on that list already is left as it is. Returns the visits that are new.
    Raises DayGone, OutOfReach, TooManyADay.
    """
    if day < day_of(at):
        raise DayGone(day=day)
    here = PlannedVisit.objects.select_for_update().filter(officer=officer, day=day)
    taken: list[Subject] = list(here.open().values_list("organisation", "site", "area"))
    subjects: list[Subject] = [(o.pk, None, None) for o in organisations]
    subjects += [(None, s.pk, None) for s in sites] + [(None, None, a.pk) for a in areas]
    wanted = [subject for subject in dict.fromkeys(subjects) if subject not in taken]
    if len(taken) + len(wanted) > MOST_A_DAY:
        raise TooManyADay(most=MOST_A_DAY)
    _check_reach(officer, [o for o, _site, _area in wanted if o], day_of(at))
    named = [{"organisation_id": o, "site_id": s, "area_id": a} for o, s, a in wanted]
    made = put_on_list(officer, day, named, purpose)
    if made:
        record("reach.visits.planned", officer, actor=actor, at=at, day=day.isoformat(), visits=len(made))
    return made


def put_on_list(
    officer: Account, day: date, subjects: Iterable[Mapping[str, int | None]], purpose: str
) -> list[PlannedVisit]:
    """Stops at the end of the list, without asking whether they may be; what stands there already is left out."""
    here = PlannedVisit.objects.filter(officer=officer, day=day)
    last = here.aggregate(last=Max("position"))["last"] or 0
    taken = set(here.open().values_list("organisation", "site", "area"))
    places = ("organisation_id", "site_id", "area_id")
    wanted: list[Subject] = [tuple(subject.get(place) for place in places) for subject in subjects]  # type: ignore[misc]
    new = [subject for subject in dict.fromkeys(wanted) if subject not in taken]
    return PlannedVisit.objects.bulk_create(
        PlannedVisit(
            officer=officer, day=day, position=last + n, organisation_id=o, site_id=s, area_id=a, purpose=purpose
        )
        for n, (o, s, a) in enumerate(new, 1)
    )


def _check_reach(officer: Account, organisations: Sequence[int], today: date) -> None:
    """Only where the officer's own grants reach: the list shows what the registry says of them."""
    scope = AccountActor(officer).scope(RECORD, today)
    inside = set(organisation_ids(scope).filter(organisation__in=organisations).values_list("organisation", flat=True))
    beyond = [pk for pk in organisations if pk not in inside]
    if beyond:
        raise OutOfReach(name=last_names(beyond[:1]).get(beyond[0], ""), officer=officer.label or officer.username)


def _lock_planned(visit: PlannedVisit) -> PlannedVisit:
    found = PlannedVisit.objects.select_for_update().filter(pk=visit.pk, state="planned").first()
    if found is None:
        raise NotPlanned(visit)
    return found


@transaction.atomic
def move_visit(
    *, visit: PlannedVisit, day: date, actor: Actor, at: datetime, officer: Account | None = None
) -> PlannedVisit:
    """Put a visit on another day, or on another officer's list. Raises NotPlanned, DayGone, OutOfReach."""
    found = _lock_planned(visit)
    if day < day_of(at):
        raise DayGone(day=day)
    to = officer or found.officer
    if to.pk != found.officer_id and found.organisation_id:
        _check_reach(to, [found.organisation_id], day_of(at))
    before, by_before = found.day, found.officer_id
    there = PlannedVisit.objects.select_for_update().filter(officer=to, day=day)
    if found.organisation_id and there.open().exclude(pk=found.pk).filter(organisation=found.organisation_id).exists():
        found.state = "cancelled"  # it stands on that list already
    else:
        found.position = (there.aggregate(last=Max("position"))["last"] or 0) + 1
        found.day, found.officer = day, to
    found.save()
    facts = {"before": before.isoformat(), "day": day.isoformat(), "officer_before": by_before, "officer": to.pk}
    record("reach.visit.moved", found, actor=actor, at=at, **facts)
    return found


@transaction.atomic
def cancel_visit(*, visit: PlannedVisit, actor: Actor, at: datetime) -> None:
    """Take a visit off its list. Raises NotPlanned."""
    found = _lock_planned(visit)
    found.state = "cancelled"
    found.save(update_fields=["state"])
    record("reach.visit.cancelled", found, actor=actor, at=at, day=found.day.isoformat())


@transaction.atomic
def put_first(*, visit: PlannedVisit, actor: Actor, at: datetime) -> None:
    """Make it the next on its list. Raises NotPlanned."""
    found = _lock_planned(visit)
    rest = PlannedVisit.objects.select_for_update().filter(officer=found.officer_id, day=found.day)
    for position, row in enumerate(rest.exclude(pk=found.pk).order_by("position", "pk"), 2):
        PlannedVisit.objects.filter(pk=row.pk).update(position=position)
    PlannedVisit.objects.filter(pk=found.pk).update(position=1)
    record("reach.visit.put_first", found, actor=actor, at=at, day=found.day.isoformat())
