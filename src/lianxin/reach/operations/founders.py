"""Founders under C3: enter, read (recorded), let go; and registration, by which they become members."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit import vault
from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.registry.models import Body, Membership, Organisation, OrganisationSpan, Person
from lianxin.registry.operations.bodies import add_body, give_post
from lianxin.registry.operations.consents import add_contact, normal_contact
from lianxin.registry.operations.people import add_person, advance_membership, apply_for_membership
from lianxin.registry.words import word
from lianxin.trail.operations import record

from ..models import Founder, Founding
from ..purposes import purpose
from ..words import PARTS
from .foundings import OPEN, NobodyElected, handled


class ConsentMissing(Refused):
    text = _("Without this person's own consent nothing may be noted. Ask first, and note the name only after a yes.")


class FounderNameMissing(Refused):
    text = _("Please enter the name of the person who agreed.")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a founder; all of it lies sealed."""

    name: str
    contact_kind: str = ""
    contact: str = ""
    organisation: int = 0
    """Id of the organisation where the person works; 0 for none."""


@dataclass(frozen=True, slots=True)
class FounderLine:
    """A founder as a handler reads it."""

    id: str
    name: str
    contact_kind: str
    contact: str
    organisation: int
    works_at: str
    part: str
    consented_on: date
    title: str

    @property
    def part_word(self) -> str:
        return word(PARTS, self.part)


@transaction.atomic
def add_founder(
    *,
    founding: Founding,
    known: Known,
    part: str,
    has_agreed: bool,
    day: date,
    actor: Actor,
    at: datetime,
) -> Founder:
    """Enter somebody who agreed to it, apart from all else that was ever agreed to.

    Raises NotAHandler, WrongStep, ConsentMissing, FounderNameMissing, ContactNotReadable.
    """
    held = handled(founding, actor, *OPEN)
    if not has_agreed:
        raise ConsentMissing(held)
    if not known.name.strip():
        raise FounderNameMissing(held)
    contact = normal_contact(known.contact_kind, known.contact) if known.contact else ""
    sealed = Known(" ".join(known.name.split()), known.contact_kind, contact, known.organisation)
    version = purpose("founding").notice_version
    made = Founder(founding=held, part=part, consented_on=day, notice_version=version)
    made.sealed = vault.seal(json.dumps(asdict(sealed), ensure_ascii=False), where=made.where)
    made.save(force_insert=True)
    record("reach.founder.added", held, actor=actor, at=at, consented_on=day.isoformat())
    return made


@transaction.atomic
def drop_founder(*, founder: Founder, actor: Actor, at: datetime) -> None:
    """The person takes the consent back, or was entered wrongly: nothing stays. Raises NotAHandler."""
    held = handled(founder.founding, actor)
    founder.delete()
    record("reach.founder.dropped", held, actor=actor, at=at)


@transaction.atomic
def read_founders(*, founding: Founding, actor: Actor, at: datetime) -> list[FounderLine]:
    """Open what is sealed, for a handler; that it was read stands in the trail. Raises NotAHandler."""
    held = handled(founding, actor)
    rows = list(held.founders.order_by("consented_on", "pk"))
    if rows:
        record("reach.founders.read", held, actor=actor, at=at, founders=len(rows))
    known = [(row, opened(row)) for row in rows]
    firms = OrganisationSpan.objects.filter(valid_until=None, organisation__in={k.organisation for _row, k in known})
    names = dict(firms.values_list("organisation", "name"))
    return [_line(row, found, names.get(found.organisation, "")) for row, found in known]


def opened(founder: Founder) -> Known:
    """What is sealed in a founder. Only operations that record the reading call this."""
    return Known(**json.loads(vault.unseal(founder.sealed, where=founder.where)))


@transaction.atomic
def register_founding(*, founding: Founding, day: date, term_until: date, actor: Actor, at: datetime) -> Body:
    """The body enters the registry: its span, scope node, coverings, term, posts and first members.

    Founders become members and their sealed rows are deleted: from here on membership is what their data is held for.
    Raises what `handled` raises, NobodyElected, and what `add_body` raises.
    """
    held = handled(founding, actor, "elected")
    founders = list(held.founders.order_by("pk"))
    if not any(row.title for row in founders):
        raise NobodyElected(held)
    body = add_body(
        line=held.line,
        day=day,
        actor=actor,
        at=at,
        covers=[party.organisation for party in held.parties.select_related("organisation")],
        term_until=term_until,
        name=held.name,
        kind=held.kind,
        form=held.form,
        parent=held.upper,
        area=held.area,
        site=held.site,
    )
    for row in founders:
        _enter(row, body, day, term_until, actor, at)
    held.founders.all().delete()
    held.step, held.registered_on, held.body, held.is_guarded = "registered", day, body, False
    held.save(update_fields=["step", "registered_on", "body", "is_guarded"])
    record("reach.founding.registered", held, actor=actor, at=at, body=body.pk, members=len(founders))
    return body


def _enter(row: Founder, body: Body, day: date, term_until: date, actor: Actor, at: datetime) -> None:
    known = opened(row)
    person = enter_member(known, body=body, day=day, area=row.founding.area_id, actor=actor, at=at).person
    if row.title:
        give_post(body=body, title=row.title, person=person, day=day, mandate_until=term_until, actor=actor, at=at)


def enter_member(known: Known, *, body: Body, day: date, area: int, actor: Actor, at: datetime) -> Membership:
    """A person who came in through us: record, contact for the membership, applied and registered the same day."""
    from lianxin.places.models import Area

    person: Person = add_person(name=known.name, area=Area.objects.filter(pk=area).first(), actor=actor, at=at)
    if known.contact:
        by = {"day": day, "actor": actor, "at": at}
        add_contact(person=person, kind=known.contact_kind, value=known.contact, purpose=purpose("membership"), **by)  # type: ignore[arg-type]
    works_at = Organisation.objects.filter(pk=known.organisation).first()
    made = apply_for_membership(person=person, body=body, day=day, organisation=works_at, actor=actor, at=at)
    return advance_membership(membership=made, step="registered_on", day=day, actor=actor, at=at)


def _line(row: Founder, known: Known, works_at: str) -> FounderLine:
    return FounderLine(
        id=str(row.pk),
        name=known.name,
        contact_kind=known.contact_kind,
        contact=known.contact,
        organisation=known.organisation,
        works_at=works_at,
        part=row.part,
        consented_on=row.consented_on,
        title=row.title,
    )


__all__ = ["FounderLine", "Known", "add_founder", "drop_founder", "read_founders", "register_founding"]
