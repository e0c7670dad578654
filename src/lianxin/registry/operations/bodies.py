"""Bodies: found, change, dissolve; what they cover; terms of office; posts."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, TypedDict, Unpack, cast

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.access.operations.grants import found_node, rename_node
from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.places.models import Area, Site
from lianxin.trail.operations import record

from ..models.body import Body, BodySpan, Covering, Line, Post, Term
from ..models.imports import Import
from ..models.organisation import Organisation, OrganisationSpan
from ..models.person import Person
from ..search import index
from .organisations import AreaNotThere, end_coverings
from .spans import DayBeforeSpan, ImportUnderWay, end_span, follow_on, lock_open


class BodyFacts(TypedDict, total=False):
    """What can be said of a body; only what is named is changed."""

    name: str
    kind: str
    form: str
    parent: Body | None
    area: Area
    site: Site | None


class BodyNameMissing(Refused):
    text = _("A body needs a name. Please write it as in the decision that founded it.")


class SiteMissing(Refused):
    text = _("A site-based body belongs to a building, park or business area. Please choose it.")


class ParentNotThere(Refused):
    text = _("The body above it does not exist on %(day)s, or belongs to another line. Please choose another.")


class ParentBelowItself(Refused):
    text = _("A body cannot hang below itself. Please choose another body above it.")


class HasBodiesBelow(Refused):
    text = _("%(count)d bodies still hang below this one. Give them another body above first.")


class OwnCoversOne(Refused):
    text = _("An employer's own body covers that one employer. Make it a joint body to cover more.")


class AlreadyCovered(Refused):
    text = _("This body already covers that organisation.")


class NotCovered(Refused):
    text = _("This body does not cover that organisation.")


class OrganisationNotThere(Refused):
    text = _("That organisation does not exist on %(day)s.")


class TermWithoutLength(Refused):
    text = _("A term ends after the day it begins. Please check the two days.")


class PostEndsBeforeStart(Refused):
    text = _("This post was given on %(since)s, so it cannot end before that day.")


class PostIsOver(Refused):
    text = _("This post has ended. Give it anew.")


@transaction.atomic
def add_body(
    *,
    line: Line,
    day: date,
    actor: Actor,
    at: datetime,
    covers: Iterable[Organisation] = (),
    term_until: date | None = None,
    **facts: Unpack[BodyFacts],
) -> Body:
    """Found a body, with the organisations it covers, the node that grants on it stand on and, where elected
    already, its first term.

    Raises BodyNameMissing, SiteMissing, AreaNotThere, ParentNotThere, OwnCoversOne, OrganisationNotThere,
    TermWithoutLength.
    """
    body = Body.objects.create(line=line)
    span = BodySpan(body=body, valid_from=day, **cast(dict[str, Any], _clean(facts)))
    _check(span, line.pk, day)
    span.save()
    for organisation in covers:
        _cover(span, organisation, day)
    if term_until:
        _open_term(body, day, term_until)
    found_node(kind="body", ref=body.pk, label=span.name)
    index("body", [body.pk])
    record("registry.body.added", body, actor=actor, at=at, day=day.isoformat(), area=span.area_id)
    return body


@transaction.atomic
def change_body(*, body: Body, day: date, actor: Actor, at: datetime, **facts: Unpack[BodyFacts]) -> BodySpan:
    """Say what is different from the day on: name, form, the body above, the place. Nothing different: nothing written.

    Raises what `add_body` raises, and ParentBelowItself, NothingOpen, ImportUnderWay, DayBeforeSpan.
    """
    span = lock_open(BodySpan, body=body)
    changes = {key: value for key, value in _clean(facts).items() if getattr(span, key) != value}
    if not changes:
        return span
    following = follow_on(span, day, changes)
    _check(following, body.line_id, day)
    _refuse_loop(following)
    rename_node(kind="body", ref=body.pk, label=following.name)
    index("body", [body.pk])
    fields = sorted(changes)
    record("registry.body.changed", body, actor=actor, at=at, day=day.isoformat(), fields=fields, after=following.pk)
    return following


@transaction.atomic
def dissolve_body(*, body: Body, day: date, actor: Actor, at: datetime) -> None:
    """The body is no more from the day on: its coverings, term and posts end with it. Members keep their membership.

    Raises HasBodiesBelow, NothingOpen, ImportUnderWay, DayBeforeSpan.
    """
    below = BodySpan.objects.filter(parent=body, valid_until=None).count()
    if below:
        raise HasBodiesBelow(body, count=below)
    end_span(lock_open(BodySpan, body=body), day)
    ended = end_coverings(Covering.objects.filter(body=body), day)
    Term.objects.seen().filter(body=body, valid_from__gte=day).delete()
    Term.objects.on(day).filter(body=body).update(valid_until=day)
    Post.objects.filter(body=body, valid_until=None, valid_from__lte=day).update(valid_until=day)
    record("registry.body.dissolved", body, actor=actor, at=at, day=day.isoformat(), coverings=ended)


@transaction.atomic
def cover(*, body: Body, organisation: Organisation, day: date, actor: Actor, at: datetime) -> Covering:
    """The body covers the organisation from the day on.

    Raises AlreadyCovered, OwnCoversOne, OrganisationNotThere, NothingOpen, ImportUnderWay.
    """
    made = _cover(lock_open(BodySpan, body=body), organisation, day)
    record("registry.body.covered", body, actor=actor, at=at, day=day.isoformat(), organisation=organisation.pk)
    return made


@transaction.atomic
def uncover(*, body: Body, organisation: Organisation, day: date, actor: Actor, at: datetime) -> None:
    """The body no longer covers the organisation from the day on. Raises NotCovered, DayBeforeSpan."""
    row = Covering.objects.select_for_update().filter(body=body, organisation=organisation, valid_until=None).first()
    if row is None:
        raise NotCovered(body)
    end_span(row, day)
    record("registry.body.uncovered", body, actor=actor, at=at, day=day.isoformat(), organisation=organisation.pk)


@transaction.atomic
def open_term(*, body: Body, day: date, until: date, actor: Actor, at: datetime) -> Term:
    """An election was held: a term runs from the day and must be renewed by `until`. A running term ends that day.

    Raises TermWithoutLength, NothingOpen, ImportUnderWay.
    """
    lock_open(BodySpan, body=body)
    term = _open_term(body, day, until)
    record("registry.term.opened", body, actor=actor, at=at, term=term.pk, day=day.isoformat(), until=until.isoformat())
    return term


@transaction.atomic
def give_post(
    *,
    body: Body,
    title: str,
    person: Person | None,
    day: date,
    actor: Actor,
    at: datetime,
    mandate_until: date | None = None,
) -> Post:
    """A person takes a post; without a person the post exists and is vacant. Raises NothingOpen, ImportUnderWay."""
    lock_open(BodySpan, body=body)
    post = Post.objects.create(body=body, title=title, person=person, valid_from=day, mandate_until=mandate_until)
    ids = {"post": post.pk, "person": person.pk if person else 0}
    record("registry.post.given", body, actor=actor, at=at, day=day.isoformat(), **ids)
    return post


@transaction.atomic
def end_post(*, post: Post, day: date, actor: Actor, at: datetime) -> None:
    """The post ends on the day. Raises PostEndsBeforeStart."""
    if day < post.valid_from:
        raise PostEndsBeforeStart(post, since=post.valid_from)
    post.valid_until = day
    post.save(update_fields=["valid_until"])
    record("registry.post.ended", post.body, actor=actor, at=at, post=post.pk, day=day.isoformat())


@transaction.atomic
def hand_over_post(
    *, post: Post, person: Person | None, day: date, actor: Actor, at: datetime, mandate_until: date | None = None
) -> Post:
    """Somebody else holds the post from the day on; without a person it is vacant, and that counts from the day.

    Raises PostEndsBeforeStart, PostIsOver, NothingOpen, ImportUnderWay.
    """
    lock_open(BodySpan, body=post.body)
    held = Post.objects.select_for_update().get(pk=post.pk)
    if held.valid_until is not None and held.valid_until <= day:
        raise PostIsOver(held)
    if day < held.valid_from:
        raise PostEndsBeforeStart(held, since=held.valid_from)
    held.valid_until = day
    held.save(update_fields=["valid_until"])
    made = Post.objects.create(
        body=held.body, title=held.title, person=person, valid_from=day, mandate_until=mandate_until
    )
    ids = {"post": made.pk, "before": held.pk, "person": person.pk if person else 0}
    record("registry.post.handed_over", held.body, actor=actor, at=at, day=day.isoformat(), **ids)
    return made


def _clean(facts: BodyFacts) -> BodyFacts:
    cleaned = BodyFacts(**facts)
    if "name" in cleaned:
        cleaned["name"] = " ".join(cleaned["name"].split())
        if not cleaned["name"]:
            raise BodyNameMissing()
    return cleaned


def _check(span: BodySpan, line_id: int, day: date) -> None:
    if not span.name:
        raise BodyNameMissing()
    if span.form == "site" and span.site_id is None:
        raise SiteMissing(span)
    if not Area.objects.on(day).filter(pk=span.area_id).exists():
        raise AreaNotThere(span, day=day)
    above = BodySpan.objects.on(day).filter(body=span.parent_id, body__line=line_id)
    if span.parent_id is not None and not above.exists():
        raise ParentNotThere(span, day=day)


def _refuse_loop(span: BodySpan) -> None:
    above, seen = span.parent_id, {span.body_id}
    while above is not None:
        if above in seen:
            raise ParentBelowItself(span)
        seen.add(above)
        above = BodySpan.objects.filter(body=above, valid_until=None).values_list("parent", flat=True).first()


def _cover(span: BodySpan, organisation: Organisation, day: date) -> Covering:
    if day < span.valid_from:
        raise DayBeforeSpan(since=span.valid_from)
    if not OrganisationSpan.objects.on(day).filter(organisation=organisation).exists():
        raise OrganisationNotThere(organisation, day=day)
    held = Covering.objects.filter(body=span.body_id, valid_until=None)
    if held.filter(organisation=organisation).exists():
        raise AlreadyCovered(organisation)
    if span.form == "own" and held.exists():
        raise OwnCoversOne(organisation)
    return Covering.objects.create(body_id=span.body_id, organisation=organisation, valid_from=day)


def _open_term(body: Body, day: date, until: date) -> Term:
    if until <= day:
        raise TermWithoutLength(body)
    if Term.objects.filter(body=body, born_in__in=Import.hidden()).exists():
        raise ImportUnderWay()
    Term.objects.on(day).filter(body=body).update(valid_until=day)
    return Term.objects.create(body=body, valid_from=day, valid_until=until)
