"""What is held about a person beyond name and memberships: answers, statements, contacts, guardians."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from ..attributes import ATTRIBUTES, Attribute, months_after
from ..models.consent import Consent, Contact, Declaration, Guardian, Purpose
from ..models.rights import RightsRequest
from ..operations.consents import ADULT_VOICE
from ..words import CONTACT_KINDS, RIGHTS_KINDS, word


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """One purpose that needs consent, and how this person answered last."""

    code: str
    name: str
    state: str
    """none, given, no or withdrawn."""
    day: date | None
    version: int
    current_version: int
    ask_again_on: date | None
    """Where a no stands in the way: nobody may ask before this day."""
    by_guardian: bool
    is_separate: bool

    @property
    def is_old(self) -> bool:
        """Whether the yes answered words that have been written anew since."""
        return self.state == "given" and self.version < self.current_version


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One thing the person stated; the answer to a sensitive one is not shown with it."""

    id: int
    attribute: str
    value: str
    purpose: str
    since: date
    until: date | None
    seen_on: date | None
    by_guardian: bool
    is_sensitive: bool


@dataclass(frozen=True, slots=True)
class ContactLine:
    """A contact that is held, masked: it is opened by an act of its own."""

    id: UUID
    kind: str
    purpose: str
    added_on: date
    is_safe: bool


@dataclass(frozen=True, slots=True)
class GuardianLine:
    """Who speaks for the person."""

    id: int
    person: int
    name: str
    since: date


@dataclass(frozen=True, slots=True)
class RequestLine:
    """What the person asked about the own data and nobody has answered."""

    id: int
    kind: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Held:
    """All that is held about a person for purposes."""

    consents: tuple[ConsentLine, ...]
    statements: tuple[StatementLine, ...]
    contacts: tuple[ContactLine, ...]
    guardians: tuple[GuardianLine, ...]
    requests: tuple[RequestLine, ...]
    is_child: bool
    """Whether a guardian must answer."""
    to_state: tuple[tuple[str, str], ...]
    """Code and name of what the person may state here."""


def held_about(person: int, day: date, *, sees_sensitive: bool) -> Held:
    """Six queries, whatever is held. Without `sees_sensitive`, sensitive statements are left out altogether."""
    stated = list(_stated(person, day, sees_sensitive=sees_sensitive))
    contacts = Contact.objects.filter(person=person).select_related("purpose").order_by("added_on", "pk")
    asked = RightsRequest.objects.filter(person=person, answered_on=None).order_by("due_on")
    return Held(
        consents=consent_lines(person),
        statements=tuple(_statement(row) for row in stated),
        contacts=tuple(
            ContactLine(c.pk, word(CONTACT_KINDS, c.kind), str(c.purpose), c.added_on, c.is_safe) for c in contacts
        ),
        guardians=guardian_lines(person, day),
        requests=tuple(RequestLine(r.pk, word(RIGHTS_KINDS, r.kind), r.due_on) for r in asked),
        is_child=is_child(stated, day),
        to_state=tuple((a.code, str(a.name)) for a in statable(sees_sensitive=sees_sensitive)),
    )


def statable(*, sees_sensitive: bool) -> list[Attribute]:
    """What may be stated to somebody who sees sensitive answers, or does not."""
    return [a for a in ATTRIBUTES.values() if sees_sensitive or not a.is_sensitive]


def _stated(person: int, day: date, *, sees_sensitive: bool) -> QuerySet[Declaration]:
    codes = [a.code for a in statable(sees_sensitive=sees_sensitive)]
    rows = Declaration.objects.on(day).filter(person=person, attribute__in=codes)
    return rows.select_related("purpose").order_by("attribute")


def is_child(stated: Iterable[Declaration], day: date) -> bool:
    """Whether the stated year of birth says that a guardian answers; a year alone counts as its last day."""
    born = next((int(row.value) for row in stated if row.attribute == "birth_year"), None)
    return born is not None and day.year - born <= ADULT_VOICE


def guardian_lines(person: int, day: date) -> tuple[GuardianLine, ...]:
    """Who speaks for the person on the day."""
    rows = Guardian.objects.on(day).filter(child=person).select_related("guardian").order_by("pk")
    return tuple(GuardianLine(g.pk, g.guardian_id, g.guardian.name, g.valid_from) for g in rows)


def purposes_allowed(person: int, *, needs_separate: bool) -> list[Purpose]:
    """Purposes for which something of the person may be taken today: agreed to, or resting on something else."""
    agreed = Consent.objects.filter(person=person, is_given=True, withdrawn_on=None).values("purpose")
    open_now = Purpose.objects.filter(ended_on=None).filter(~Q(basis="consent") | Q(pk__in=agreed))
    return list((open_now.filter(is_separate=True) if needs_separate else open_now).order_by("pk"))


def consent_lines(person: int) -> tuple[ConsentLine, ...]:
    """How the person answered for every purpose that needs a yes; those that ended only where one is in force."""
    answers: dict[int, list[Consent]] = defaultdict(list)
    for row in Consent.objects.filter(person=person).order_by("-answered_on", "-pk"):
        answers[row.purpose_id].append(row)
    rows = Purpose.objects.filter(basis="consent").order_by("pk")
    lines = [(row, _answer(row, answers[row.pk])) for row in rows]
    return tuple(line for row, line in lines if row.ended_on is None or line.state == "given")


def _answer(purpose: Purpose, answers: list[Consent]) -> ConsentLine:
    given = next((c for c in answers if c.is_given and c.withdrawn_on is None), None)
    last = given or next(iter(answers), None)
    state, day = "none", None
    if last:
        state = "given" if given else "withdrawn" if last.withdrawn_on else "no"
        day = last.withdrawn_on or last.answered_on
    noes = [c.withdrawn_on or c.answered_on for c in answers if not c.is_given or c.withdrawn_on]
    return ConsentLine(
        code=purpose.code,
        name=str(purpose),
        state=state,
        day=day,
        version=last.notice_version if last else 0,
        current_version=purpose.notice_version,
        ask_again_on=months_after(max(noes), purpose.ask_again_months) if noes and not given else None,
        by_guardian=bool(last and last.guardian_id),
        is_separate=purpose.is_separate,
    )


def _statement(row: Declaration) -> StatementLine:
    what = ATTRIBUTES[row.attribute]
    return StatementLine(
        id=row.pk,
        attribute=str(what.name),
        value="" if what.is_sensitive else answer_word(row),
        purpose=str(row.purpose),
        since=row.valid_from,
        until=row.valid_until,
        seen_on=row.seen_on,
        by_guardian=row.guardian_id is not None,
        is_sensitive=what.is_sensitive,
    )


def answer_word(row: Declaration) -> str:
    """The answer as people read it."""
    what = ATTRIBUTES.get(row.attribute)
    return str(what.choices.get(row.value, row.value)) if what else row.value
