"""Full counts: say whom one is about and what counts as done; note a liaison."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.registry.models import Organisation
from lianxin.rules.catalogue import target_of
from lianxin.rules.lookup import params_on, read_rule
from lianxin.trail.operations import record

from ..models import Completeness, CountSet, Liaison

Aim = tuple[str, str, str]
"""Name, English name and rule of what must be done."""
MOST_AIMS = 6


class CountCodeTaken(Refused):
    text = _("A count with the code “%(code)s” exists already.")


class NoAim(Refused):
    text = _("A count needs at least one statement of what must be done for each organisation.")


class TooManyAims(Refused):
    text = _("A count has at most %(most)d such statements.")


class CountClosed(Refused):
    text = _("This count was closed on %(day)s. Open another one to count again.")


@transaction.atomic
def open_count(
    *,
    code: str,
    name: str,
    universe: str,
    aims: Sequence[Aim],
    on: date,
    actor: Actor,
    at: datetime,
    name_en: str = "",
    line: str = "",
    due_on: date | None = None,
) -> CountSet:
    """A full count: whom it is about, and its aims. Raises CountCodeTaken, NoAim, TooManyAims, Unreadable."""
    if CountSet.objects.filter(code=code).exists():
        raise CountCodeTaken(code=code)
    check_rules([universe], on)
    made = CountSet.objects.create(
        code=code, name=name, name_en=name_en, universe=universe, line=line, due_on=due_on, opened_on=on
    )
    _set_aims(made, aims, on)
    record("reach.count.opened", made, actor=actor, at=at, aims=len(aims))
    return made


@transaction.atomic
def change_count(
    *,
    count_set: CountSet,
    name: str,
    universe: str,
    aims: Sequence[Aim],
    on: date,
    actor: Actor,
    at: datetime,
    due_on: date | None = None,
) -> None:
    """Say anew whom it is about and what must be done. Raises CountClosed, NoAim, TooManyAims, Unreadable."""
    if count_set.closed_on:
        raise CountClosed(count_set, day=count_set.closed_on)
    check_rules([universe], on)
    count_set.name, count_set.universe, count_set.due_on = name, universe, due_on
    count_set.save(update_fields=["name", "universe", "due_on"])
    _set_aims(count_set, aims, on)
    record("reach.count.changed", count_set, actor=actor, at=at, aims=len(aims))


@transaction.atomic
def close_count(*, count_set: CountSet, on: date, actor: Actor, at: datetime) -> None:
    """The count is over; its page stays. Raises CountClosed."""
    if not CountSet.objects.filter(pk=count_set.pk, closed_on=None).update(closed_on=on):
        raise CountClosed(count_set, day=count_set.closed_on or on)
    record("reach.count.closed", count_set, actor=actor, at=at, day=on.isoformat())


def check_rules(texts: Iterable[str], day: date) -> None:
    """Raises Unreadable."""
    vocabulary, params = target_of("counted").vocabulary(), params_on(day)
    for text in texts:
        read_rule(text, vocabulary, params)


def _set_aims(count_set: CountSet, aims: Sequence[Aim], day: date) -> None:
    if not aims:
        raise NoAim()
    if len(aims) > MOST_AIMS:
        raise TooManyAims(most=MOST_AIMS)
    check_rules((rule for _name, _en, rule in aims), day)
    count_set.aims.all().delete()
    Completeness.objects.bulk_create(
        Completeness(count_set=count_set, position=n, name=name, name_en=en, rule=rule)
        for n, (name, en, rule) in enumerate(aims, 1)
    )


@transaction.atomic
def name_liaison(*, organisation: Organisation, line: str, day: date, actor: Actor, at: datetime) -> Liaison:
    """The organisation has named somebody for the line. A second time nothing changes."""
    made, is_new = Liaison.objects.get_or_create(
        organisation=organisation, line=line, valid_until=None, defaults={"valid_from": day}
    )
    if is_new:
        record("reach.liaison.named", organisation, actor=actor, at=at, day=day.isoformat(), line=line)
    return made


@transaction.atomic
def end_liaison(*, organisation: Organisation, line: str, day: date, actor: Actor, at: datetime) -> None:
    """Nobody is named any more. Nothing to end: nothing happens."""
    ended = 0
    for row in Liaison.objects.select_for_update().filter(organisation=organisation, line=line, valid_until=None):
        row.valid_until = max(day, row.valid_from)
        row.save(update_fields=["valid_until"])
        ended += 1
    if ended:
        record("reach.liaison.ended", organisation, actor=actor, at=at, day=day.isoformat(), line=line)
