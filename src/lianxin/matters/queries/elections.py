"""What pages, Today and the export read of elections."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from lianxin.kit.actor import Actor
from lianxin.kit.scope import Scope
from lianxin.kit.waiting import WaitingLine
from lianxin.registry.models import BodySpan
from lianxin.registry.models.imports import Import, seen_on
from lianxin.registry.scoping import scope_on
from lianxin.rules.sources import source_words

from ..election_words import GIVEN, KINDS, RECALLED, STAGE, STATIONS, STEPS, VERDICTS, office_name
from ..models import Ballot, Election
from ..offices import Size, offices
from ..operations.composition import Mix, mix_of
from ..operations.counting import agreed
from ..words import RATINGS

VIEW, RUN, COUNT = "matters.view_elections", "matters.run_election", "matters.count_ballots"
MOST = 200
LEVEL_WORDS = {str(6 - level): RATINGS[level] for level in (5, 4, 3, 2, 1)}
"""Keys of the five levels of a rating, the best first, as people read them."""
ROLL_SHOWN = 100


@dataclass(frozen=True, slots=True)
class ElectionLine:
    """One election in a list."""

    id: int
    body: int
    body_name: str
    name: str
    kind: str
    step: str
    step_word: str
    seats: int
    since: date
    is_over: bool


@dataclass(frozen=True, slots=True)
class NomineeLine:
    id: int
    key: str
    name: str
    station: str
    nominated_by: str
    is_elected: bool | None


@dataclass(frozen=True, slots=True)
class ElectorLine:
    id: int
    number: int
    name: str
    given: str


@dataclass(frozen=True, slots=True)
class BoxLine:
    """A box for paper. tellers : how many counted it; is_agreed : two came to the same."""

    id: int
    name: str
    tellers: int
    is_agreed: bool


@dataclass(frozen=True, slots=True)
class ResultLine:
    """What a candidate got. state : elected, tied, or neither."""

    key: str
    name: str
    approved: int
    against: int
    abstained: int
    state: str


@dataclass(frozen=True, slots=True)
class ResultPage:
    """A result as it is shown. levels : of a rating, each with its number and share; None where too few answered."""

    verdict: str
    verdict_word: str
    present: int
    eligible: int
    found: int
    valid: int
    invalid: int
    needed: int
    seats: int
    lines: tuple[ResultLine, ...]
    boxes: tuple[dict[str, Any], ...]
    codes: dict[str, Any]
    receipts: tuple[str, ...]
    is_rating: bool
    levels: tuple[tuple[str, int, str], ...] | None
    sources: tuple[str, ...]
    mix: tuple[tuple[str, int, str], ...]
    """Places at work of those elected: name, number, share."""


@dataclass(frozen=True, slots=True)
class ElectionPage:
    """The page of one election."""

    id: int
    line: ElectionLine
    unit: str
    stage: int
    days: tuple[tuple[str, date], ...]
    eligible: int | None
    roll: int
    roll_lines: tuple[ElectorLine, ...]
    has_names: bool
    given: tuple[tuple[str, int], ...]
    nominees: tuple[NomineeLine, ...]
    needed: int
    usual: tuple[Size, ...]
    terms: tuple[tuple[str, str, str], ...]
    deviation: str
    mix: Mix | None
    keys: int
    codes: int
    codes_used: int | None
    boxes: tuple[BoxLine, ...]
    result: ResultPage | None
    stopped_because: str
    link: str
    mandate_until: date | None
    can_run: bool
    can_count: bool
    open_seats: int

    @property
    def missing(self) -> int:
        """So many candidates are wanting before they can be made known."""
        return max(0, self.needed - len(self.nominees))


def election_lines(scope: Scope, *, show: str = "") -> list[ElectionLine]:
    """Elections of the scope, the newest first. show : open or over keeps those."""
    rows = Election.objects.within(scope)
    over = Q(step__in=("declared", "void", "stopped"))
    rows = rows.filter(over) if show == "over" else rows.exclude(over) if show == "open" else rows
    found = list(rows.order_by("-begun_on", "-pk")[:MOST])
    names = body_names({row.body_id for row in found}, scope.day)
    return [_line(row, names) for row in found]


def body_names(bodies: set[int], day: date) -> dict[int, str]:
    """Names of bodies on a day."""
    spans = BodySpan.objects.filter(seen_on(day, Import.hidden()), body__in=bodies)
    return dict(spans.values_list("body", "name"))


def name_of(row: Election) -> str:
    """What an election is called."""
    parts = [str(KINDS[row.kind])] if row.kind != "regular" else []
    parts += [office_name(row.office)] if row.office else []
    parts += (
        [_("Rating by representatives in %(year)s") % {"year": row.title.partition(" ")[0]}]
        if row.kind == "rating"
        else []
    )
    parts += [row.unit] if row.unit else []
    return " · ".join(parts[1:] if row.kind == "rating" else parts)


def _line(row: Election, names: dict[int, str]) -> ElectionLine:
    since = row.declared_on or row.counted_on or row.stopped_on or row.closed_on or row.opened_on or row.published_on
    return ElectionLine(
        id=row.pk,
        body=row.body_id,
        body_name=names.get(row.body_id, ""),
        name=name_of(row),
        kind=row.kind,
        step=row.step,
        step_word=str(STEPS[row.step]),
        seats=row.seats,
        since=since or row.roll_on or row.begun_on,
        is_over=not row.is_open,
    )


def candidates_of(election: Election) -> list[tuple[str, str]]:
    """Key and name of everybody on the ballot, in the order drawn."""
    if election.kind == "rating":
        return [(key, str(word)) for key, word in LEVEL_WORDS.items()]
    rows = election.nominees.select_related("person").exclude(key="")
    return [(row.key, row.person.name if row.person else row.label) for row in sorted(rows, key=lambda r: int(r.key))]


def election_page(row: Election, actor: Actor, day: date, name: str = "") -> ElectionPage:
    """Everything on the page of an election that lies in the scope; a constant number of queries.

    name : a part of a name, or a number, that is looked for on the roll.
    """
    from ..offices import least_candidates

    counts = row.electors.aggregate(
        all=Count("pk"), paper=Count("pk", filter=Q(given="paper")), code=Count("pk", filter=Q(given="code"))
    )
    codes = row.codes.aggregate(all=Count("pk"), used=Count("pk", filter=Q(is_used=True)))
    office = offices().get(row.office)
    usual = office.usual(row.body.line.code, row.eligible or counts["all"]) if office and row.kind == "regular" else []
    return ElectionPage(
        id=row.pk,
        line=_line(row, body_names({row.body_id}, day)),
        unit=row.unit,
        stage=STAGE[row.step],
        days=_days(row),
        eligible=row.eligible or row.entered_eligible,
        roll=counts["all"],
        roll_lines=_roll_lines(row, name),
        has_names=row.has_names,
        given=tuple((str(GIVEN[k]), counts[k]) for k in ("paper", "code") if counts[k]),
        nominees=_nominee_lines(row),
        needed=least_candidates(row.terms, row.seats),
        usual=tuple(usual),
        terms=tuple(
            (str(TERMS[k]), share_word(v["share"]), source_words(v["source"]))
            for k, v in row.terms.items()
            if k in TERMS and v["share"] != "0"
        ),
        deviation=row.deviation,
        mix=mix_of(row) if STAGE[row.step] in (1, 2) else None,
        keys=row.key_holders.count(),
        codes=codes["all"],
        codes_used=codes["used"] if row.step not in ("published", "voting") else None,
        boxes=tuple(
            BoxLine(box.pk, box.name, box.counts.count(), agreed(box) is not None) for box in row.boxes.order_by("name")
        ),
        result=result_page(row),
        stopped_because=row.stopped_because,
        link=str(row.link),
        mandate_until=row.mandate_until,
        can_run=Election.objects.within(scope_on(actor, RUN, day)).filter(pk=row.pk).exists(),
        can_count=Election.objects.within(scope_on(actor, COUNT, day)).filter(pk=row.pk).exists(),
        open_seats=_open_seats(row),
    )


def _open_seats(row: Election) -> int:
    """Seats that can be voted on again; none where that was begun, and none of a recall that was decided."""
    is_decided = row.kind == "recall" and row.step != "void"
    if is_decided or row.followed_by.exclude(step="stopped").exists():
        return 0
    return int((row.protocol or {}).get("result", {}).get("open_seats", 0))


def _days(row: Election) -> tuple[tuple[str, date], ...]:
    """The steps that were reached, each with its day."""
    days = (
        ("roll", row.roll_on),
        ("published", row.published_on),
        ("voting", row.opened_on),
        ("closed", row.closed_on),
        ("counted", row.counted_on),
        ("declared", row.declared_on),
        ("stopped", row.stopped_on),
    )
    return tuple((str(STEPS[code]), on) for code, on in days if on)


def _roll_lines(row: Election, name: str) -> tuple[ElectorLine, ...]:
    found = row.electors.select_related("person").order_by("number")
    if name:
        by_number = Q(number=int(name)) if name.isdecimal() and len(name) < 8 else Q()
        found = found.filter(Q(name__icontains=name) | Q(person__name__icontains=name) | by_number)
    shown = found[:ROLL_SHOWN]
    return tuple(ElectorLine(e.pk, e.number, e.person.name if e.person else e.name, str(GIVEN[e.given])) for e in shown)


def _nominee_lines(row: Election) -> tuple[NomineeLine, ...]:
    """In the order of the ballot, then as they were named."""
    found = row.nominees.select_related("person").order_by("pk")
    return tuple(
        NomineeLine(
            n.pk,
            n.key,
            n.person.name if n.person else n.label,
            str(STATIONS[n.station]) if n.station else "",
            n.nominated_by,
            n.is_elected,
        )
        for n in sorted(found, key=lambda n: (int(n.key or 0), n.pk))
    )


TERMS: dict[str, Any] = {
    "present": gettext_lazy("Least share who take part"),
    "votes": gettext_lazy("Approvals above this share of all who may vote"),
    "excess": gettext_lazy("Candidates above the seats by at least"),
    "callers": gettext_lazy("Least share who call for it"),
    "managers": gettext_lazy("Middle managers and above, at most"),
    "front_line": gettext_lazy("Front-line workers, more than"),
}


def candidates_lead(row: Election) -> str:
    """The list of candidates before its order is drawn: how many stand, of whom, how many are needed."""
    from ..offices import least_candidates

    needed, stand = least_candidates(row.terms, row.seats), row.nominees.count()
    said = _("%(stand)s stand for %(seats)s seats; at least %(needed)s are needed.") % {
        "stand": stand,
        "seats": row.seats,
        "needed": needed,
    }
    mix = mix_of(row)
    if mix is not None:
        words = {"managers": mix.managers, "most": mix.most_managers, "front": mix.front_line, "all": mix.stand}
        said += " " + _("Managers: %(managers)s of at most %(most)s. Front line: %(front)s of %(all)s.") % words
    return said + " " + _("The order is drawn by lot and then stays as it is.")


def close_lead(row: Election) -> str:
    """What closing the vote comes to; where codes were noted as handed out, that none may be missing there."""
    said = _("Nobody can vote any more afterwards, and it cannot be opened again.")
    noted = row.electors.filter(given="code").count()
    if not noted:
        return said
    told = _("%(n)s codes are noted as handed out: note the others first. More used codes than noted void the vote.")
    return f"{said} {told % {'n': noted}}"


def declare_lead(row: Election) -> str:
    """What follows in the registry from declaring the result."""
    elected = (row.protocol or {}).get("result", {}).get("elected", [])
    if row.kind == "rating":
        return _("The distribution is shown among the ratings of the body; no post changes.")
    if row.kind == "recall":
        recalled = _("The post is vacant from today; a by-election fills it.")
        return recalled if elected else _("Whoever was to be recalled stays in office; no post changes.")
    if not elected:
        return _("Nobody was elected: no post changes. Vote again on the open seats afterwards.")
    return _("Those elected take their posts in the registry today.")


def elected_mix(row: Election) -> tuple[tuple[str, int, str], ...]:
    """Places at work of those elected, each with its share, where a rule asks for them."""
    said = (row.protocol or {}).get("result", {}).get("elected", [])
    if not said or not {"managers", "front_line"} & row.terms.keys():
        return ()
    stations = dict(row.nominees.filter(key__in=said).values_list("key", "station"))
    counted = Counter(stations.get(key, "") for key in said)
    return tuple((str(STATIONS[code]), n, f"{n / len(said):.1%}") for code in STATIONS if (n := counted[code]))


def result_page(row: Election) -> ResultPage | None:
    """The result as it was counted; None before."""
    if row.protocol is None:
        return None
    protocol = row.protocol
    said, names = protocol["result"], protocol["candidates"]
    words = {**VERDICTS, **(RECALLED if row.kind == "recall" else {})}
    levels = protocol.get("levels")
    return ResultPage(
        verdict=said["verdict"],
        verdict_word=str(words[said["verdict"]]),
        present=said["present"],
        eligible=protocol["eligible"],
        found=said["found"],
        valid=said["valid"],
        invalid=said["invalid"],
        needed=said["needed"],
        seats=protocol["seats"],
        lines=tuple(
            ResultLine(
                line["key"],
                names.get(line["key"], line["key"].removeprefix("+")),
                line["approved"],
                line["against"],
                line["abstained"],
                "elected" if line["key"] in said["elected"] else "tied" if line["key"] in said["tied"] else "",
            )
            for line in said["lines"]
        ),
        boxes=tuple(protocol["boxes"]),
        codes=protocol["codes"],
        receipts=tuple(protocol["receipts"]),
        is_rating=row.kind == "rating",
        levels=_levels(levels) if levels else None,
        sources=tuple(dict.fromkeys(source_words(term["source"]) for term in row.terms.values() if term.get("source"))),
        mix=elected_mix(row),
    )


def _levels(levels: dict[str, int]) -> tuple[tuple[str, int, str], ...]:
    whole = sum(levels.values())
    return tuple((str(LEVEL_WORDS[key]), number, f"{number / whole:.0%}") for key, number in levels.items())


def share_word(share: str) -> str:
    """A share as people say it: in per cent where that is a whole number, else as the fraction it is."""
    parts = Fraction(share) * 100
    return f"{parts.numerator} %" if parts.denominator == 1 else share


def published(election: Election) -> dict[str, Any]:
    """Everything it takes to recompute the result: protocol, and the ballots cast with codes.

    Ballots come in the order of their random keys, which says nothing. `tools/recount.py` is a second road to the
    result.
    """
    rows = Ballot.objects.filter(election=election).order_by("pk").values("approved", "against")
    return {"format": "lianxin election 1", "title": election.title, **(election.protocol or {}), "ballots": list(rows)}


def election_waiting(actor: Actor, day: date) -> list[WaitingLine]:
    """The next step of every election that the actor runs."""
    if not actor.may(RUN, day):
        return []
    scope = scope_on(actor, RUN, day)
    rows = list(Election.objects.within(scope).exclude(step__in=("declared", "stopped")).order_by("begun_on")[:20])
    names = body_names({row.body_id for row in rows}, day)
    verbs = {
        "roll": _("Settle the roll"),
        "nomination": _("Settle the candidates"),
        "published": _("Open the vote"),
        "voting": _("Close the vote"),
        "closed": pgettext("votes", "Count"),
        "counted": _("Declare the result"),
        "void": _("Hold it again"),
    }
    return [
        WaitingLine(
            kind=str(KINDS["regular"]),
            icon="checkbox",
            title=names.get(row.body_id, ""),
            detail=f"{name_of(row)}: {STEPS[row.step]}",
            verb=verbs[row.step],
            url=reverse("matters:election", args=[row.pk]),
        )
        for row in rows
        if row.step != "void" or not row.followed_by.exclude(step="stopped").exists()
    ]
