"""Rounds of inspections: planned with a draw, opened, closed."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import numpy as np
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.clock import day_of
from lianxin.kit.refusals import Refused
from lianxin.places.models import Area
from lianxin.registry.models import Body, Line, OrganisationSpan
from lianxin.registry.models.imports import Import, seen_on
from lianxin.trail.operations import record
from lianxin_methods.rounds.draw import Draw, TooManyPriorities, draw

from ..models import Listed, Round, RoundFrame, RoundPartner, StoredList
from .opening import Given, open_matter
from .priorities import Candidate, candidates, weighed
from .steps import With, take_step

MOST = 400
"""Organisations that one round may go to."""


class NobodyThere(Refused):
    text = _("No organisation here fits. Choose a larger area or a smaller least size.")


class TooMany(Refused):
    text = _("A round goes to at most %(most)s organisations. Make several rounds of it.")


class MoreThanThereAre(Refused):
    text = _("There are %(frame)s organisations to choose from, fewer than the %(wanted)s wanted.")


class PrioritiesFirst(Refused):
    text = _(
        "%(priorities)s organisations have a major finding that nobody has seen mended: they come first. "
        "Plan a round of at least %(needed)s."
    )


class NoLists(Refused):
    text = _("Choose at least one check list.")


class NotPlanned(Refused):
    text = _("This round was started or dropped already.")


class NotOpen(Refused):
    text = _("This round is not under way.")


class StillToVisit(Refused):
    text = _("%(n)s organisations of this round were neither inspected nor cancelled. Finish these first.")


@dataclass(frozen=True, slots=True)
class Plan:
    """A round as it is wanted.

    wanted : how many are drawn. organisations : chosen by hand, in place of a draw. partners : body -> families.
    """

    title: str
    area: Area
    lists: Sequence[StoredList]
    starts_on: date
    ends_on: date
    line: Line | None = None
    body: Body | None = None
    wanted: int = 0
    least_headcount: int = 0
    is_announced: bool = True
    organisations: Sequence[int] = ()
    partners: Mapping[Body, Sequence[str]] = field(default_factory=dict)


@transaction.atomic
def plan_round(*, plan: Plan, actor: Actor, at: datetime, seed: int | None = None) -> Round:
    """Draw a round, or take the list chosen by hand. The draw is made once: it is not repeated until it pleases.

    seed : for a demonstration or a public draw; else made at random and kept.
    Raises NoLists, NobodyThere, TooMany, MoreThanThereAre, PrioritiesFirst.
    """
    if not plan.lists:
        raise NoLists()
    made = _round(plan, at)
    if plan.organisations:
        _choose(made, plan, day_of(at))
    else:
        _draw(made, plan, day_of(at), secrets.randbelow(2**53) if seed is None else seed)
    made.lists.set(plan.lists)
    for body, families in plan.partners.items():
        RoundPartner.objects.create(round=made, body=body, families=sorted(families))
    facts = {"way": made.way, "listed": made.wanted, "frame": made.frame_size}
    record("matters.round.planned", made, actor=actor, at=at, **facts)
    return made


def _round(plan: Plan, at: datetime) -> Round:
    return Round(
        title=plan.title,
        line=plan.line,
        area=plan.area,
        body=plan.body,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        way="chosen" if plan.organisations else "drawn",
        wanted=len(plan.organisations) or plan.wanted,
        least_headcount=plan.least_headcount,
        is_announced=plan.is_announced,
        made_at=at,
    )


def _choose(made: Round, plan: Plan, day: date) -> None:
    chosen = list(dict.fromkeys(plan.organisations))
    if len(chosen) > MOST:
        raise TooMany(most=MOST)
    spans = OrganisationSpan.objects.filter(seen_on(day, Import.hidden()), organisation__in=chosen)
    sizes = dict(spans.values_list("organisation", "headcount"))
    if not sizes:
        raise NobodyThere()
    found = weighed({pk: sizes[pk] for pk in chosen if pk in sizes}, day)
    made.wanted = made.frame_size = len(found)
    made.save()
    _list(made, [(c, None) for c in found])


def _draw(made: Round, plan: Plan, day: date, seed: int) -> None:
    if plan.wanted > MOST:
        raise TooMany(most=MOST)
    frame = candidates(plan.area, day, plan.least_headcount)
    if not frame:
        raise NobodyThere()
    if plan.wanted > len(frame):
        raise MoreThanThereAre(frame=len(frame), wanted=plan.wanted)
    found = drawn_from([(c.size, c.is_priority) for c in frame], plan.wanted, seed)
    made.frame_size, made.seed, made.method = len(frame), seed, found.method
    made.certain = int((found.probabilities >= 1).sum())
    made.save()
    rows = [[c.organisation, c.size, c.is_priority] for c in frame]
    RoundFrame.objects.create(round=made, rows=rows)
    _list(made, [(frame[i], float(found.probabilities[i])) for i in found.chosen])


def drawn_from(frame: Sequence[tuple[int, bool]], wanted: int, seed: int) -> Draw:
    """The draw of a frame of sizes and priorities. Raises PrioritiesFirst."""
    sizes = np.array([size for size, _must in frame], dtype=np.float64)
    must = np.array([is_must for _size, is_must in frame], dtype=np.bool_)
    try:
        return draw(sizes, must, wanted, seed=seed)
    except TooManyPriorities as error:
        raise PrioritiesFirst(priorities=error.priorities, needed=error.needed) from error


def _list(made: Round, rows: Sequence[tuple[Candidate, float | None]]) -> None:
    Listed.objects.bulk_create(
        Listed(round=made, organisation_id=c.organisation, probability=p, reasons=list(c.reasons)) for c, p in rows
    )


@transaction.atomic
def open_round(*, held: Round, actor: Actor, at: datetime) -> Round:
    """Start a round: each organisation on the list becomes a matter, told of where the round is announced.

    Raises NotPlanned.
    """
    found = Round.objects.select_for_update(of=("self",)).select_related("area", "body", "line").get(pk=held.pk)
    if found.state != "planned":
        raise NotPlanned(found)
    found.state = "open"
    found.save(update_fields=["state"])
    rows = list(found.listed.select_related("organisation").order_by("pk"))
    day = day_of(at)
    spans = OrganisationSpan.objects.filter(
        seen_on(day, Import.hidden()), organisation__in=[r.organisation_id for r in rows]
    )
    by_organisation = {s.organisation_id: s for s in spans.select_related("area")}
    for row in rows:
        _open_one(found, row, by_organisation.get(row.organisation_id), actor, at)
    record("matters.round.opened", found, actor=actor, at=at, listed=len(rows))
    return found


def _open_one(held: Round, row: Listed, span: OrganisationSpan | None, actor: Actor, at: datetime) -> None:
    name = span.name if span else ""
    given = Given(
        words=f"{held.title}：{name}".rstrip("："),
        title=name or held.title,
        way="inspection",
        code="inspection",
        level="C1",
        area=span.area if span else held.area,
        line=held.line,
        body=held.body,
        organisation=row.organisation,
        accused=row.organisation,
        key=f"inspection:{row.pk}",
    )
    row.matter = open_matter(given=given, actor=actor, at=at).matter
    row.save(update_fields=["matter"])
    if held.is_announced and actor.kind == "account":
        take_step(matter=row.matter, code="announce", actor=actor, at=at)


@transaction.atomic
def drop_round(*, held: Round, actor: Actor, at: datetime) -> Round:
    """Give up a round that was not started; that it was drawn stays on record. Raises NotPlanned."""
    found = Round.objects.select_for_update(of=("self",)).get(pk=held.pk)
    if found.state != "planned":
        raise NotPlanned(found)
    found.state, found.closed_at = "dropped", at
    found.save(update_fields=["state", "closed_at"])
    record("matters.round.dropped", found, actor=actor, at=at)
    return found


@transaction.atomic
def cancel_inspection(*, listed: Listed, reason: str, actor: Actor, at: datetime) -> None:
    """Leave an organisation out, with the reason: moved away, closed. Raises NotOpen and what `take_step` raises."""
    if listed.matter is None:
        raise NotOpen(listed)
    take_step(matter=listed.matter, code="cancel", actor=actor, at=at, given=With(note=reason))


@transaction.atomic
def close_round(*, held: Round, actor: Actor, at: datetime) -> Round:
    """Nothing more is to be inspected; findings go on by themselves. Raises NotOpen, StillToVisit."""
    found = Round.objects.select_for_update(of=("self",)).get(pk=held.pk)
    if found.state != "open":
        raise NotOpen(found)
    left = found.listed.filter(matter__is_open=True).count()
    if left:
        raise StillToVisit(n=left)
    found.state, found.closed_at = "closed", at
    found.save(update_fields=["state", "closed_at"])
    record("matters.round.closed", found, actor=actor, at=at)
    return found
