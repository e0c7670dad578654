"""Recording visits and settling what two say differently: the rules of `lianxin_methods.visits` on the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from lianxin.access.actors import AccountActor
from lianxin.access.models import Account
from lianxin.kit.actor import Actor
from lianxin.kit.clock import day_of
from lianxin.kit.refusals import Refused
from lianxin.kit.vault import seal
from lianxin.places.calendar import WorkingDays
from lianxin.places.models import Area, Site
from lianxin.registry.models import Organisation, OrganisationSpan
from lianxin.registry.operations.organisations import PartAboveWhole, change_organisation
from lianxin.registry.operations.spans import NothingOpen, lock_open
from lianxin.registry.operations.visits import note_visit
from lianxin.registry.queries.cards import merged_into, organisation_ids
from lianxin.trail.operations import record
from lianxin.trail.queries import history
from lianxin_methods.visits import converge
from lianxin_methods.visits.converge import Differing, State

from ..forms.visits import SaidAtDoor
from ..models import Choice, Difference, FieldRound, PlannedVisit, VisitRecord
from ..models.visits import FACTS, RECORD
from ..visit_words import GOES_AGAIN, usual_step
from .visits import put_on_list

CHANGES = ("registry.organisation.changed", "registry.organisation.corrected", "registry.organisation.added")


class NotYours(Refused):
    text = _("This organisation lies outside your area now. The record stays on this phone until you delete it.")


class KeyTaken(Refused):
    text = _("A record with this number came from somebody else. Write it again.")


class NothingToChoose(Refused):
    text = _("There is nothing left to choose here.")


def note_place(key: object) -> str:
    """The place a note is sealed for."""
    return f"reach.visit_record.note:{key}"


@transaction.atomic
def next_round(officer: Account) -> int:
    """Count one more answer to the officer's phones; holds the officer's line until the transaction ends."""
    found, _is_new = FieldRound.objects.select_for_update().get_or_create(officer=officer)
    FieldRound.objects.filter(pk=found.pk).update(number=F("number") + 1)
    return found.number + 1


def open_span(organisation: int) -> OrganisationSpan | None:
    """The organisation's facts now, locked; None where it has ended. Raises ImportUnderWay."""
    try:
        return lock_open(OrganisationSpan, organisation=organisation)
    except NothingOpen:
        return None


def counts_of(span: OrganisationSpan) -> dict[str, int | None]:
    return {field: getattr(span, field) for field in FACTS}


def who_wrote(organisation: int, at: datetime) -> tuple[str, datetime]:
    """Who last wrote what is on record, and when, as far as the trail knows."""
    lines = history("registry.organisation", organisation, limit=20)
    last = next((line for line in lines if line.act in CHANGES), None)
    return (last.who, last.at) if last else ("", at)


@dataclass
class Door:
    """One record on its way in; the span is locked from the first look on."""

    said: SaidAtDoor
    subject: dict[str, int]
    officer: Account
    actor: Actor
    at: datetime
    span: OrganisationSpan | None = None

    def is_known(self) -> bool:
        known = VisitRecord.objects.filter(key=self.said.key).first()
        if known and known.officer_id != self.officer.pk:
            raise KeyTaken(known)
        return known is not None

    def found(self) -> Mapping[str, int | None] | None:
        if "organisation_id" not in self.subject:
            return {}
        self.span = open_span(self.subject["organisation_id"])
        return counts_of(self.span) if self.span else None

    def keep(self, write: Mapping[str, int], differing: Sequence[Differing], *, is_ended: bool) -> None:
        made, asked = self._store(is_ended), list(differing)
        organisation = self.subject.get("organisation_id", 0)
        by, found_at = who_wrote(organisation, self.at) if write or asked else ("", self.at)
        if not self._write(write):  # more women than staff, say: nothing is written, everything is asked about
            now = counts_of(self.span) if self.span else {}
            asked += [
                Differing(c.field, c.base, c.said, now.get(c.field)) for c in self.said.counts if c.field in write
            ]
        Difference.objects.bulk_create(
            Difference(
                record=made, field=d.field, base=d.base, said=d.said, found=d.found, found_by=by, found_at=found_at
            )
            for d in asked
        )
        facts_of = {"outcome": made.outcome, "day": made.visited_on.isoformat(), "differences": len(asked)}
        record("reach.visit.recorded", made, actor=self.actor, at=self.at, **facts_of)

    def _store(self, is_ended: bool) -> VisitRecord:
        said, organisation = self.said, self.subject.get("organisation_id")
        step, step_on = self._step()
        visit = None
        if organisation:
            visit = note_visit(
                organisation=Organisation(pk=organisation),
                day=said.visited_on,
                outcome=said.outcome,
                actor=self.actor,
                at=self.at,
            )
        made = VisitRecord.objects.create(
            key=said.key,
            officer=self.officer,
            planned=self._planned(),
            **self.subject,
            visit=visit,
            visited_on=said.visited_on,
            outcome=said.outcome,
            step=step,
            step_on=step_on,
            note=seal(said.note, where=note_place(said.key)) if said.note else b"",
            counts={c.field: {"said": c.said, "base": c.base} for c in said.counts},
            remark="ended" if is_ended else "",
            written_at=said.written_at,
            received_at=self.at,
        )
        if step in GOES_AGAIN and step_on and not is_ended:
            put_on_list(self.officer, max(step_on, day_of(self.at)), [self.subject], "follow_up")
        return made

    def _step(self) -> tuple[str, date | None]:
        usual = usual_step(self.said.outcome, self.said.visited_on, WorkingDays.read())
        if not self.said.step:
            return usual
        return self.said.step, self.said.step_on or (usual[1] if self.said.step == usual[0] else None)

    def _planned(self) -> PlannedVisit | None:
        """The stops on lists that this visit was; the one named, and those of this officer up to the day."""
        stops = PlannedVisit.objects.select_for_update().filter(**self.subject)
        named = stops.filter(pk=self.said.planned).first() if self.said.planned else None
        due = stops.open().filter(officer=self.officer, day__lte=self.said.visited_on).order_by("day")
        chosen = named or due.first()
        due.update(state="done")
        if named and named.state == "planned":
            PlannedVisit.objects.filter(pk=named.pk).update(state="done")
        return chosen

    def _write(self, write: Mapping[str, int]) -> bool:
        """Whether the counts could be written together."""
        if not write or self.span is None:
            return True
        day = max(self.said.visited_on, self.span.valid_from)
        try:
            with transaction.atomic():
                organisation, facts = Organisation(pk=self.span.organisation_id), cast(Any, write)
                change_organisation(organisation=organisation, day=day, actor=self.actor, at=self.at, **facts)
        except PartAboveWhole:
            return False
        return True


def subject_of(said: SaidAtDoor, officer: Account, day: date) -> dict[str, int]:
    """What was visited, where the officer may go, or may have gone by the list. Raises NotYours."""
    ref = merged_into(said.ref) if said.kind == "organisation" else said.ref
    scope = AccountActor(officer).scope(RECORD, day)
    inside: QuerySet[Any, Any] = organisation_ids(scope).filter(organisation=ref)
    if said.kind != "organisation":
        inside = (Site if said.kind == "site" else Area).objects.within(scope).filter(pk=ref)
    subject = {f"{said.kind}_id": ref}
    known = {f"{said.kind}_id": said.ref}
    if not inside.exists() and not PlannedVisit.objects.filter(officer=officer, **known).exists():
        raise NotYours(said.ref)
    return subject


@transaction.atomic
def record_visit(*, said: SaidAtDoor, officer: Account, actor: Actor, at: datetime) -> State:
    """Take in what an officer noted at the door, once, however often it is sent.

    Raises NotYours, KeyTaken, ImportUnderWay.
    """
    FieldRound.objects.select_for_update().get_or_create(officer=officer)
    door = Door(said, subject_of(said, officer, day_of(at)), officer, actor, at)
    return converge.receive(said.counts, door)


@dataclass
class Asked:
    """A difference on its way out."""

    key: UUID
    row: Difference | None
    officer: Account
    actor: Actor
    at: datetime
    span: OrganisationSpan | None = None

    @property
    def difference(self) -> Difference:
        if self.row is None:
            raise NothingToChoose(self.key)
        return self.row

    def answered(self) -> State | None:
        known = Choice.objects.filter(key=self.key).first()
        if known and known.officer_id != self.officer.pk:
            raise KeyTaken(known)
        return known.state if known else None  # type: ignore[return-value]

    def differing(self) -> Differing | None:
        row = self.row
        return Differing(row.field, row.base, row.said, row.found, row.chosen) if row else None

    def found(self) -> Mapping[str, int | None] | None:
        self.span = open_span(merged_into(self.difference.record.organisation_id or 0))
        return counts_of(self.span) if self.span else None

    def settle(self, chosen: str, write: int | None) -> None:
        if write is not None and self.span is not None:
            facts: Any = {self.difference.field: write}
            day = max(self.difference.record.visited_on, self.span.valid_from)
            organisation = Organisation(pk=self.span.organisation_id)
            change_organisation(organisation=organisation, day=day, actor=self.actor, at=self.at, **facts)
        Difference.objects.filter(pk=self.difference.pk).update(chosen=chosen, chosen_at=self.at)
        facts = {"field": self.difference.field, "chosen": chosen}
        record("reach.difference.chosen", self.difference.record, actor=self.actor, at=self.at, **facts)

    def reopen(self, found: int | None) -> None:
        by, found_at = who_wrote(self.difference.record.organisation_id or 0, self.at)
        Difference.objects.filter(pk=self.difference.pk).update(found=found, found_by=by, found_at=found_at)

    def remember(self, state: State) -> None:
        if state != "refused":
            given = {"officer": self.officer, "difference": self.difference, "received_at": self.at}
            Choice.objects.create(key=self.key, state=state, **given)


@transaction.atomic
def choose_count(
    *, key: UUID, asked: UUID, field: str, chosen: str, seen: int | None, officer: Account, actor: Actor, at: datetime
) -> State:
    """Decide between the number said at the door and the one on record, once.

    asked : key of the record that said it.  seen : the number on record that the officer chose against.
    Raises NothingToChoose, KeyTaken, ImportUnderWay, PartAboveWhole.
    """
    FieldRound.objects.select_for_update().get_or_create(officer=officer)
    rows = Difference.objects.select_for_update().select_related("record")
    row = rows.filter(record__key=asked, field=field, record__officer=officer).first()
    state = converge.choose(chosen, seen, Asked(key, row, officer, actor, at))
    if state == "refused":
        raise NothingToChoose(asked)
    return state
