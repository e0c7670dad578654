"""Organisations: add, change, correct, close, reopen, place."""

from datetime import date, datetime
from typing import Any, TypedDict, Unpack, cast

from django.db import transaction
from django.db.models import DateField, F, QuerySet, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.places.models import Area, AreaSpan, Site
from lianxin.trail.operations import record

from ..codes import check_code, kind_of_code
from ..models.body import Covering
from ..models.organisation import Organisation, OrganisationSpan
from ..search import index
from .spans import DayBeforeSpan, NothingOpen, end_span, follow_on, lock_open, open_after


class OrganisationFacts(TypedDict, total=False):
    """What can be said of an organisation; only what is named is changed."""

    name: str
    credit_code: str
    kind: str
    address: str
    area: Area
    placed: str
    is_placed_by_hand: bool
    site: Site | None
    opened_on: date | None
    closed_on: date | None
    headcount: int | None
    women: int | None
    young_people: int | None
    league_members: int | None
    union_members: int | None
    is_new_org: bool


class NameMissing(Refused):
    text = _("An organisation needs a name. Please write it as on its certificate.")


class DuplicateCode(Refused):
    text = _("“%(name)s” already has this credit code. Open that record, or check the code.")


class PartAboveWhole(Refused):
    text = _("More women or young people are declared than employees. Please check these counts.")


class ClosedBeforeOpened(Refused):
    text = _("The closing day is before the opening day. Please check both.")


class AreaNotThere(Refused):
    text = _("This area does not exist on %(day)s. Please choose one that does.")


class StillOpen(Refused):
    text = _("This organisation is open; there is nothing to reopen.")


def clean_facts(facts: OrganisationFacts) -> OrganisationFacts:
    """Facts as they are stored: spaces trimmed, code checked, kind named by the code where nothing else says.

    The import cleans each row through this same function.
    Raises BadCreditCode, NameMissing.
    """
    cleaned = cast(dict[str, Any], dict(facts))
    for key in ("name", "address"):
        if key in cleaned:
            cleaned[key] = " ".join(cleaned[key].split())
    if "credit_code" in cleaned:
        cleaned["credit_code"] = check_code(cleaned["credit_code"])
    if cleaned.get("name") == "":
        raise NameMissing()
    return cast(OrganisationFacts, cleaned)


def check_together(span: OrganisationSpan) -> None:
    """Facts that must fit each other. Raises PartAboveWhole, ClosedBeforeOpened."""
    for part in (span.women, span.young_people):
        if part is not None and span.headcount is not None and part > span.headcount:
            raise PartAboveWhole(span)
    if span.opened_on and span.closed_on and span.closed_on < span.opened_on:
        raise ClosedBeforeOpened(span)


def differences(span: OrganisationSpan, facts: OrganisationFacts) -> dict[str, Any]:
    """Of the facts given, those that differ from the span; empty means nothing to do."""
    return {key: value for key, value in facts.items() if getattr(span, key) != value}


@transaction.atomic
def add_organisation(*, day: date, actor: Actor, at: datetime, **facts: Unpack[OrganisationFacts]) -> Organisation:
    """Enter an organisation whose facts hold from the day. Needs at least a name and an area.

    Raises BadCreditCode, NameMissing, DuplicateCode, PartAboveWhole, ClosedBeforeOpened, AreaNotThere.
    """
    given = cast(dict[str, Any], clean_facts({"name": "", **facts}))
    given.setdefault("kind", kind_of_code(given.get("credit_code", "")))
    organisation = Organisation.objects.create()
    span = OrganisationSpan(organisation=organisation, valid_from=day, **given)
    _check(span, day)
    span.save()
    index("organisation", [organisation.pk])
    record("registry.organisation.added", organisation, actor=actor, at=at, day=day.isoformat(), area=span.area_id)
    return organisation


@transaction.atomic
def change_organisation(
    *, organisation: Organisation, day: date, actor: Actor, at: datetime, **facts: Unpack[OrganisationFacts]
) -> OrganisationSpan:
    """Say what is different from the day on; earlier days stay as they were. Nothing different: nothing written.

    Raises what `add_organisation` raises, and NothingOpen, ImportUnderWay, DayBeforeSpan.
    """
    span = lock_open(OrganisationSpan, organisation=organisation)
    changes = differences(span, clean_facts(facts))
    if not changes:
        return span
    _check(_tried(span, changes), day)
    following = follow_on(span, day, changes)
    index("organisation", [organisation.pk])
    record(
        "registry.organisation.changed",
        organisation,
        actor=actor,
        at=at,
        day=day.isoformat(),
        fields=sorted(changes),
        before=span.pk,
        after=following.pk,
    )
    return following


@transaction.atomic
def correct_organisation(
    *, organisation: Organisation, actor: Actor, at: datetime, **facts: Unpack[OrganisationFacts]
) -> OrganisationSpan:
    """Say what was wrong ever since the present facts began: past days of this span read differently from now on.

    Raises what `change_organisation` raises, without DayBeforeSpan.
    """
    span = lock_open(OrganisationSpan, organisation=organisation)
    changes = differences(span, clean_facts(facts))
    if not changes:
        return span
    for key, value in changes.items():
        setattr(span, key, value)
    span.corrected_at = at
    _check(span, span.valid_from)
    span.save()
    index("organisation", [organisation.pk])
    fields = sorted(changes)
    record("registry.organisation.corrected", organisation, actor=actor, at=at, fields=fields, span=span.pk)
    return span


@transaction.atomic
def close_organisation(*, organisation: Organisation, day: date, actor: Actor, at: datetime) -> None:
    """The organisation is no more from the day on; what covers it ends with it. Members keep their membership.

    Raises NothingOpen, ImportUnderWay, DayBeforeSpan.
    """
    span = lock_open(OrganisationSpan, organisation=organisation)
    end_span(span, day)
    ended = end_coverings(Covering.objects.filter(organisation=organisation), day)
    record("registry.organisation.closed", organisation, actor=actor, at=at, day=day.isoformat(), coverings=ended)


@transaction.atomic
def reopen_organisation(*, organisation: Organisation, day: date, actor: Actor, at: datetime) -> OrganisationSpan:
    """A closed organisation is there again from the day on, as it was last known. Coverings do not come back.

    Raises StillOpen, DayBeforeSpan, DuplicateCode.
    """
    last = (
        OrganisationSpan.objects.select_for_update().filter(organisation=organisation).order_by("-valid_from").first()
    )
    if last is None:
        raise NothingOpen()
    if last.valid_until is None:
        raise StillOpen()
    if day < last.valid_until:
        raise DayBeforeSpan(since=last.valid_until)
    _check(last, day)
    following = open_after(last, day, {"closed_on": None})
    record("registry.organisation.reopened", organisation, actor=actor, at=at, day=day.isoformat(), span=following.pk)
    return following


@transaction.atomic
def place_organisation(
    *, organisation: Organisation, area: Area, day: date, actor: Actor, at: datetime
) -> OrganisationSpan:
    """An officer says where an organisation is that the address alone could not place.

    Raises NothingOpen, ImportUnderWay, DayBeforeSpan, AreaNotThere.
    """
    span = lock_open(OrganisationSpan, organisation=organisation)
    changes = {"area": area, "placed": placed_at(area, day), "is_placed_by_hand": True}
    _check(_tried(span, changes), day)
    following = follow_on(span, day, changes)
    record("registry.organisation.placed", organisation, actor=actor, at=at, day=day.isoformat(), area=area.pk)
    return following


def placed_at(area: Area, day: date) -> str:
    """How far down an area of this depth places an address: community, subdistrict or none.

    The level coded `community` (else the lowest) and all below it count as community, the one above as subdistrict.
    Raises AreaNotThere.
    """
    span = AreaSpan.objects.on(day).filter(area=area).select_related("area__scheme").first()
    if span is None:
        raise AreaNotThere(area, day=day)
    levels = [level["code"] for level in span.area.scheme.levels]
    community = levels.index("community") if "community" in levels else len(levels) - 1
    depth = levels.index(span.level)
    return "community" if depth >= community else "subdistrict" if depth == community - 1 else "none"


def end_coverings(coverings: QuerySet[Covering], day: date) -> int:
    """End open coverings on the day; those that began later never held and become empty."""
    still = coverings.filter(valid_until=None)
    return still.update(valid_until=Greatest(F("valid_from"), Value(day, output_field=DateField())))


def _tried(span: OrganisationSpan, changes: dict[str, Any]) -> OrganisationSpan:
    """The span as it would be, to be checked and thrown away."""
    kept = {field.attname: getattr(span, field.attname) for field in span._meta.concrete_fields}
    tried = OrganisationSpan(**kept)
    for key, value in changes.items():
        setattr(tried, key, value)
    return tried


def _check(span: OrganisationSpan, day: date) -> None:
    check_together(span)
    if not Area.objects.on(day).filter(pk=span.area_id).exists():
        raise AreaNotThere(span, day=day)
    if span.credit_code:
        others = OrganisationSpan.objects.filter(valid_until=None, credit_code=span.credit_code)
        other = others.exclude(organisation=span.organisation_id).first()
        if other:
            raise DuplicateCode(other, name=other.name)
