"""Pairs that may be one record: find them, say they are two, merge them, take a merge back."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import groupby, islice
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.trail.operations import record

from ..likeness import Firm, Human, Pairs, like_firms, like_people
from ..models.body import Covering, Post
from ..models.consent import Consent, Contact, Declaration, Guardian
from ..models.duplicate import DuplicatePair, Merge
from ..models.imports import Import, seen_on
from ..models.organisation import Agreement, Organisation, OrganisationSpan, Visit
from ..models.person import Membership, Person
from ..models.rights import RightsRequest
from ..search import index
from .organisations import change_organisation
from .people import known
from .spans import DayBeforeSpan, end_span, lock_open


class MergeWithItself(Refused):
    text = _("These are the same record already.")


class AlreadySplit(Refused):
    text = _("This merge has been taken back.")


class ChangedSinceMerge(Refused):
    text = _("What was merged has been changed or merged again since. Set that right first, then take the merge back.")


FILL = ("credit_code", "address", "opened_on", "headcount", "women", "young_people", "league_members", "union_members")
"""Facts that the kept organisation takes over where it has none."""


def find_pairs(day: date) -> Iterator[tuple[str, Pairs]]:
    """Pairs among all records of the day, decided ones included. Reads only; seconds for 100,000 organisations."""
    spans = OrganisationSpan.objects.filter(seen_on(day, Import.hidden()))
    rows = spans.values_list("organisation", "name", "credit_code", "kind", "address", "area")
    yield "organisation", like_firms(Firm(*row) for row in rows.iterator(5000))
    yield "person", like_people(_humans())


def _humans() -> Iterator[Human]:
    """Those who share a contact, or a name at one workplace in one body: of a million people, a few thousand."""
    shared = Contact.objects.values("lookup").annotate(n=Count("person", distinct=True)).filter(n__gt=1)
    contacts: dict[int, set[str]] = {}
    held = Contact.objects.filter(lookup__in=shared.values("lookup")).values_list("person", "lookup")
    for person, word in held.iterator(5000):
        contacts.setdefault(person, set()).add(word)
    groups = dict(_namesakes())
    people = (
        Person.objects.known().filter(pk__in=list({*contacts, *groups}))
        if contacts or groups
        else Person.objects.none()
    )
    for pk, name in people.values_list("pk", "name").iterator(5000):
        yield Human(pk, name, frozenset(contacts.get(pk, ())), frozenset(groups.get(pk, ())))


def _namesakes() -> Iterator[tuple[int, set[int]]]:
    """Person -> bodies in which another member of the same workplace bears the same name."""
    found: dict[int, set[int]] = {}
    held = Membership.objects.filter(left_on=None, person__erased_at=None, person__merged_into=None)
    rows = held.order_by("body").values_list("body", "organisation", "person", "person__name")
    for body, members in groupby(rows.iterator(5000), key=lambda row: row[0]):
        named: dict[tuple[int | None, str], set[int]] = {}
        for _body, organisation, person, name in members:
            named.setdefault((organisation, name), set()).add(person)
        for people in named.values():
            for person in people if len(people) > 1 else ():
                found.setdefault(person, set()).add(body)
    yield from found.items()


def propose(kind: str, pairs: Pairs, at: datetime) -> int:
    """Write down pairs nobody has seen yet; those said to be two, or merged, are not proposed again."""
    new = 0
    items = iter(pairs.items())
    while batch := list(islice(items, 400)):
        held = DuplicatePair.objects.filter(kind=kind, first__in=[a for (a, _b), _why in batch])
        old = set(held.values_list("first", "second"))
        rows = [
            DuplicatePair(kind=kind, first=a, second=b, reasons=why, found_at=at)
            for (a, b), why in batch
            if (a, b) not in old
        ]
        new += len(DuplicatePair.objects.bulk_create(rows, ignore_conflicts=True))
    return new


@transaction.atomic
def keep_apart(*, pair: DuplicatePair, actor: Actor, at: datetime) -> None:
    """A person says these are two. The machine does not propose them again."""
    DuplicatePair.objects.filter(pk=pair.pk).update(state="distinct", decided_at=at)
    record("registry.duplicate.kept_apart", pair, actor=actor, at=at, first=pair.first, second=pair.second)


@transaction.atomic
def merge_organisations(*, kept: Organisation, gone: Organisation, day: date, actor: Actor, at: datetime) -> Merge:
    """From the day on the two are one; days before stay as they were. Facts the kept one lacks come from the other.

    Raises MergeWithItself, NothingOpen, ImportUnderWay, DayBeforeSpan.
    """
    if kept.pk == gone.pk:
        raise MergeWithItself(kept)
    kept_span = lock_open(OrganisationSpan, organisation=kept)
    gone_span = lock_open(OrganisationSpan, organisation=gone)
    _refuse_before(day, kept_span, gone_span)
    merge = Merge(kind="organisation", kept=kept.pk, gone=gone.pk, on_day=day, merged_at=at)
    for model in (Visit, Agreement, Membership):
        _move(merge, model, "organisation", gone.pk, kept.pk)
    _take_coverings(merge, kept, gone, day)
    end_span(gone_span, day)
    _ended(merge, OrganisationSpan, [gone_span.pk])
    Organisation.objects.filter(pk=gone.pk).update(merged_into=kept)
    taken: Any = {f: getattr(gone_span, f) for f in FILL if not getattr(kept_span, f) and getattr(gone_span, f)}
    changed = change_organisation(organisation=kept, day=day, actor=actor, at=at, **taken) if taken else kept_span
    if changed.pk != kept_span.pk:
        _ended(merge, OrganisationSpan, [kept_span.pk])
        _made(merge, OrganisationSpan, [changed.pk])
    return _close(merge, kept, actor, at)


def _refuse_before(day: date, *spans: OrganisationSpan) -> None:
    for span in spans:
        if day < span.valid_from:
            raise DayBeforeSpan(since=span.valid_from)


def _take_coverings(merge: Merge, kept: Organisation, gone: Organisation, day: date) -> None:
    held = Covering.objects.select_for_update().filter(organisation=gone, valid_until=None)
    already = set(Covering.objects.filter(organisation=kept, valid_until=None).values_list("body", flat=True))
    rows = list(held)
    _ended(merge, Covering, [r.pk for r in rows])
    made = [
        Covering.objects.create(body_id=r.body_id, organisation=kept, valid_from=max(day, r.valid_from))
        for r in rows
        if r.body_id not in already
    ]
    _made(merge, Covering, [r.pk for r in made])
    for row in rows:
        end_span(row, max(day, row.valid_from))


@transaction.atomic
def merge_people(*, kept: Person, gone: Person, day: date, actor: Actor, at: datetime) -> Merge:
    """Two records of one person become one. What the kept one has itself stays; the rest of the other comes over.

    Raises MergeWithItself, PersonGone.
    """
    if kept.pk == gone.pk:
        raise MergeWithItself(kept)
    known(kept)
    known(gone)
    merge = Merge(kind="person", kept=kept.pk, gone=gone.pk, on_day=day, merged_at=at)
    own = {"person": kept.pk}
    held_bodies = Membership.objects.filter(**own, left_on=None).values("body")
    _move(merge, Membership, "person", gone.pk, kept.pk, ~Q(left_on=None) | ~Q(body__in=held_bodies))
    words = Contact.objects.filter(**own).values_list("lookup", flat=True)
    _move(merge, Contact, "person", gone.pk, kept.pk, ~Q(lookup__in=list(words)))
    stated = Declaration.objects.filter(**own).values_list("attribute", flat=True)
    _move(merge, Declaration, "person", gone.pk, kept.pk, ~Q(attribute__in=list(stated)))
    agreed = Consent.objects.filter(**own, is_given=True, withdrawn_on=None).values_list("purpose", flat=True)
    in_force = Q(is_given=True, withdrawn_on=None, purpose__in=list(agreed))
    _move(merge, Consent, "person", gone.pk, kept.pk, ~in_force)
    _move(merge, Post, "person", gone.pk, kept.pk)
    asked = RightsRequest.objects.filter(**own, answered_on=None).values_list("kind", flat=True)
    _move(merge, RightsRequest, "person", gone.pk, kept.pk, ~Q(answered_on=None, kind__in=list(asked)))
    between = Q(child=kept.pk) | Q(guardian=kept.pk)
    _move(merge, Guardian, "child", gone.pk, kept.pk, ~between)
    _move(merge, Guardian, "guardian", gone.pk, kept.pk, ~between)
    Person.objects.filter(pk=gone.pk).update(merged_into=kept)
    return _close(merge, kept, actor, at)


@transaction.atomic
def split(*, merge: Merge, actor: Actor, at: datetime) -> None:
    """Take a merge back: every row listed goes where it was. Raises AlreadySplit, ChangedSinceMerge."""
    held = Merge.objects.select_for_update().get(pk=merge.pk)
    if held.split_at is not None:
        raise AlreadySplit(held)
    model = Organisation if held.kind == "organisation" else Person
    gone = model._default_manager.get(pk=held.gone)
    _refuse_changed(held, gone)
    for label, ids in held.made.items():
        apps.get_model(label)._default_manager.filter(pk__in=ids).delete()
    for label, ends in held.ended.items():
        for pk, until in ends.items():
            apps.get_model(label)._default_manager.filter(pk=pk).update(valid_until=until)
    for key, ids in held.moved.items():
        label, _sign, field = key.partition(":")
        rows = apps.get_model(label)._default_manager.filter(pk__in=ids, **{field: held.kept})
        rows.update(**{field: held.gone})
    model._default_manager.filter(pk=held.gone).update(merged_into=None)
    Merge.objects.filter(pk=held.pk).update(split_at=at)
    DuplicatePair.objects.filter(_of(held)).update(state="distinct", decided_at=at)
    index(held.kind, [held.kept, held.gone])
    act = "registry.organisation.split" if held.kind == "organisation" else "registry.person.split"
    record(act, gone, actor=actor, at=at, kept=held.kept, merge=held.pk)


def _refuse_changed(merge: Merge, gone: Any) -> None:
    """A split puts back what was there only while nothing else has touched it."""
    if gone.merged_into_id != merge.kept or getattr(gone, "erased_at", None):
        raise ChangedSinceMerge(merge)
    for label, ids in merge.made.items():
        rows = apps.get_model(label)._default_manager.filter(pk__in=ids, valid_until=None)
        if rows.count() != len(ids):
            raise ChangedSinceMerge(merge)
    if merge.kind != "organisation":
        return
    codes = OrganisationSpan.objects.filter(organisation=merge.gone).exclude(credit_code="").values("credit_code")
    others = OrganisationSpan.objects.filter(valid_until=None, credit_code__in=codes)
    made = merge.made.get(OrganisationSpan._meta.label_lower, [])
    if others.exclude(pk__in=made).exists():
        raise ChangedSinceMerge(merge)


def _of(merge: Merge) -> Q:
    first, second = sorted((merge.kept, merge.gone))
    return Q(kind=merge.kind, first=first, second=second)


def _move(merge: Merge, model: type[models.Model], field: str, old: int, new: int, only: Q | None = None) -> None:
    rows = model._default_manager.filter(only or Q(), **{field: old})
    ids = [str(pk) if model is Contact else pk for pk in rows.values_list("pk", flat=True)]
    if ids:
        merge.moved[f"{model._meta.label_lower}:{field}"] = ids
        model._default_manager.filter(pk__in=ids).update(**{field: new})


def _ended(merge: Merge, model: type[models.Model], ids: Iterable[int]) -> None:
    for pk in ids:
        merge.ended.setdefault(model._meta.label_lower, {})[str(pk)] = None


def _made(merge: Merge, model: type[models.Model], ids: Iterable[int]) -> None:
    if listed := list(ids):
        merge.made.setdefault(model._meta.label_lower, []).extend(listed)


def _close(merge: Merge, kept: models.Model, actor: Actor, at: datetime) -> Merge:
    merge.save()
    DuplicatePair.objects.filter(_of(merge)).update(state="merged", decided_at=at)
    others = Q(first=merge.gone) | Q(second=merge.gone)
    DuplicatePair.objects.filter(others, kind=merge.kind, state="proposed").delete()
    index(merge.kind, [merge.kept, merge.gone])
    act = "registry.organisation.merged" if merge.kind == "organisation" else "registry.person.merged"
    record(act, kept, actor=actor, at=at, gone=merge.gone, merge=merge.pk)
    return merge
