"""People of the demonstration: union members where a union covers their employer, and chairs."""

from datetime import date, timedelta

import numpy as np
from numpy.random import Generator

from lianxin.registry.models import BodySpan, Membership, Person, Post

from . import names
from .employers import YEAR, Employers
from .land import IntArray, Land

BATCH = 20_000


def enrol(rng: Generator, land: Land, d: Employers, ids: IntArray, bodies: IntArray, count: int, on: date) -> None:
    """Spread `count` people over covered employers by headcount, each with a membership."""
    weight = np.where((bodies > 0) & d.is_open, np.maximum(d.headcount, 1), 0).astype(float)
    where = np.sort(rng.choice(len(d), size=count, p=weight / weight.sum()))
    for start in range(0, count, BATCH):
        part = where[start : start + BATCH]
        people = _write_people(rng, land, d, part)
        _write_memberships(rng, d, ids, bodies, part, people, on)


def _write_people(rng: Generator, land: Land, d: Employers, where: IntArray) -> list[int]:
    areas = np.array(land.communities)[d.community[where]].tolist()
    rows = [Person(name=n, area_id=a) for n, a in zip(names.people(rng, len(where)), areas, strict=True)]
    return [p.pk for p in Person.objects.bulk_create(rows, batch_size=5000)]


def _write_memberships(
    rng: Generator, d: Employers, ids: IntArray, bodies: IntArray, where: IntArray, people: list[int], on: date
) -> None:
    applied = (rng.random(len(where)) ** 2 * np.minimum(d.opened[where], 6 * YEAR)).astype(np.int64)
    waits = rng.integers(1, 12, size=(3, len(where)))
    verified, active, left = (rng.random(len(where)) < p for p in (0.62, 0.5, 0.04))
    rows = []
    for i, (person, organisation, body) in enumerate(
        zip(people, ids[where].tolist(), bodies[where].tolist(), strict=True)
    ):
        steps = [on - timedelta(days=int(x)) for x in applied[i] - np.cumsum([0, *waits[:, i]])]
        reached = [day if day <= on else None for day in steps]
        is_verified = bool(verified[i]) and reached[2] is not None
        rows.append(
            Membership(
                person_id=person,
                body_id=body,
                organisation_id=organisation,
                applied_on=steps[0],
                registered_on=reached[1],
                verified_on=reached[2] if is_verified else None,
                active_on=reached[3] if is_verified and active[i] else None,
                left_on=on if left[i] and reached[3] else None,
            )
        )
    Membership.objects.bulk_create(rows, batch_size=5000)


def appoint(rng: Generator, on: date) -> None:
    """A chair for nineteen bodies in twenty; the others are vacant."""
    spans = list(BodySpan.objects.order_by("id").values_list("body", "valid_from"))
    people = list(Person.objects.order_by("id").values_list("pk", flat=True)[: len(spans)])
    posts = []
    for number, (body, since) in enumerate(spans):
        person = people[number % len(people)]
        holder = person if rng.random() < 0.95 else None
        start = max(since, on - timedelta(days=2 * YEAR))
        until = start + timedelta(days=3 * YEAR)
        posts.append(Post(body_id=body, title="chair", person_id=holder, valid_from=start, mandate_until=until))
    Post.objects.bulk_create(posts, batch_size=5000)
