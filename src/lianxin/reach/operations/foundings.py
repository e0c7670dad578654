"""Foundings, step by step: talk, preparation group, request, answer of the body above, election."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.access.models import Account, Grant
from lianxin.kit.actor import Actor
from lianxin.kit.clock import day_of
from lianxin.kit.refusals import Refused
from lianxin.places.models import Area, Site
from lianxin.registry.models import Body, BodySpan, Line, Organisation
from lianxin.trail.operations import record

from ..clocks import Clocks
from ..models import Decision, Founder, Founding, Handler, Party


class NotAHandler(Refused):
    text = _("Only the named handlers work on this founding.")
    status = 404


class WrongStep(Refused):
    text = _("This founding has moved on since. Open it again and look at where it stands.")


class FoundingNameMissing(Refused):
    text = _("The body to be founded needs a name. A working name will do; it can be changed until registration.")


class EmployersSide(Refused):
    text = _("This account acts for one of the employers. Somebody else must handle the founding.")


class LastHandler(Refused):
    text = _("This is the last handler. Name another one first, else nobody can go on.")


class OwnIsForOne(Refused):
    text = _("A body of one employer is for exactly one organisation. Choose the joint form for several.")


class JointIsForSeveral(Refused):
    text = _("A joint body is for two organisations or more. Add another one first.")


class SiteNotChosen(Refused):
    text = _("A site-based body needs its building, park or business area.")


class UpperMissing(Refused):
    text = _("Please say which body above is to approve it.")


class UpperOfOtherLine(Refused):
    text = _("The body above belongs to another line, or does not exist on %(day)s.")


class NobodyInGroup(Refused):
    text = _("The preparation group has no members yet. Enter at least one who agreed.")


class AlreadyParty(Refused):
    text = _("This organisation is part of the founding already.")


class AskedYourself(Refused):
    text = _("Whoever asked for approval, or handles the founding, does not answer. Leave it to a colleague.")


class ReasonMissing(Refused):
    text = _("Please say why, so that the people below know what to mend.")


class TooFewPresent(Refused):
    text = _("%(present)d of %(eligible)d came; the election needs at least %(share)s of them.")


class MorePresentThanEligible(Refused):
    text = _("More people came than could vote. Please check the two numbers.")


class TooFewVotes(Refused):
    text = _("%(votes)d votes are not enough: more than %(share)s of the %(eligible)d who could vote are needed.")


class NobodyElected(Refused):
    text = _("Nobody was elected. Enter who was chosen for which post.")


def handled(founding: Founding, actor: Actor, *steps: str) -> Founding:
    """The founding, locked, for one of its handlers; `steps` are those at which the act makes sense.

    The installation itself (a seed, a job) works without being named. Raises NotAHandler, WrongStep.
    """
    held = Founding.objects.select_for_update().get(pk=founding.pk)
    if actor.kind != "system" and not held.handlers.filter(account=actor.id, until=None).exists():
        raise NotAHandler(held)
    if steps and held.step not in steps:
        raise WrongStep(held)
    return held


OPEN = ("talks", "preparing", "submitted", "approved", "elected")


@transaction.atomic
def start_founding(
    *,
    line: Line,
    form: str,
    kind: str,
    name: str,
    area: Area,
    day: date,
    actor: Actor,
    at: datetime,
    site: Site | None = None,
    upper: Body | None = None,
    organisations: Iterable[Organisation] = (),
    is_guarded: bool = True,
    why: str = "",
) -> Founding:
    """First talk: who it would be for. Whoever starts it is its first handler.

    Raises FoundingNameMissing, SiteNotChosen, UpperOfOtherLine, OwnIsForOne, EmployersSide.
    """
    given = list(organisations)
    if form == "own" and len(given) > 1:
        raise OwnIsForOne()
    if form == "site" and site is None:
        raise SiteNotChosen()
    made = Founding.objects.create(
        line=line,
        form=form,
        kind=kind,
        name=_named(name),
        area=area,
        site=site,
        upper=_upper(upper, line, day),
        is_guarded=is_guarded,
        why=why,
        begun_on=day,
    )
    Party.objects.bulk_create([Party(founding=made, organisation=o, joined_on=day) for o in given])
    if actor.kind == "account":
        refuse_employers_side(made, actor.id, day)
        Handler.objects.create(founding=made, account_id=actor.id, since=day)
    record("reach.founding.started", made, actor=actor, at=at, line=line.pk, area=area.pk, parties=len(given))
    return made


@transaction.atomic
def change_founding(
    *,
    founding: Founding,
    name: str,
    kind: str,
    upper: Body | None,
    is_guarded: bool,
    actor: Actor,
    at: datetime,
) -> Founding:
    """Another working name, kind, body above, or guard. Raises what `handled` raises and UpperOfOtherLine."""
    held = handled(founding, actor, "talks", "preparing", "approved", "elected")
    if held.step in ("approved", "elected"):
        upper = held.upper  # who approved it stays
    held.name, held.kind, held.is_guarded = _named(name), kind, is_guarded
    held.upper = _upper(upper, held.line, day_of(at))
    held.save(update_fields=["name", "kind", "is_guarded", "upper"])
    record("reach.founding.changed", held, actor=actor, at=at)
    return held


@transaction.atomic
def name_handler(*, founding: Founding, account: Account, actor: Actor, at: datetime) -> Handler:
    """One more person sees and handles it. Raises NotAHandler, EmployersSide."""
    held, day = handled(founding, actor), day_of(at)
    refuse_employers_side(held, account.pk, day)
    made, is_new = Handler.objects.get_or_create(founding=held, account=account, until=None, defaults={"since": day})
    if is_new:
        record("reach.handler.named", held, actor=actor, at=at, account=account.pk)
    return made


@transaction.atomic
def release_handler(*, handler: Handler, actor: Actor, at: datetime) -> None:
    """From today the person sees no more of it than others. Raises NotAHandler, LastHandler."""
    held = handled(handler.founding, actor)
    if held.is_open and not held.handlers.filter(until=None).exclude(pk=handler.pk).exists():
        raise LastHandler(held)
    Handler.objects.filter(pk=handler.pk, until=None).update(until=day_of(at))
    record("reach.handler.released", held, actor=actor, at=at, account=handler.account_id)


@transaction.atomic
def add_party(*, founding: Founding, organisation: Organisation, actor: Actor, at: datetime) -> Party:
    """Its people join in. Raises NotAHandler, WrongStep, AlreadyParty, OwnIsForOne, EmployersSide."""
    held, day = handled(founding, actor, "talks", "preparing"), day_of(at)
    if held.parties.filter(organisation=organisation).exists():
        raise AlreadyParty(organisation)
    if held.form == "own" and held.parties.exists():
        raise OwnIsForOne(held)
    made = Party.objects.create(founding=held, organisation=organisation, joined_on=day)
    for account in held.handlers.filter(until=None).values_list("account", flat=True):
        refuse_employers_side(held, account, day)
    record("reach.party.added", held, actor=actor, at=at, organisation=organisation.pk)
    return made


@transaction.atomic
def drop_party(*, party: Party, actor: Actor, at: datetime) -> None:
    """Its people do not join in after all. Raises NotAHandler, WrongStep."""
    held = handled(party.founding, actor, "talks", "preparing")
    party.delete()
    record("reach.party.dropped", held, actor=actor, at=at, organisation=party.organisation_id)


@transaction.atomic
def form_group(*, founding: Founding, day: date, actor: Actor, at: datetime) -> Founding:
    """The preparation group is formed. Raises what `handled` raises and NobodyInGroup."""
    held = handled(founding, actor, "talks")
    if not held.founders.exclude(part="member").exists():
        raise NobodyInGroup(held)
    return _move(held, "preparing", "reach.founding.prepared", actor, at, prepared_on=day)


@transaction.atomic
def ask_approval(*, founding: Founding, day: date, actor: Actor, at: datetime) -> Founding:
    """Ask the body above. Raises what `handled` raises, UpperMissing, OwnIsForOne, JointIsForSeveral."""
    held = handled(founding, actor, "preparing")
    if held.upper_id is None:
        raise UpperMissing(held)
    parties = held.parties.count()
    if held.form == "own" and parties != 1:
        raise OwnIsForOne(held)
    if held.form == "joint" and parties < 2:
        raise JointIsForSeveral(held)
    held.submitted_by = actor.id if actor.kind == "account" else 0
    held.save(update_fields=["submitted_by"])
    return _move(held, "submitted", "reach.founding.submitted", actor, at, submitted_on=day)


@transaction.atomic
def answer_request(
    *, founding: Founding, is_approved: bool, reason: str, day: date, actor: Actor, at: datetime
) -> Decision:
    """The body above approves, or sends it back with the reason: it is at its preparation again.

    Raises WrongStep, AskedYourself, ReasonMissing.
    """
    held = Founding.objects.select_for_update().get(pk=founding.pk)
    if held.step != "submitted":
        raise WrongStep(held)
    is_handler = held.handlers.filter(account=actor.id, until=None).exists()
    if actor.kind == "account" and (held.submitted_by == actor.id or is_handler):
        raise AskedYourself(held)
    if not is_approved and not reason.strip():
        raise ReasonMissing(held)
    made = Decision.objects.create(
        founding=held,
        asked_on=held.submitted_on or day,
        answered_on=day,
        is_approved=is_approved,
        reason=reason.strip(),
        answered_by=actor.label[:100],
    )
    if is_approved:
        _move(held, "approved", "reach.founding.approved", actor, at, approved_on=day)
    else:
        _move(held, "preparing", "reach.founding.sent_back", actor, at)
    return made


@dataclass(frozen=True, slots=True)
class Elected:
    """Who was chosen for which post, with how many votes; None where they were not counted one by one."""

    title: str
    votes: int | None = None


@transaction.atomic
def enter_election(
    *,
    founding: Founding,
    day: date,
    eligible: int,
    present: int,
    elected: Mapping[UUID, Elected],
    actor: Actor,
    at: datetime,
) -> Founding:
    """The election was held. `elected`: id of a founder -> post.

    Raises what `handled` raises, NobodyElected, MorePresentThanEligible, TooFewPresent, TooFewVotes.
    """
    held = handled(founding, actor, "approved")
    if not elected:
        raise NobodyElected(held)
    check_election(day, eligible, present, [e.votes for e in elected.values() if e.votes is not None])
    for pk, chosen in elected.items():
        Founder.objects.filter(founding=held, pk=pk).update(title=chosen.title)
    held.eligible, held.present = eligible, present
    held.save(update_fields=["eligible", "present"])
    return _move(held, "elected", "reach.founding.elected", actor, at, elected_on=day)


def check_election(day: date, eligible: int, present: int, votes: Iterable[int]) -> None:
    """Enough people came and voted, by the parameters of the day.

    Raises MorePresentThanEligible, TooFewPresent, TooFewVotes.
    """
    values = Clocks.on(day).values
    if present > eligible:
        raise MorePresentThanEligible()
    came, needed = values.get("election.present_share"), values.get("election.votes_share")
    if came is not None and present < came * eligible:
        raise TooFewPresent(present=present, eligible=eligible, share=f"{came:.0%}")
    for count in votes:
        if needed is not None and count <= needed * eligible:
            raise TooFewVotes(votes=count, eligible=eligible, share=f"{needed:.0%}")


@transaction.atomic
def stop_founding(*, founding: Founding, reason: str, day: date, actor: Actor, at: datetime) -> Founding:
    """Nothing comes of it. What was known of the founders is deleted at once. Raises what `handled` raises."""
    held = handled(founding, actor, *OPEN)
    held.founders.all().delete()
    held.stopped_because = reason.strip()[:200]
    held.save(update_fields=["stopped_because"])
    return _move(held, "stopped", "reach.founding.stopped", actor, at, stopped_on=day)


def refuse_employers_side(founding: Founding, account: int, day: date) -> None:
    """Raise EmployersSide where an account holds a grant on one of the organisations concerned."""
    parties = founding.parties.values("organisation")
    if Grant.objects.on(day).filter(account=account, node__kind="organisation", node__ref__in=parties).exists():
        raise EmployersSide(founding)


def _move(held: Founding, step: str, act: str, actor: Actor, at: datetime, **days: date) -> Founding:
    held.step = step
    for field, day in days.items():
        setattr(held, field, day)
    held.save(update_fields=["step", *days])
    record(act, held, actor=actor, at=at, **{field: day.isoformat() for field, day in days.items()})
    return held


def _named(name: str) -> str:
    kept = " ".join(name.split())
    if not kept:
        raise FoundingNameMissing()
    return kept


def _upper(upper: Body | None, line: Line, day: date) -> Body | None:
    if upper is not None:
        is_there = BodySpan.objects.on(day).filter(body=upper).exists()
        if upper.line_id != line.pk or not is_there:
            raise UpperOfOtherLine(upper, day=day)
    return upper
