"""Lists of visits, records and differences as pages and phones show them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianxin.kit.clock import day_of
from lianxin.kit.scope import Scope
from lianxin.kit.vault import unseal
from lianxin.places.models import Site
from lianxin.registry.queries.cards import OrganisationCard, last_names, organisation_cards, organisation_ids
from lianxin.registry.queries.places import area_names

from ..models import Difference, FieldRound, PlannedVisit, VisitRecord
from ..operations.records import note_place
from ..visit_words import COUNTS, OUTCOMES, PURPOSES, STEPS

MONTH = 30.44
_REF = re.compile(r"organisation:[0-9]{1,17}$")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a visit goes to, as it is shown at the door."""

    kind: str
    """`organisation`, `site` or `area`."""
    ref: int
    name: str
    where: str
    address: str
    why: str
    """What one should know before knocking: size, coverage, last visit."""
    counts: Mapping[str, int | None]

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.ref}"


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of a list."""

    id: int
    day: date
    position: int
    officer: str
    officer_id: int
    purpose: str
    state: str
    subject: Subject


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One record, without its note."""

    key: str
    subject: Subject
    officer: str
    outcome: str
    icon: str
    step: str
    step_on: date | None
    visited_on: date
    written_at: datetime
    differs: int
    """Differences still to be decided."""


@dataclass(frozen=True, slots=True)
class DifferenceLine:
    """Two numbers for one thing, to choose from."""

    record: str
    field: str
    label: str
    name: str
    said: int
    found: int | None
    base: int | None
    found_by: str
    found_at: datetime
    written_at: datetime


@dataclass(frozen=True, slots=True)
class OfficerDay:
    """What lies before an officer on a day."""

    day: date
    todo: tuple[Stop, ...]
    overdue: tuple[Stop, ...]
    ahead: tuple[tuple[date, int], ...]
    """Days to come and how many visits stand on them."""
    done: tuple[RecordLine, ...]
    differences: tuple[DifferenceLine, ...]
    round: int

    @property
    def next(self) -> Stop | None:
        return next(iter((*self.todo, *self.overdue)), None)


def account_key(account_id: int) -> str:
    """The name under which a phone keeps an account's outbox: says nothing of who it is."""
    return salted_hmac("lianxin.reach.outbox", str(account_id), algorithm="sha256").hexdigest()[:20]


def round_of(officer: int) -> int:
    return FieldRound.objects.filter(officer=officer).values_list("number", flat=True).first() or 0


def officer_day(officer: int, day: date) -> OfficerDay:
    """Everything for an officer's phone: a constant number of queries."""
    plans = PlannedVisit.objects.filter(officer=officer).open()
    near = list(plans.filter(day__lte=day).select_related("officer").order_by("day", "position", "pk")[:120])
    stops = stop_lines(near, day)
    ahead = plans.filter(day__gt=day).values("day").annotate(n=Count("pk")).order_by("day")[:14]
    made = VisitRecord.objects.filter(officer=officer, received_at__isnull=False, visited_on__lte=day)
    today = [r for r in made.select_related("officer").order_by("-written_at")[:60] if _is_of(r, day)]
    return OfficerDay(
        day=day,
        todo=tuple(s for s in stops if s.day == day),
        overdue=tuple(s for s in stops if s.day < day),
        ahead=tuple((row["day"], row["n"]) for row in ahead),
        done=tuple(record_lines(today, day)),
        differences=tuple(difference_lines(officer)),
        round=round_of(officer),
    )


def _is_of(record: VisitRecord, day: date) -> bool:
    return record.visited_on == day or day_of(record.written_at) == day


def subjects(rows: Iterable[PlannedVisit | VisitRecord], day: date) -> dict[tuple[str, int], Subject]:
    """What a number of visits go to: at most ten queries, whatever their number."""
    wanted = {_key_of(row) for row in rows}
    ids = {kind: {ref for k, ref in wanted if k == kind} for kind in ("organisation", "site", "area")}
    cards = organisation_cards(ids["organisation"], day) if ids["organisation"] else {}
    gone = last_names(ids["organisation"] - cards.keys()) if ids["organisation"] - cards.keys() else {}
    sites = {s.pk: s for s in Site.objects.filter(pk__in=ids["site"])} if ids["site"] else {}
    areas = area_names(ids["area"] | {s.area_id for s in sites.values()}, day) if ids["area"] or sites else {}
    found = {("organisation", pk): _of_card(card, day) for pk, card in cards.items()}
    for pk, name in gone.items():
        found["organisation", pk] = Subject("organisation", pk, name, "", "", _("No longer on record"), {})
    for pk, site in sites.items():
        where = areas[site.area_id].full if site.area_id in areas else ""
        found["site", pk] = Subject("site", pk, site.name, where, site.address, _("Building or park"), {})
    for pk in ids["area"]:
        area = areas.get(pk)
        name, above = (area.name, area.above) if area else ("", "")
        found["area", pk] = Subject("area", pk, name, above, "", _("Meet a group here"), {})
    return found


def _key_of(row: PlannedVisit | VisitRecord) -> tuple[str, int]:
    for kind in ("organisation", "site", "area"):
        ref = getattr(row, f"{kind}_id")
        if ref:
            return kind, ref
    return "", 0


def _of_card(card: OrganisationCard, day: date) -> Subject:
    where = " · ".join(part for part in (card.area.full, card.site) if part)
    return Subject("organisation", card.id, card.name, where, card.address, why(card, day), card.counts)


def why(card: OrganisationCard, day: date) -> str:
    """Size, coverage and last visit in one line."""
    size = (
        _("Headcount unknown, worth asking")
        if card.headcount is None
        else ngettext("%(n)s employee", "%(n)s employees", card.headcount) % {"n": f"{card.headcount:,}"}
    )
    cover = _("no body yet") if not card.lines else _("has a body")
    return _("%(size)s, %(cover)s, %(seen)s") % {"size": size, "cover": cover, "seen": _seen(card.visited_on, day)}


def _seen(last: date | None, day: date) -> str:
    if last is None:
        return _("never visited")
    days = (day - last).days
    if days < 1:
        return _("visited today")
    if days < 45:
        return ngettext("visited %(n)s day ago", "visited %(n)s days ago", days) % {"n": days}
    months = round(days / MONTH)
    return ngettext("visited %(n)s month ago", "visited %(n)s months ago", months) % {"n": months}


NOBODY = Subject("", 0, "", "", "", "", {})


def stop_lines(rows: Sequence[PlannedVisit], day: date) -> list[Stop]:
    """Stops as they are shown; `officer` has been read along."""
    known = subjects(rows, day)
    return [
        Stop(
            id=row.pk,
            day=row.day,
            position=row.position,
            officer=row.officer.label or row.officer.username,
            officer_id=row.officer_id,
            purpose=str(PURPOSES.get(row.purpose, row.purpose)),
            state=row.state,
            subject=known.get(_key_of(row), NOBODY),
        )
        for row in rows
    ]


def record_lines(rows: Sequence[VisitRecord], day: date) -> list[RecordLine]:
    """Records as they are shown; `officer` has been read along."""
    known = subjects(rows, day)
    asked: QuerySet[Any, Any] = Difference.objects.filter(record__in=[r.pk for r in rows], chosen="")
    differing = dict(asked.values("record").annotate(n=Count("pk")).values_list("record", "n"))
    return [
        RecordLine(
            key=str(row.key),
            subject=known.get(_key_of(row), NOBODY),
            officer=row.officer.label or row.officer.username,
            outcome=str(OUTCOMES[row.outcome][0]),
            icon=OUTCOMES[row.outcome][1],
            step=str(STEPS[row.step]),
            step_on=row.step_on,
            visited_on=row.visited_on,
            written_at=row.written_at,
            differs=differing.get(row.pk, 0),
        )
        for row in rows
    ]


def difference_lines(officer: int) -> list[DifferenceLine]:
    """What the officer has to decide, the oldest first: two queries."""
    rows = list(
        Difference.objects.filter(record__officer=officer, chosen="").select_related("record").order_by("pk")[:60]
    )
    names = last_names(r.record.organisation_id for r in rows if r.record.organisation_id) if rows else {}
    return [
        DifferenceLine(
            record=str(row.record.key),
            field=row.field,
            label=str(COUNTS[row.field]),
            name=names.get(row.record.organisation_id or 0, ""),
            said=row.said,
            found=row.found,
            base=row.base,
            found_by=row.found_by,
            found_at=row.found_at,
            written_at=row.record.written_at,
        )
        for row in rows
    ]


def stop_of(pk: int, officer: int, scope: Scope) -> Stop | None:
    """A stop of the officer's own list, or of a colleague's within the scope."""
    row = PlannedVisit.objects.select_related("officer").filter(pk=pk).first()
    if row is None:
        return None
    if row.officer_id != officer and not PlannedVisit.objects.within(scope).filter(pk=pk).exists():
        return None
    return stop_lines([row], scope.day)[0]


def subject_within(kind: str, ref: int, scope: Scope) -> Subject | None:
    """What could be visited without standing on a list, inside the scope."""
    row = PlannedVisit(**{f"{kind}_id": ref})
    found = subjects([row], scope.day).get((kind, ref))
    if found is None or kind != "organisation":
        return None
    return found if organisation_ids(scope).filter(organisation=ref).exists() else None


def last_note(subject: Subject, officer: int) -> tuple[str, date] | None:
    """The officer's own last note about the organisation, and its day."""
    rows = VisitRecord.objects.filter(officer=officer, **{subject.kind: subject.ref}).exclude(note=b"")
    row = rows.order_by("-visited_on", "-pk").first()
    return (unseal(row.note, where=note_place(row.key)), row.visited_on) if row else None


def facts_now(keys: Iterable[str], day: date) -> dict[str, dict[str, int | None]]:
    """The counts on record of `organisation:12` and the like."""
    ids = {int(key.partition(":")[2]) for key in keys if key.startswith("organisation:")}
    return {f"organisation:{pk}": dict(card.counts) for pk, card in organisation_cards(ids, day).items()}


def as_sent(line: DifferenceLine) -> dict[str, Any]:
    """A difference as the phone keeps it."""
    found_at = date_format(localtime(line.found_at), "H:i") if line.found_by else ""
    return {
        "record": line.record,
        "field": line.field,
        "label": line.label,
        "name": line.name,
        "said": line.said,
        "found": line.found,
        "base": line.base,
        "found_by": line.found_by,
        "found_at": found_at,
        "said_at": date_format(localtime(line.written_at), "H:i"),
    }


def phone_answer(
    officer: int, number: int, receipts: Mapping[str, Mapping[str, str]], items: Iterable[Mapping[str, Any]], day: date
) -> dict[str, Any]:
    """The answer to a post: see `outbox.js`."""
    differences = difference_lines(officer)
    asked = VisitRecord.objects.filter(key__in=[d.record for d in differences])
    about = {f"organisation:{pk}" for pk in asked.values_list("organisation", flat=True) if pk}
    about |= {key for item in items if _REF.match(key := str(item.get("subject", "")))}
    return {
        "round": number,
        "receipts": receipts,
        "differences": [as_sent(d) for d in differences],
        "facts": facts_now(about, day),
    }
