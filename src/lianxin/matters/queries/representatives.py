"""What pages read of representatives: mandates, electors as numbers, meetings, proposals and their answers."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from lianxin.kit.actor import Actor
from lianxin.kit.clock import day_of
from lianxin.kit.scope import Scope
from lianxin.kit.waiting import WaitingLine
from lianxin.places.models import Area
from lianxin.registry.attributes import months_after
from lianxin.registry.models import BodySpan, Consent, Membership, Post
from lianxin.registry.models.imports import Import, seen_on
from lianxin.registry.scoping import scope_on
from lianxin.rules.lookup import params_on

from ..kinds import Kind, State, Step
from ..models import Election, Event, JointGroup, Mandate, Proposal, RepresentativeMeeting
from .elections import body_names, name_of, result_page

VIEW, LEAD, REPRESENT = "matters.view_representatives", "matters.lead_representatives", "matters.represent"
MOST = 300
CONTACTED = 100
CONTACT_PURPOSE = "activity_news"
"""Electors who agreed to it may be written to by their representative, through the body."""
ENDS_SOON = timedelta(days=183)
"""A mandate that ends within it is shown with the time that is left."""
ANSWERED = ("answer", "carried", "note", "refuse")
"""Steps whose words the public list shows: the answer, whether it was carried out, why not."""


WHY = {"rule": gettext_lazy("By this rule: "), "right_door": gettext_lazy("Where to go instead: ")}
"""What is told with a proposal that was not taken up."""
OWN_STEPS = ("satisfied", "not_satisfied", "note", "withdraw")
"""What an author may do with an own proposal, in this order."""


@dataclass(frozen=True, slots=True)
class MandateLine:
    """A representative of a body. mandate : 0 where nothing was noted yet; until : when the mandate ends."""

    post: int
    mandate: int
    name: str
    body: int
    body_name: str
    unit: str
    group: str
    since: date
    until: date | None
    is_mine: bool
    is_ending: bool = False


@dataclass(frozen=True, slots=True)
class VacantSeat:
    """A seat of a representative that nobody holds. due_on : by when somebody is to be elected."""

    body: int
    body_name: str
    unit: str
    since: date
    due_on: date | None


@dataclass(frozen=True, slots=True)
class GroupLine:
    id: int
    name: str
    people: int
    met: int


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """A proposal in a list. answers : what was answered and done, each with its day and words, the newest last."""

    id: int
    number: str
    title: str
    body_name: str
    author: str
    state: str
    seconders: int
    put_on: date
    is_open: bool
    is_shown: bool
    is_carried: bool
    answers: tuple[tuple[str, date, str], ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class MeetingLine:
    held_on: date
    topic: str
    place: str
    present: int


@dataclass(frozen=True, slots=True)
class MandatePage:
    """The desk of one representative. electors : how many; contacts : those who agreed to be written to."""

    line: MandateLine
    electors: int
    contacts: tuple[str, ...]
    meetings: tuple[MeetingLine, ...]
    proposals: tuple[ProposalLine, ...]
    others: tuple[ProposalLine, ...]
    """Proposals of others that seek seconders and were not seconded by this one."""
    group: int


@dataclass(frozen=True, slots=True)
class GroupPage:
    """A joint group: who belongs to it, what it met about, what its representatives proposed."""

    id: int
    name: str
    members: tuple[MandateLine, ...]
    meetings: tuple[MeetingLine, ...]
    proposals: tuple[ProposalLine, ...]


@dataclass(frozen=True, slots=True)
class RatingLine:
    """A yearly rating of a body; levels, each with number and share, None where too few answered."""

    election: int
    body_name: str
    title: str
    on: date | None
    valid: int
    eligible: int
    levels: tuple[tuple[str, int, str], ...] | None


@dataclass(frozen=True, slots=True)
class ProposalPage:
    line: ProposalLine
    words: str
    events: tuple[tuple[date, str, str], ...]
    seconders: tuple[str, ...]
    needed: int
    lacking: int
    """How many still have to second it; 0 when it no longer seeks them."""
    steps: tuple[tuple[str, str], ...]
    """Code and name of what the author may do now."""
    is_author: bool
    may_second: int
    """The own mandate to second it with, 0 for none."""
    may_be_shown: bool
    can_lead: bool
    matter: int


def mandate_lines(scope: Scope, account: int, *, own: bool = False) -> list[MandateLine]:
    """Representatives of the scope on its day, the own first; those whose post runs only."""
    spans = BodySpan.objects.filter(seen_on(scope.day, Import.hidden())).within(scope)
    posts = Post.objects.on(scope.day).filter(title="representative", body__in=spans.values("body"))
    posts = posts.exclude(person=None).select_related("person").order_by("body", "person__name", "pk")
    if own:
        posts = posts.filter(pk__in=Mandate.objects.filter(account=account).values("post"))
    rows = list(posts[:MOST])
    noted = {m.post_id: m for m in Mandate.objects.filter(post__in=[p.pk for p in rows]).select_related("group")}
    names = body_names({p.body_id for p in rows}, scope.day)
    lines = [_mandate_line(p, noted.get(p.pk), names, account, scope.day) for p in rows]
    return sorted(lines, key=lambda line: not line.is_mine)


def _mandate_line(post: Post, row: Mandate | None, names: dict[int, str], account: int, day: date) -> MandateLine:
    return MandateLine(
        post=post.pk,
        mandate=row.pk if row else 0,
        name=post.person.name if post.person else "",
        body=post.body_id,
        body_name=names.get(post.body_id, ""),
        unit=row.unit if row else "",
        group=row.group.name if row and row.group else "",
        since=post.valid_from,
        until=post.mandate_until,
        is_mine=bool(row and row.account_id == account),
        is_ending=post.mandate_until is not None and post.mandate_until - day <= ENDS_SOON,
    )


def vacant_seats(scope: Scope) -> list[VacantSeat]:
    """Seats of representatives that nobody holds on the day, the longest vacant first."""
    spans = BodySpan.objects.filter(seen_on(scope.day, Import.hidden())).within(scope)
    posts = Post.objects.on(scope.day).filter(title="representative", person=None, body__in=spans.values("body"))
    rows = list(posts.order_by("valid_from", "pk")[:MOST])
    units = dict(Mandate.objects.filter(post__in=[p.pk for p in rows]).values_list("post", "unit"))
    names = body_names({p.body_id for p in rows}, scope.day)
    months = params_on(scope.day).get("election.by_election_months")
    return [
        VacantSeat(
            body=p.body_id,
            body_name=names.get(p.body_id, ""),
            unit=units.get(p.pk, ""),
            since=p.valid_from,
            due_on=months_after(p.valid_from, int(months.value)) if months else None,  # type: ignore[arg-type]
        )
        for p in rows
    ]


def mandate_page(row: Mandate, account: int, day: date) -> MandatePage:
    """The desk of a representative, whose own it is."""
    body = row.post.body_id
    names = body_names({body}, day)
    members = Membership.objects.filter(body=body, left_on=None, registered_on__lte=day).exclude(person=row.post.person)
    agreed = Consent.objects.filter(purpose__code=CONTACT_PURPOSE, is_given=True, withdrawn_on=None)
    willing = members.filter(person__in=agreed.values("person")).order_by("person__name", "pk")
    own = Proposal.objects.filter(author__post__body=body, author__post__person=row.post.person)
    seeking = Proposal.objects.filter(matter__state="seconding", author__post__body=body).exclude(
        pk__in=own.values("pk")
    )
    seeking = seeking.exclude(seconders__mandate=row)
    return MandatePage(
        line=_mandate_line(row.post, row, names, account, day),
        electors=row.electors or members.values("person").distinct().count(),
        contacts=tuple(willing.values_list("person__name", flat=True)[:CONTACTED]),
        meetings=_meeting_lines(row.meetings.all()),
        proposals=tuple(proposal_lines(own, day)),
        others=tuple(proposal_lines(seeking, day)),
        group=row.group_id or 0,
    )


def _meeting_lines(rows: "QuerySet[RepresentativeMeeting]") -> tuple[MeetingLine, ...]:
    found = rows.order_by("-held_on", "-pk")[:50]
    return tuple(MeetingLine(m.held_on, m.topic, m.place, m.present) for m in found)


def groups_within(scope: Scope, account: int) -> "QuerySet[JointGroup]":
    """Joint groups of the areas of the scope, and those the reader belongs to."""
    own = Mandate.objects.filter(account=account).exclude(group=None).values("group")
    reached = Q(area__in=Area.objects.within(scope).values("pk")) | Q(pk__in=own)
    return JointGroup.objects.on(scope.day).filter(reached)


def group_page(row: JointGroup, account: int, scope: Scope) -> GroupPage:
    """A joint group on the day of the scope: all of it for who belongs to it, else the part that the scope reaches."""
    day, held = scope.day, row.mandates.filter(post__in=Post.objects.on(scope.day).values("pk"))
    if not held.filter(account=account).exists():
        held = held.filter(pk__in=Mandate.objects.within(scope).values("pk"))
    mandates = list(held.select_related("post__person", "group").order_by("post__body", "post__person__name"))
    names = body_names({m.post.body_id for m in mandates}, day)
    proposals = Proposal.objects.filter(author__in=[m.pk for m in mandates])
    return GroupPage(
        id=row.pk,
        name=row.name,
        members=tuple(_mandate_line(m.post, m, names, account, day) for m in mandates),
        meetings=_meeting_lines(row.meetings.all()),
        proposals=tuple(proposal_lines(proposals, day)),
    )


def proposal_lines(rows: "QuerySet[Proposal]", day: date, *, with_answers: bool = False) -> list[ProposalLine]:
    """Proposals as lines, the newest first; a constant number of queries."""
    related = rows.select_related("matter__kind", "matter__words", "author__post__person").annotate(
        backed=Count("seconders")
    )
    found: list[Proposal] = list(related.order_by("-matter__arrived_at", "-pk")[:MOST])
    names = body_names({p.author.post.body_id for p in found}, day)
    answers = _answers(found) if with_answers else {}
    return [_proposal_line(p, names, tuple(answers.get(p.matter_id, ())), is_public=with_answers) for p in found]


def _proposal_line(
    row: Proposal,
    names: dict[int, str],
    answers: tuple[tuple[str, date, str], ...] = (),
    *,
    is_public: bool = False,
) -> ProposalLine:
    post = row.author.post
    return ProposalLine(
        id=row.pk,
        number=row.matter.number,
        title=row.matter.title,
        body_name=names.get(post.body_id, ""),
        author=post.person.name if post.person else "",
        state=_state_word(row),
        seconders=getattr(row, "backed", 0),
        put_on=day_of(row.matter.arrived_at),
        is_open=row.matter.is_open,
        is_shown=row.shown_on is not None,
        is_carried=row.matter.state == "carried_out",
        answers=answers,
        words=row.matter.words.text if is_public else "",
    )


def _state_word(row: Proposal) -> str:
    return _in_language(row.matter.kind.kind.state(row.matter.state))


def _in_language(named: State | Step) -> str:
    return named.zh if (get_language() or "zh").startswith("zh") else named.en


def _answers(rows: list[Proposal]) -> dict[int, list[tuple[str, date, str]]]:
    """What was answered and done, in the words of each step; the rule and the right door of a refusal with it."""
    kinds: dict[int, Kind] = {p.matter_id: p.matter.kind.kind for p in rows}
    found: dict[int, list[tuple[str, date, str]]] = {}
    events = Event.objects.filter(matter__in=list(kinds), act="step", step__in=ANSWERED, is_shown=True, sealed=None)
    for event in events.exclude(note="").order_by("matter", "seq"):
        step = kinds[event.matter_id].step(event.step)
        more = [f"{word}{event.facts[name]}" for name, word in WHY.items() if event.facts.get(name)]
        words = "\n".join([event.note, *more])
        found.setdefault(event.matter_id, []).append((_in_language(step), day_of(event.at), words))
    return found


def proposals_within(scope: Scope) -> list[ProposalLine]:
    """Proposals of representatives of the scope."""
    return proposal_lines(Proposal.objects.filter(author__in=Mandate.objects.within(scope)), scope.day)


def public_proposals(day: date) -> list[ProposalLine]:
    """Proposals in the open, with what was answered and done."""
    rows = Proposal.objects.exclude(shown_on=None).filter(may_be_shown=True, matter__level="C0")
    return proposal_lines(rows, day, with_answers=True)


def proposal_page(row: Proposal, actor: Actor, day: date, needed: int) -> ProposalPage:
    """One proposal, as its author, its seconders and the officers see it."""
    from ..course import open_steps
    from ..operations.representatives import AUTHOR
    from ..operations.steps import position

    names = body_names({row.author.post.body_id}, day)
    kind = row.matter.kind.kind
    is_author = actor.kind == "account" and row.author.account_id == actor.id
    steps = open_steps(kind, position(row.matter), AUTHOR) if is_author else []
    seconders = [s.mandate.post.person for s in row.seconders.select_related("mandate__post__person").order_by("pk")]
    events = row.matter.events.filter(is_shown=True, sealed=None).order_by("seq")
    mine = Mandate.objects.filter(account=actor.id, post__body=row.author.post.body_id).exclude(pk=row.author_id)
    second = mine.exclude(pk__in=row.seconders.values("mandate")).values_list("pk", flat=True).first()
    can_lead = Mandate.objects.within(scope_on(actor, LEAD, day)).filter(pk=row.author_id).exists()
    row.backed = len(seconders)  # type: ignore[attr-defined]
    return ProposalPage(
        line=_proposal_line(row, names),
        words=row.matter.words.text,
        events=tuple((day_of(e.at), _in_language(kind.state(e.state)) if e.state else "", e.note) for e in events),
        seconders=tuple(person.name for person in seconders if person),
        needed=needed,
        lacking=max(needed - len(seconders), 0) if row.matter.state == "seconding" else 0,
        steps=tuple((step.code, _in_language(step)) for code in OWN_STEPS for step in steps if step.code == code),
        is_author=is_author,
        may_second=(second or 0) if row.matter.state == "seconding" and actor.kind == "account" else 0,
        may_be_shown=row.may_be_shown,
        can_lead=can_lead,
        matter=row.matter_id,
    )


def group_lines(scope: Scope, account: int) -> list[GroupLine]:
    """Joint groups of the scope and the reader's own: how many belong to each, how often it met."""
    counted = groups_within(scope, account).annotate(
        people=Count("mandates", distinct=True), met=Count("meetings", distinct=True)
    )
    return [GroupLine(row.pk, row.name, row.people, row.met) for row in counted.order_by("name")]


def ratings_within(scope: Scope) -> list[RatingLine]:
    """Yearly ratings of bodies by their representatives: distributions, nothing else."""
    rows = list(Election.objects.within(scope).filter(kind="rating", step="declared").order_by("-declared_on")[:50])
    names = body_names({row.body_id for row in rows}, scope.day)
    pages = [(row, result_page(row)) for row in rows]
    return [
        RatingLine(r.pk, names.get(r.body_id, ""), name_of(r), r.declared_on, p.valid, p.eligible, p.levels)
        for r, p in pages
        if p is not None
    ]


def proposals_waiting(actor: Actor, day: date) -> list[WaitingLine]:
    """For a representative: own proposals that were answered, and those of others in the body that seek seconders."""
    if actor.kind != "account" or not actor.may(REPRESENT, day):
        return []
    mine = Mandate.objects.filter(account=actor.id, post__in=Post.objects.on(day).values("pk"))
    rows = Proposal.objects.select_related("matter")
    answered = rows.filter(author__account=actor.id, matter__state="answered")[:20]
    beside = rows.filter(matter__state="seconding", author__post__body__in=mine.values("post__body"))
    seeking = beside.exclude(author__in=mine).exclude(seconders__mandate__in=mine)[:20]
    told = [(row, _("Answered: are you content with it?"), _("Read the answer")) for row in answered]
    told += [(row, _("Seeks seconders"), _("Read the proposal")) for row in seeking]
    return [
        WaitingLine(
            kind=pgettext("representatives", "Proposal"),
            icon="bulb",
            title=row.matter.title,
            detail=detail,
            verb=verb,
            url=reverse("matters:proposal", args=[row.pk]),
        )
        for row, detail, verb in told
    ]
