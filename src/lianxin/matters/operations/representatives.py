"""What representatives do: take up a mandate, meet, propose, second; what the house does with proposals in the open."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.access.models import Account
from lianxin.kit.actor import Actor
from lianxin.kit.clock import day_of
from lianxin.kit.refusals import Refused
from lianxin.places.models import Area
from lianxin.registry.models import BodySpan, Post
from lianxin.registry.operations.people import BodyNotThere
from lianxin.rules.lookup import params_on
from lianxin.trail.operations import record

from ..models import JointGroup, Mandate, Proposal, RepresentativeMeeting, Seconder
from .opening import Given, open_matter
from .steps import With, take_step

SECONDERS = 2
"""So many other representatives, where no parameter says otherwise."""
AUTHOR = frozenset({"author"})


class NotARepresentative(Refused):
    text = _("Only a representative whose post runs today can do this, with the own account.")


class NoRepresentativePost(Refused):
    text = _("This is not the post of a representative, or nobody holds it today.")


class OwnProposal(Refused):
    text = _("Nobody seconds the own proposal, nor one twice.")


class SecondingOver(Refused):
    text = _("This proposal no longer seeks seconders.")


class AuthorSaysNo(Refused):
    text = _("The author has not agreed that everybody may read this proposal.")


class MeetingAhead(Refused):
    text = _("A meeting is noted once it was held, not ahead of it.")


class NobodyCame(Refused):
    text = _("A meeting needs a topic and somebody who came.")


@transaction.atomic
def form_group(*, area: Area, name: str, day: date, actor: Actor, at: datetime) -> JointGroup:
    """Representatives of a subdistrict work together."""
    made = JointGroup.objects.create(area=area, name=name.strip()[:100], valid_from=day)
    record("matters.joint_group.formed", made, actor=actor, at=at, area=area.pk)
    return made


@transaction.atomic
def set_mandate(
    *,
    post: Post,
    account: Account | None,
    unit: str,
    electors: int | None,
    group: JointGroup | None,
    actor: Actor,
    at: datetime,
) -> Mandate:
    """Say for whom a representative stands, with which account and in which group. Raises NoRepresentativePost."""
    day = day_of(at)
    if not Post.objects.on(day).filter(pk=post.pk, title="representative").exclude(person=None).exists():
        raise NoRepresentativePost(post)
    facts = {"account": account, "unit": unit.strip()[:100], "electors": electors, "group": group}
    made, _is_new = Mandate.objects.update_or_create(post=post, defaults=facts)
    record("matters.mandate.set", made, actor=actor, at=at, post=post.pk, account=account.pk if account else 0)
    return made


@transaction.atomic
def hold_meeting(
    *,
    topic: str,
    place: str,
    present: int,
    day: date,
    actor: Actor,
    at: datetime,
    mandate: Mandate | None = None,
    group: JointGroup | None = None,
) -> RepresentativeMeeting:
    """A meeting was held. Raises NobodyCame, MeetingAhead, NotARepresentative."""
    if not topic.strip() or present < 1:
        raise NobodyCame()
    if day > day_of(at):
        raise MeetingAhead()
    if mandate is not None:
        own_mandate(actor, at, mandate.pk)
    facts = {"topic": topic.strip()[:120], "place": place.strip()[:100], "present": present}
    made = RepresentativeMeeting.objects.create(mandate=mandate, group=group, held_on=day, **facts)
    record("matters.representatives.met", made, actor=actor, at=at, present=present)
    return made


@transaction.atomic
def put_forward(
    *, mandate: Mandate, title: str, words: str, may_be_shown: bool, actor: Actor, at: datetime
) -> Proposal:
    """A representative proposes something; it seeks seconders at once.

    Raises NotARepresentative, BodyNotThere, what `open_matter` raises.
    """
    held = own_mandate(actor, at, mandate.pk)
    day = day_of(at)
    span = BodySpan.objects.on(day).select_related("area", "body__line").filter(body=held.post.body_id).first()
    if span is None:
        raise BodyNotThere(held.post.body, day=day)
    given = Given(
        words=words,
        code="proposal",
        title=" ".join(title.split())[:120],
        area=span.area,
        line=span.body.line,
        body=span.body,
    )
    matter = open_matter(given=given, actor=actor, at=at).matter
    matter = take_step(matter=matter, code="seek_seconders", actor=actor, at=at, roles=AUTHOR)
    made = Proposal.objects.create(matter=matter, author=held, may_be_shown=may_be_shown)
    record("matters.proposal.put_forward", made, actor=actor, at=at, matter=matter.pk, mandate=held.pk)
    return made


@transaction.atomic
def second(*, proposal: Proposal, mandate: Mandate, actor: Actor, at: datetime) -> Proposal:
    """Another representative seconds it; with enough of them it goes to screening.

    Raises NotARepresentative, OwnProposal, SecondingOver.
    """
    held = own_mandate(actor, at, mandate.pk)
    row = Proposal.objects.select_for_update(of=("self",)).select_related("matter").get(pk=proposal.pk)
    if row.matter.state != "seconding":
        raise SecondingOver(row)
    if row.author_id == held.pk or row.seconders.filter(mandate=held).exists():
        raise OwnProposal(row)
    Seconder.objects.create(proposal=row, mandate=held, since=day_of(at))
    if row.seconders.count() >= needed_seconders(day_of(at)):
        take_step(matter=row.matter, code="screen", actor=actor, at=at, roles=AUTHOR)
    record("matters.proposal.seconded", row, actor=actor, at=at, mandate=held.pk)
    return row


@transaction.atomic
def author_step(*, proposal: Proposal, code: str, reason: str, actor: Actor, at: datetime) -> None:
    """What the author may do: take it back, not be satisfied, leave it at that.

    Raises NotARepresentative, what `take_step` raises.
    """
    own_mandate(actor, at, proposal.author_id)
    take_step(matter=proposal.matter, code=code, actor=actor, at=at, given=With(note=reason), roles=AUTHOR)
    if code == "withdraw":
        Proposal.objects.filter(pk=proposal.pk).update(shown_on=None)


@transaction.atomic
def show(*, proposal: Proposal, is_shown: bool, actor: Actor, at: datetime) -> Proposal:
    """Put it into the open, with its answer; or take it out again. Raises AuthorSaysNo."""
    row = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if is_shown and not row.may_be_shown:
        raise AuthorSaysNo(row)
    row.shown_on = day_of(at) if is_shown else None
    row.save(update_fields=["shown_on"])
    record("matters.proposal.shown" if is_shown else "matters.proposal.hidden", row, actor=actor, at=at)
    return row


@transaction.atomic
def agree_to_show(*, proposal: Proposal, agrees: bool, actor: Actor, at: datetime) -> Proposal:
    """The author agrees that everybody may read it, or takes that back: then it is gone at once.

    Raises NotARepresentative.
    """
    own_mandate(actor, at, proposal.author_id)
    row = Proposal.objects.select_for_update().get(pk=proposal.pk)
    row.may_be_shown = agrees
    row.shown_on = row.shown_on if agrees else None
    row.save(update_fields=["may_be_shown", "shown_on"])
    record("matters.proposal.agreed", row, actor=actor, at=at, agrees=agrees)
    return row


def own_mandate(actor: Actor, at: datetime, pk: int) -> Mandate:
    """The mandate of whoever acts, while its post runs or the person was elected again. Raises NotARepresentative."""
    held = Mandate.objects.select_related("post__body").filter(pk=pk, account=actor.id).first()
    if actor.kind != "account" or held is None:
        raise NotARepresentative()
    same = Post.objects.on(day_of(at)).filter(body=held.post.body_id, title=held.post.title)
    if not same.filter(person=held.post.person_id).exclude(person=None).exists():
        raise NotARepresentative()
    return held


def needed_seconders(day: date) -> int:
    """How many others must second a proposal."""
    param = params_on(day).get("proposal.seconders")
    return int(param.value) if param else SECONDERS  # type: ignore[arg-type]
