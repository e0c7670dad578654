"""Matters with made-up histories, written as raw rows: what figures are counted from, and counted a second way."""

import random
from datetime import datetime, timedelta

from conftest import NOW
from lianxin.matters.models import CallBack, Dispatch, Event, Handler, Matter
from lianxin.matters.operations.kinds import current
from lianxin.matters.operations.runs import rebuild
from lianxin.matters.operations.steps import CONTACTED

KINDS = ("request", "request", "question", "complaint", "labour_dispute", "proposal", "referral")
SPAN_H = 24 * 200


def histories(count, bodies, area, *, seed=1, kinds=KINDS, until=NOW):
    """So many matters, each walked along steps of its kind at random until now."""
    dice = random.Random(seed)
    stored = {code: current(code, until) for code in set(kinds)}
    made = [_one(n, stored[dice.choice(kinds)], dice, bodies, area, until) for n in range(count)]
    rebuild(Matter.objects.filter(pk__in=[m.pk for m in made]).select_related("kind"))
    return made


def _one(n, stored, dice, bodies, area, until):
    kind, at = stored.kind, until - timedelta(hours=dice.uniform(1, SPAN_H))
    shut = stored.kind.level in ("C3", "C4")
    matter = Matter.objects.create(
        number=f"{area.pk}{stored.code[:6]}{dice.randrange(10**9)}",
        kind=stored,
        code=stored.code,
        level=stored.kind.level,
        way="web",
        area=area,
        body=None,
        state=kind.start,
        arrived_at=at,
        state_since=at,
    )
    _event(matter, 1, at, "opened", "", kind.start)
    if shut:
        Handler.objects.create(matter=matter, account=dice.choice(bodies)[1], is_lead=True, since=at)
    if shut or dice.random() < 0.1:
        matter.body = matter.first_body = dice.choice(bodies)[0]
    for seq in range(2, 2 + dice.choice((0, 3, 6, 9, 12))):
        steps = [s for s in kind.steps_from(matter.state) if not s.at_most or dice.random() < 0.5]
        at += timedelta(hours=dice.choice((0.3, 2, 20, 50, 200)) * dice.uniform(0.5, 1.5))
        if not steps or at > until:
            break
        step = dice.choice([s for s in steps if s.code not in ("withdraw", "merge")] or steps)
        _take(matter, kind, step, seq, at, dice, bodies)
    matter.save()
    return matter


def _take(matter, kind, step, seq, at, dice, bodies):
    was_open, end = matter.is_open, kind.state(step.target).is_end
    if "owner" in step.needs and matter.level not in ("C3", "C4"):
        Dispatch.objects.filter(matter=matter, objected_at__isnull=False, decided_at=None).update(
            decided_at=at, is_kept=False
        )
        matter.body = dice.choice(bodies)[0]
        matter.first_body = matter.first_body or matter.body
        Dispatch.objects.create(matter=matter, body=matter.body, at=at, by_label="x")
    elif step.code == "keep":
        matter.dispatches.filter(objected_at__isnull=False, decided_at=None).update(decided_at=at, is_kept=True)
    if step.code == "object" and (last := matter.dispatches.order_by("-at").first()):
        Dispatch.objects.filter(pk=last.pk).update(objected_at=at)
    matter.state, matter.state_since, matter.is_open = step.target, at, not end
    reached = CONTACTED | {s for clock in kind.clocks if clock.code == "contact" for s in clock.stops}
    if step.target in reached and step.target != "objected":
        matter.contacted_at = matter.contacted_at or at
    if "outcome" in step.needs or step.target == "answered":
        matter.answered_at = matter.answered_at or at
    if end:
        matter.closed_at = at
        _ask(matter, at, dice)
    elif not was_open:
        matter.closed_at, matter.reopened = None, matter.reopened + 1
    facts = {"amount": f"{dice.randint(1, 90) * 100:,}"} if step.target in ("agreed", "performed") else {}
    _event(matter, seq, at, "step", step.code, step.target, facts)


def _ask(matter, at, dice):
    for _try in range(dice.choice((0, 1, 2))):
        at += timedelta(hours=1)
        is_reached = dice.random() < 0.7 and at < NOW
        said = {"solved": dice.choice(("yes", "yes", "partly", "no", "")), "rating": dice.choice((None, 1, 3, 4, 5))}
        label = dice.choice(("样例人员", "样例人员", "requester"))
        is_reached = is_reached or label == "requester"
        if at < NOW:
            CallBack.objects.create(
                matter=matter, at=at, by_label=label, is_reached=is_reached, **(said if is_reached else {})
            )


def _event(matter, seq, at: datetime, act, step, state, facts=None):
    Event.objects.create(
        matter=matter,
        seq=seq,
        at=at,
        act=act,
        step=step,
        state=state,
        actor_kind="system",
        actor_label="test",
        facts=facts or {},
    )
