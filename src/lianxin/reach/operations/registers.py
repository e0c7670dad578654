"""Registers: open one, read a list into it, take over the rows of an import, find who has been entered since."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lianxin.kit import workbook
from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.places.addresses import Gazetteer
from lianxin.registry.codes import BadCreditCode, check_code
from lianxin.registry.imports.kinds import ORGANISATIONS
from lianxin.registry.models import Import, OrganisationSpan, StagedRow
from lianxin.trail.operations import record

from ..models import Listing, Register, RegisterLoad

FIELDS = ("credit_code", "name", "address")
MOST_ROWS = 50_000
MOST_FAULTS = 500
CHUNK = 500
_T = TypeVar("_T")


class RegisterCodeTaken(Refused):
    text = _("A register with the code “%(code)s” exists already.")


class NeitherCodeNorName(Refused):
    text = _("This table has neither a column of credit codes nor one of names. Please check its headers.")


class TooManyRows(Refused):
    text = _("A list may have at most %(most)d rows. Please split it.")


class NotApplied(Refused):
    text = _("Only an import of organisations that was carried out can be taken for a register.")


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a list: by code, or by name where it has none."""

    row: int
    code: str
    name: str
    address: str


@transaction.atomic
def add_register(
    *, code: str, name: str, actor: Actor, at: datetime, name_en: str = "", source: str = "", is_walk: bool = False
) -> Register:
    """A list that names organisations. Raises RegisterCodeTaken."""
    if Register.objects.filter(code=code).exists():
        raise RegisterCodeTaken(code=code)
    made = Register.objects.create(code=code, name=name, name_en=name_en, source=source, is_walk=is_walk)
    record("reach.register.added", made, actor=actor, at=at)
    return made


def read_list(content: bytes) -> list[Entry]:
    """The rows of a list; columns are recognised as in an import of organisations.

    Raises what `workbook.read` raises, NeitherCodeNorName, TooManyRows.
    """
    table = workbook.read(content, knows=ORGANISATIONS.knows)
    at: dict[str, str] = {}
    for i, header in enumerate(table.headers):
        field = ORGANISATIONS.by_header(header)
        if field is not None and field.code in FIELDS:
            at.setdefault(field.code, f"c{i}")
    if not {"credit_code", "name"} & at.keys():
        raise NeitherCodeNorName()
    if table.frame.height > MOST_ROWS:
        raise TooManyRows(most=MOST_ROWS)
    columns = {f: table.frame[at[f]].to_list() if f in at else [""] * table.frame.height for f in FIELDS}
    rows = zip(table.frame["row"].to_list(), *columns.values(), strict=True)
    return [Entry(int(row), *(" ".join((cell or "").split()) for cell in cells)) for row, *cells in rows]


@transaction.atomic
def load_register(
    *,
    register: Register,
    content: bytes,
    file_name: str,
    on: date,
    actor: Actor,
    at: datetime,
    is_whole: bool = False,
) -> RegisterLoad:
    """Read a list into a register. A second time nothing changes.

    is_whole : the file is the whole list, so that whoever is not in it left the list on the day.
    Rows that cannot be read are set aside with the reason and do not hold up the others.
    """
    entries = read_list(content)
    taken, faults = _checked(entries, on)
    counts: Counter[str] = Counter(rows=len(entries), set_aside=len(faults))
    listed = list(Listing.objects.select_for_update().filter(register=register, valid_until=None))
    by_code = {x.credit_code: x for x in listed if x.credit_code}
    by_id = {x.organisation_id: x for x in listed if x.organisation_id}
    new, seen = [], set()
    for listing in taken:
        known = by_code.get(listing.credit_code) or by_id.get(listing.organisation_id or 0)
        if known is None:
            listing.register, listing.valid_from = register, on
            new.append(listing)
        else:
            seen.add(known.pk)
            counts["unchanged"] += 1
    made = Listing.objects.bulk_create(new, batch_size=1000)
    counts.update(new=len(made), unknown=sum(x.organisation_id is None for x in taken))
    if is_whole:
        gone = [x.pk for x in listed if x.pk not in seen and x.valid_from <= on]
        for part in _chunks(gone):
            counts["ended"] += Listing.objects.filter(pk__in=part).update(valid_until=on)
    load = RegisterLoad.objects.create(
        register=register,
        file_name=file_name[:200],
        digest=hashlib.sha256(content).hexdigest(),
        on=on,
        counts=dict(counts),
        faults=faults[:MOST_FAULTS],
        loaded_at=at,
        loaded_by=actor.label,
    )
    record("reach.register.loaded", register, actor=actor, at=at, load=load.pk, digest=load.digest, **counts)
    return load


def _checked(entries: Iterable[Entry], day: date) -> tuple[list[Listing], list[dict[str, Any]]]:
    """Rows as listings, each organisation once, and the rows that say nobody."""
    good, faults, codes = [], [], set[str]()
    for entry in entries:
        try:
            code = check_code(entry.code)
        except BadCreditCode as fault:
            faults.append({"row": entry.row, "written": entry.code[:40], "fault": fault.code})
            continue
        if code in codes:
            faults.append({"row": entry.row, "written": entry.code[:40], "fault": "Twice"})
            continue
        codes |= {code} - {""}
        good.append(Entry(entry.row, code, entry.name, entry.address))
    known = known_codes(codes, day)
    named = _known_names({e.name for e in good if not e.code and e.name}, day)
    gazetteer: Gazetteer | None = None
    found, ids = [], set[int]()
    for entry in good:
        organisation = known.get(entry.code) if entry.code else named.get(entry.name)
        if not entry.code and organisation is None:
            why = "NameUnknown" if entry.name else "NeitherCodeNorName"
            faults.append({"row": entry.row, "written": entry.name[:40], "fault": why})
        elif organisation in ids:
            faults.append({"row": entry.row, "written": (entry.code or entry.name)[:40], "fault": "Twice"})
        elif organisation is not None:
            ids.add(organisation)
            found.append(Listing(credit_code=entry.code, organisation_id=organisation))
        else:
            gazetteer = gazetteer or Gazetteer.on(day)
            area = gazetteer.resolve(entry.address).area_id
            found.append(
                Listing(credit_code=entry.code, name=entry.name[:200], address=entry.address[:300], area_id=area)
            )
    return found, sorted(faults, key=lambda f: f["row"])


def known_codes(codes: Iterable[str], day: date) -> dict[str, int]:
    """Credit code -> the organisation that has it on the day."""
    return _look_up("credit_code", codes, day)


def _known_names(names: Iterable[str], day: date) -> dict[str, int]:
    """Name -> the organisation, where exactly one has it."""
    return _look_up("name", names, day)


def _look_up(field: str, values: Iterable[str], day: date) -> dict[str, int]:
    found: dict[str, int] = {}
    twice: set[str] = set()
    for part in _chunks(sorted(set(values) - {""})):
        rows = OrganisationSpan.objects.on(day).filter(**{f"{field}__in": part})
        for value, organisation in rows.values_list(field, "organisation"):
            if found.setdefault(value, organisation) != organisation:
                twice.add(value)
    return {value: organisation for value, organisation in found.items() if value not in twice}


def _chunks(values: list[_T]) -> Iterator[list[_T]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


@transaction.atomic
def take_import(*, register: Register, batch: Import, actor: Actor, at: datetime) -> int:
    """The rows of an import were the rows of a register: whom it named is on the list from its day on.

    Returns how many are new on the list. Raises NotApplied.
    """
    if batch.state != "applied" or batch.kind != ORGANISATIONS.code:
        raise NotApplied(batch)
    rows = StagedRow.objects.filter(batch=batch, ref__gt=0).exclude(state="set_aside")
    there = set(Listing.objects.filter(register=register, valid_until=None).values_list("organisation", flat=True))
    wanted = sorted(set(rows.values_list("ref", flat=True)) - there)
    codes: dict[int, str] = {}
    for part in _chunks(wanted):
        spans = OrganisationSpan.objects.filter(valid_until=None, organisation__in=part)
        codes.update(spans.values_list("organisation", "credit_code"))
    listings = [
        Listing(register=register, organisation_id=pk, credit_code=codes[pk], valid_from=batch.effective_on)
        for pk in wanted
        if pk in codes
    ]
    _end_nameless(register, [x.credit_code for x in listings])
    made = len(Listing.objects.bulk_create(listings, batch_size=1000))
    record("reach.register.took_import", register, actor=actor, at=at, batch=batch.pk, new=made)
    return made


def _end_nameless(register: Register, codes: list[str]) -> None:
    """Entries by code only give way to those that name the organisation."""
    for part in _chunks([c for c in codes if c]):
        Listing.objects.filter(register=register, organisation=None, credit_code__in=part).delete()


@transaction.atomic
def connect_listings(*, day: date, actor: Actor, at: datetime) -> int:
    """Entries whose organisation has been entered in the registry since now name it. Returns how many."""
    waiting = {x.pk: x for x in Listing.objects.filter(organisation=None, valid_until=None).exclude(credit_code="")}
    known = known_codes((x.credit_code for x in waiting.values()), day)
    taken = set(
        Listing.objects.filter(Q(valid_until=None), organisation__in=known.values()).values_list(
            "register", "organisation"
        )
    )
    found = []
    for listing in waiting.values():
        organisation = known.get(listing.credit_code)
        if organisation and (listing.register_id, organisation) not in taken:
            listing.organisation_id, listing.name, listing.address, listing.area = organisation, "", "", None
            found.append(listing)
    Listing.objects.bulk_update(found, ["organisation", "name", "address", "area"], batch_size=500)
    if found:
        record("reach.register.connected", found[0].register, actor=actor, at=at, listings=len(found))
    return len(found)
