"""What pages read of representatives: mandates, electors as numbers, meetings, proposals and their answers."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from lianxin.kit.actor import Actor
from lianxin.kit.clock import day_of
from lianxin.kit.scope import Scope
from lianxin.kit.waiting import WaitingLine
from lianxin.registry.models import BodySpan, Consent, Membership, Post
from lianxin.registry.models.imports import Import, seen_on
from lianxin.registry.scoping import scope_on

from ..models import Election, Event, JointGroup, Mandate, Proposal
from .elections import body_names, result_page

VIEW, LEAD, REPRESENT = "matters.view_representatives", "matters.lead_representatives", "matters.represent"
MOST = 300
CONTACTED = 100
CONTACT_PURPOSE = "activity_news"
"""Electors who agreed to it may be written to by their representative, through the body."""
ANSWERED = ("answer", "carried", "note", "refuse")
"""Steps whose words the public list shows: the answer, whether it was carried out, why not."""


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


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """A proposal in a list. answers : words of its answer and outcome, the newest last."""

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
    answers: tuple[tuple[str, date, str], ...] = ()


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
    """Proposals of others that seek seconders."""


@dataclass(frozen=True, slots=True)
class RatingLine:
    """A yearly rating of a body; levels None where too few answered."""

    election: int
    body_name: str
    title: str
    levels: tuple[tuple[str, int], ...] | None


@dataclass(frozen=True, slots=True)
class ProposalPage:
    line: ProposalLine
    words: str
    events: tuple[tuple[date, str, str], ...]
    seconders: tuple[str, ...]
    needed: int
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
    lines = [_mandate_line(p, noted.get(p.pk), names, account) for p in rows]
    return sorted(lines, key=lambda line: not line.is_mine)


def _mandate_line(post: Post, row: Mandate | None, names: dict[int, str], account: int) -> MandateLine:
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
    )


def mandate_page(row: Mandate, account: int, day: date) -> MandatePage:
    """The desk of a representative, whose own it is."""
    body = row.post.body_id
    names = body_names({body}, day)
    members = Membership.objects.filter(body=body, left_on=None, registered_on__lte=day).exclude(person=row.post.person)
    agreed = Consent.objects.filter(purpose__code=CONTACT_PURPOSE, is_given=True, withdrawn_on=None)
    willing = members.filter(person__in=agreed.values("person")).order_by("person__name", "pk")
    own = Proposal.objects.filter(author=row)
    seeking = Proposal.objects.filter(matter__state="seconding", author__post__body=body).exclude(author=row)
    return MandatePage(
        line=_mandate_line(row.post, row, names, account),
        electors=row.electors or members.values("person").distinct().count(),
        contacts=tuple(willing.values_list("person__name", flat=True)[:CONTACTED]),
        meetings=tuple(
            MeetingLine(m.held_on, m.topic, m.place, m.present) for m in row.meetings.order_by("-held_on", "-pk")[:50]
        ),
        proposals=tuple(proposal_lines(own, day)),
        others=tuple(proposal_lines(seeking, day)),
    )


def proposal_lines(rows: "object", day: date, *, with_answers: bool = False) -> list[ProposalLine]:
    """Proposals as lines, the newest first; a constant number of queries."""
    related = rows.select_related("matter__kind", "author__post__person").annotate(backed=Count("seconders"))  # type: ignore[attr-defined]
    found: list[Proposal] = list(related.order_by("-matter__arrived_at", "-pk")[:MOST])
    names = body_names({p.author.post.body_id for p in found}, day)
    answers = _answers([p.matter_id for p in found]) if with_answers else {}
    return [_proposal_line(p, names, tuple(answers.get(p.matter_id, ()))) for p in found]


def _proposal_line(
    row: Proposal, names: dict[int, str], answers: tuple[tuple[str, date, str], ...] = ()
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
        answers=answers,
    )


def _state_word(row: Proposal) -> str:
    state = row.matter.kind.kind.state(row.matter.state)
    return state.zh if (get_language() or "zh").startswith("zh") else state.en


def _answers(matters: list[int]) -> dict[int, list[tuple[str, date, str]]]:
    found: dict[int, list[tuple[str, date, str]]] = {}
    rows = Event.objects.filter(matter__in=matters, act="step", step__in=ANSWERED, is_shown=True, sealed=None)
    for event in rows.exclude(note="").order_by("matter", "seq"):
        found.setdefault(event.matter_id, []).append((event.step, day_of(event.at), event.note))
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
    zh = (get_language() or "zh").startswith("zh")
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
        events=tuple((day_of(e.at), _event_word(kind.state(e.state), zh) if e.state else "", e.note) for e in events),
        seconders=tuple(person.name for person in seconders if person),
        needed=needed,
        steps=tuple((s.code, s.zh if zh else s.en) for s in steps if s.code in ("withdraw", "not_satisfied", "note")),
        is_author=is_author,
        may_second=(second or 0) if row.matter.state == "seconding" and actor.kind == "account" else 0,
        may_be_shown=row.may_be_shown,
        can_lead=can_lead,
        matter=row.matter_id,
    )


def _event_word(state: object, zh: bool) -> str:
    return str(state.zh if zh else state.en)  # type: ignore[attr-defined]


def group_lines(scope: Scope) -> list[tuple[str, int, int]]:
    """Joint groups of the scope: name, representatives, meetings."""
    from lianxin.places.models import Area

    rows = JointGroup.objects.on(scope.day).filter(area__in=Area.objects.within(scope).values("pk"))
    counted = rows.annotate(people=Count("mandates", distinct=True), met=Count("mandates__meetings", distinct=True))
    return [(row.name, row.people, row.met) for row in counted.order_by("name")]


def ratings_within(scope: Scope) -> list[RatingLine]:
    """Yearly ratings of bodies by their representatives: distributions, nothing else."""
    rows = list(Election.objects.within(scope).filter(kind="rating", step="declared").order_by("-declared_on")[:50])
    names = body_names({row.body_id for row in rows}, scope.day)
    pages = [(row, result_page(row)) for row in rows]
    return [RatingLine(r.pk, names.get(r.body_id, ""), r.title, p.levels) for r, p in pages if p is not None]


def proposals_waiting(actor: Actor, day: date) -> list[WaitingLine]:
    """For a representative: proposals of others that seek seconders, and own ones that were answered."""
    if actor.kind != "account" or not actor.may(REPRESENT, day):
        return []
    mine = Mandate.objects.filter(account=actor.id)
    answered = Proposal.objects.filter(author__in=mine, matter__state="answered").select_related("matter")[:20]
    return [
        WaitingLine(
            kind=pgettext("representatives", "Proposal"),
            icon="bulb",
            title=row.matter.title,
            detail=_("Answered: are you content with it?"),
            verb=_("Read the answer"),
            url=reverse("matters:proposal", args=[row.pk]),
        )
        for row in answered
    ]
