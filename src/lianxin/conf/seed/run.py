"""Seeds a demonstration: the same size, number and day always give the same rows."""

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import SYSTEM
from lianxin.kit.refusals import Refused
from lianxin.places.demonstration import load_futian, load_working_days
from lianxin.places.models import Scheme
from lianxin.registry import search
from lianxin.registry.models import Body, Line, Organisation, Person
from lianxin.registry.operations.purposes import load_purposes
from lianxin.rules.packs import load_pack, shipped
from lianxin.trail.operations import record

from . import (
    accounts,
    answering,
    contracts,
    counting,
    duties,
    employers,
    founding,
    hearing,
    inspecting,
    matters,
    members,
    others,
    privacy,
    representing,
    unions,
    visits,
)
from .land import survey


@dataclass(frozen=True)
class Size:
    employers: int
    new_orgs: int
    people: int
    sites_each: int


SIZES = {
    "small": Size(700, 100, 1_500, 3),
    "district": Size(30_000, 4_500, 60_000, 12),
    "city": Size(87_000, 13_000, 1_000_000, 20),
}
LINES = (
    ("union", "工会", "Trade union"),
    ("league", "共青团", "Youth league"),
    ("women", "妇联", "Women's federation"),
)
UNION = ("union_federation", "union_federation", "union_association")


class AlreadyFilled(Refused):
    """The installation holds data: a seed would mix invented rows into it."""

    text = _("This installation already holds data. Seed an empty one: set LIANXIN_HOME to a new folder.")


def is_empty() -> bool:
    """Whether nothing was entered, imported or seeded yet."""
    return not Organisation.objects.exists() and not Scheme.objects.exists()


@transaction.atomic
def seed(*, size: str, number: int, on: date, at: datetime) -> dict[str, int]:
    """Fill an empty installation with an invented district. Raises AlreadyFilled."""
    if not is_empty():
        raise AlreadyFilled
    wanted = SIZES[size]
    rng = np.random.default_rng([number, on.toordinal()])
    district = load_futian(at)
    load_working_days(at)
    land = survey(district, rng, on, wanted.sites_each)
    union, league, women = (Line.objects.create(code=c, name=zh, name_en=en) for c, zh, en in LINES)
    load_purposes(actor=SYSTEM, at=at)
    for pack in shipped():
        load_pack(pack, actor=SYSTEM, at=at)
    drawn = employers.draw(rng, land, wanted.employers, wanted.new_orgs)
    ids = employers.write(rng, land, drawn, on)
    bodies = unions.Bodies(rng, on)
    associations = unions.federate(bodies, land, union, UNION, "总工会")
    covering = unions.organise(bodies, land, drawn, ids, union, associations)
    others.league(bodies, land, drawn, ids, league)
    others.women(bodies, land, women)
    extra = np.random.default_rng([number, on.toordinal(), 15])
    contracts.open_homes(extra, land, on)
    bodies.write()
    contracts.sign(extra, drawn, ids, covering, on)
    members.enrol(rng, land, drawn, ids, covering, wanted.people, on)
    members.appoint(rng, on)
    duties.furnish(np.random.default_rng([number, on.toordinal(), 1]), union, on)
    counting_rng = np.random.default_rng([number, on.toordinal(), 2])
    counting.count(counting_rng, land, drawn, ids, on, at)
    counting.group(counting_rng, land, on, at, wanted.people // 30)
    desk = accounts.open_accounts(land, on)
    founding.found(np.random.default_rng([number, on.toordinal(), 4]), land, on, at)
    visits.plan(np.random.default_rng([number, on.toordinal(), 3]), on, at)
    matters.receive(np.random.default_rng([number, on.toordinal(), 5]), land, size, on, at)
    privacy.note(on, at)
    answering.answer(np.random.default_rng([number, on.toordinal(), 43]), on, at)
    inspecting.furnish(np.random.default_rng([number, on.toordinal(), 41]), on, at)
    hearing.hear(land, on, at)
    representing.stand(np.random.default_rng([number, on.toordinal(), 42]), desk, on, at)
    answering.answer_in_factory(on, at)
    search.index("organisation", ids.tolist())
    search.index("body", list(Body.objects.values_list("pk", flat=True)))
    search.index("person", list(Person.objects.values_list("pk", flat=True)))
    counts = {"organisations": len(ids), "bodies": len(bodies.spans), "people": wanted.people}
    record("conf.demonstration.seeded", district, actor=SYSTEM, at=at, seed=number, **counts)
    duties.work_out(on, at)
    return counts
