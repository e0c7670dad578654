"""Of whom representatives consist and how long a mandate runs: what the rules ask before a ballot is printed."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lianxin.kit.refusals import Refused
from lianxin.registry.attributes import months_after
from lianxin.registry.models import Body, Post
from lianxin.rules.lookup import params_on
from lianxin.rules.sources import source_words

from ..models import Election, Mandate, Nominee
from ..offices import Office, offices, share_of

TERM_SLACK = timedelta(days=183)
"""A term may be this much longer or shorter than whole years: an election is not held on the day to the minute."""
TERMS = ("term_years", "other_term_years")


class StationMissing(Refused):
    text = _("State the place at work of every candidate: it is missing for %(number)s.")


class TooManyManagers(Refused):
    text = _(
        "At most %(most)s of %(seats)s representatives may be middle managers or above; %(stand)s stand or are in "
        "office. Source: %(source)s. Let somebody withdraw, or enter the reason."
    )


class FrontLineTooFew(Refused):
    text = _(
        "Front-line workers must be the majority; they are %(front)s of %(stand)s who stand or are in office. "
        "Source: %(source)s. Name more of them, or enter the reason."
    )


class UnusualTerm(Refused):
    text = _("A term of this body runs %(years)s years: let the mandate end between %(first)s and %(last)s.")


@dataclass(frozen=True, slots=True)
class Mix:
    """Places at work in the whole body: of whoever stands now, of other electing units, of who stays in office.

    seats : of all of them together. most_managers : so many of the seats may go to middle managers and above.
    """

    seats: int
    stand: int
    managers: int
    front_line: int
    unknown: int
    most_managers: int


def check_mix(held: Election, reason: str = "") -> Mix | None:
    """The mix of an election that has rules for it; None where there are none.

    Only what nobody gave a reason for is refused. Raises StationMissing, TooManyManagers, FrontLineTooFew.
    """
    mix = mix_of(held)
    if mix is None:
        return None
    if mix.unknown:
        raise StationMissing(held, number=mix.unknown)
    if reason:
        return mix
    if "managers" in held.terms and mix.managers > mix.most_managers:
        source = source_words(held.terms["managers"]["source"]) or "—"
        raise TooManyManagers(held, most=mix.most_managers, seats=mix.seats, stand=mix.managers, source=source)
    if "front_line" in held.terms and mix.front_line <= share_of(held.terms, "front_line") * mix.stand:
        source = source_words(held.terms["front_line"]["source"]) or "—"
        raise FrontLineTooFew(held, front=mix.front_line, stand=mix.stand, source=source)
    return mix


def mix_of(held: Election) -> Mix | None:
    """Count the places at work; None where no rule asks for them, or where the vote is on candidates of before."""
    if held.kind not in ("regular", "by_election") or not {"managers", "front_line"} & held.terms.keys():
        return None
    here = list(held.nominees.values_list("station", flat=True))
    units = Election.objects.filter(body=held.body_id, office=held.office, kind__in=("regular", "by_election"))
    units = units.exclude(pk=held.pk).exclude(step__in=("declared", "void", "stopped"))
    beside = list(Nominee.objects.filter(election__in=units).values_list("station", flat=True))
    staying = _staying(held)
    every = [*here, *beside, *staying]
    seats = held.seats + sum(units.values_list("seats", flat=True)) + len(staying)
    return Mix(
        seats=seats,
        stand=len([station for station in every if station]),
        managers=every.count("manager"),
        front_line=every.count("front_line"),
        unknown=here.count(""),
        most_managers=int(share_of(held.terms, "managers") * seats),
    )


def replaced(held: Election, day: date) -> list[Post]:
    """Posts that end when a regular election is declared: all of the office, or those of the electing unit."""
    post = offices()[held.office].post
    rows = Post.objects.filter(body=held.body_id, title=post, valid_until=None, valid_from__lte=day)
    if held.unit:
        rows = rows.filter(pk__in=Mandate.objects.filter(unit=held.unit).values("post"))
    return list(rows.order_by("pk"))


def check_term(body: Body, office: Office, until: date | None, day: date) -> None:
    """A mandate runs as long as a term of the line may; a whole committee's just as long. Raises UnusualTerm."""
    params = params_on(day)
    known = [params[code] for code in (f"{body.line.code}.{name}" for name in TERMS) if code in params]
    if until is None or not known or not office.post:
        return
    years = sorted({int(param.value) for param in known})  # type: ignore[arg-type]
    ends = [months_after(day, 12 * number) for number in years]
    if office.opens_term and not any(abs(until - end) <= TERM_SLACK for end in ends):
        words = {"years": " / ".join(map(str, years)), "first": ends[0] - TERM_SLACK, "last": ends[-1] + TERM_SLACK}
        raise UnusualTerm(body, **words)
    if not day < until <= ends[-1] + TERM_SLACK:
        raise UnusualTerm(body, years=" / ".join(map(str, years)), first=day, last=ends[-1] + TERM_SLACK)


def usual_end(body: Body, day: date) -> date | None:
    """When a mandate that begins on the day ends, where nobody said otherwise; None without a rule."""
    param = params_on(day).get(f"{body.line.code}.term_years")
    return months_after(day, 12 * int(param.value)) if param else None  # type: ignore[arg-type]


def _staying(held: Election) -> list[str]:
    """Places at work of those in office whom this election does not replace, as far as an election noted them."""
    post, day = offices()[held.office].post, held.begun_on
    going = {row.pk for row in replaced(held, day)} if held.kind == "regular" else set()
    open_posts = Q(valid_until=None) | Q(valid_until__gt=day)
    sitting = Post.objects.filter(open_posts, body=held.body_id, title=post, valid_from__lte=day)
    people = sitting.exclude(pk__in=going).exclude(person=None).values_list("person", flat=True)
    known = Nominee.objects.filter(election__body=held.body_id, election__office=held.office, is_elected=True)
    stations = dict(known.filter(person__in=list(people)).order_by("pk").values_list("person", "station"))
    return [stations.get(person, "") for person in people]
