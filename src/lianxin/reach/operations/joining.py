"""Joining online: codes, applications, and what a body makes of them."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit import vault
from lianxin.kit.actor import Actor
from lianxin.kit.clock import day_of
from lianxin.kit.refusals import Refused
from lianxin.kit.scope import Scope
from lianxin.registry.models import Body, BodySpan, Contact, Membership, Person
from lianxin.registry.operations.consents import add_contact, answer_consent, normal_contact
from lianxin.registry.operations.people import advance_membership, apply_for_membership, leave
from lianxin.trail.operations import record

from ..models import Application, Founding, JoinCode
from ..purposes import purpose
from .founders import Known, add_founder, enter_member
from .foundings import OPEN, ReasonMissing, handled

SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Letters and digits that cannot be taken for one another when typed from paper."""
LENGTH = 8
ASKED = ("membership", "activity_news")
"""What an applicant to a body is told or asked; the first is needed for it, the others are free."""


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody who joins from a phone, without an account."""

    id: int = 0
    kind: str = "person"
    label: str = "applicant"

    def may(self, act: str, day: date) -> bool:
        return False

    def scope(self, act: str, day: date) -> Scope:
        return Scope(day)


class CodeNotGood(Refused):
    text = _("This code does not work, or no longer. Please check it, or ask whoever gave it to you.")
    status = 404


class ApplicantNameMissing(Refused):
    text = _("Please enter your name.")


class MembershipNoticeNotRead(Refused):
    text = _("Nobody can be entered without agreeing to the words about membership.")


class Answered(Refused):
    text = _("This application has been answered already.")


class CodeEnds(Refused):
    text = _("A code needs a day after today from which it no longer works.")


@transaction.atomic
def make_code(
    *,
    until: date,
    where: str,
    actor: Actor,
    at: datetime,
    body: Body | None = None,
    founding: Founding | None = None,
) -> JoinCode:
    """A code to hand out for a body, or by a handler for a founding. Raises CodeEnds, NotAHandler, WrongStep."""
    day = day_of(at)
    if until <= day:
        raise CodeEnds()
    if founding is not None:
        handled(founding, actor, *OPEN)
    code = "".join(secrets.choice(SIGNS) for _sign in range(LENGTH))
    made = JoinCode.objects.create(
        code=code, body=body, founding=founding, where=where.strip()[:100], made_on=day, until=until
    )
    subject = body or founding or made
    record("reach.joincode.made", subject, actor=actor, at=at, code=made.pk, until=until.isoformat())
    return made


@transaction.atomic
def revoke_code(*, code: JoinCode, actor: Actor, at: datetime) -> None:
    """The code works no more from now on. A second time changes nothing."""
    if JoinCode.objects.filter(pk=code.pk, revoked_on=None).update(revoked_on=day_of(at)):
        record("reach.joincode.revoked", code.body or code.founding or code, actor=actor, at=at, code=code.pk)


def working_code(text: str, day: date) -> JoinCode:
    """The code as typed, while it works. Raises CodeNotGood."""
    typed = "".join(text.split()).upper().replace("-", "")
    held = JoinCode.objects.filter(code=typed, revoked_on=None, until__gt=day, made_on__lte=day)
    found = held.select_related("body__line", "founding__line").first()
    if found is None:
        raise CodeNotGood()
    is_over = found.founding is not None and not found.founding.is_open
    if is_over or (found.body is not None and not BodySpan.objects.on(day).filter(body=found.body).exists()):
        raise CodeNotGood()
    return found


@transaction.atomic
def send_application(
    *, code: JoinCode, known: Known, workplace: str, answers: Mapping[str, bool], at: datetime
) -> tuple[Application, str]:
    """Somebody applies. Returns the application with the secret of the applicant's own link, which is not kept.

    answers : purpose -> yes or no, to the words shown.
    Raises ApplicantNameMissing, ContactNotReadable, MembershipNoticeNotRead.
    """
    if not known.name.strip():
        raise ApplicantNameMissing()
    needed = "founding" if code.founding_id else ASKED[0]
    if not answers.get(needed):
        raise MembershipNoticeNotRead()
    name, contact = " ".join(known.name.split())[:60], normal_contact(known.contact_kind, known.contact)
    secret = secrets.token_urlsafe(24)
    made = Application(
        number=_number(day_of(at)),
        digest=sha256(secret.encode()).hexdigest(),
        code=code,
        body=code.body,
        founding=code.founding,
        applied_on=day_of(at),
        answers={key: [purpose(key).notice_version, bool(yes)] for key, yes in answers.items()},
    )
    sealed = {**asdict(Known(name, known.contact_kind, contact)), "workplace": workplace.strip()[:100]}
    made.sealed = vault.seal(json.dumps(sealed, ensure_ascii=False), where=made.place)
    made.save(force_insert=True)
    record("reach.application.sent", code.body or code.founding or code, actor=Applicant(), at=at)
    return made, secret


def by_secret(secret: str) -> Application:
    """The application behind an applicant's own link. Raises CodeNotGood."""
    held = Application.objects.filter(digest=sha256(secret.encode()).hexdigest())
    found = held.select_related("membership", "code", "body__line").first()
    if found is None:
        raise CodeNotGood()
    return found


@dataclass(frozen=True, slots=True)
class Sent:
    """What an applicant sent, opened."""

    known: Known
    workplace: str


def opened(application: Application) -> Sent:
    """What is sealed in an application that waits."""
    found = json.loads(vault.unseal(application.sealed or b"", where=application.place))
    return Sent(workplace=found.pop("workplace", ""), known=Known(**found))


@transaction.atomic
def take_in(*, application: Application, organisation: int, day: date, actor: Actor, at: datetime) -> Application:
    """The body enters the applicant: a registered member with the consents given; what was sealed is deleted.

    For a founding the applicant goes among the founders, sealed as they are.
    organisation : id of the place of work, 0 for none.
    Raises Answered, AlreadyMember, what `add_founder` raises.
    """
    held = _waiting(application)
    sent = opened(held)
    known = Known(sent.known.name, sent.known.contact_kind, sent.known.contact, organisation)
    if held.founding is not None:
        add_founder(founding=held.founding, known=known, part="member", has_agreed=True, day=day, actor=actor, at=at)
    elif held.body is not None:
        held.membership = _enter(held, held.body, known, day, actor, at)
    held.state, held.sealed, held.answered_on = "registered", None, day
    held.save(update_fields=["state", "sealed", "answered_on", "membership"])
    record("reach.application.taken_in", held.body or held.founding or held.code, actor=actor, at=at)
    return held


@transaction.atomic
def refuse(*, application: Application, reason: str, day: date, actor: Actor, at: datetime) -> Application:
    """The body says no, with a reason that the applicant reads; what was sealed is deleted.

    Raises Answered, ReasonMissing, NotAHandler.
    """
    held = _waiting(application)
    if held.founding is not None:
        handled(held.founding, actor)
    if not reason.strip():
        raise ReasonMissing(held)
    held.state, held.sealed, held.answered_on, held.reason = "refused", None, day, reason.strip()[:300]
    held.save(update_fields=["state", "sealed", "answered_on", "reason"])
    record("reach.application.refused", held.body or held.founding or held.code, actor=actor, at=at)
    return held


@transaction.atomic
def withdraw(*, application: Application, at: datetime) -> Application:
    """The applicant takes it back: what was sealed is deleted, a membership that came of it ends."""
    held = Application.objects.select_for_update().get(pk=application.pk)
    if held.state in ("withdrawn", "refused"):
        return held
    if held.membership and held.membership.left_on is None:
        leave(membership=held.membership, day=day_of(at), actor=Applicant(), at=at)
    held.state, held.sealed = "withdrawn", None
    held.save(update_fields=["state", "sealed"])
    record("reach.application.withdrawn", held.body or held.founding or held.code, actor=Applicant(), at=at)
    return held


@dataclass(frozen=True, slots=True)
class FoundingApplicant:
    """Somebody who applied to a founding, as a handler reads it."""

    id: str
    name: str
    contact: str
    workplace: str
    applied_on: date


@transaction.atomic
def read_applicants(*, founding: Founding, actor: Actor, at: datetime) -> list[FoundingApplicant]:
    """Open what those sent who applied to a founding; that it was read stands in the trail. Raises NotAHandler."""
    held = handled(founding, actor)
    rows = list(held.applications.filter(state="applied").order_by("applied_on", "number"))
    if rows:
        record("reach.applications.read", held, actor=actor, at=at, applications=len(rows))
    sent = [(row, opened(row)) for row in rows]
    return [FoundingApplicant(str(r.pk), s.known.name, s.known.contact, s.workplace, r.applied_on) for r, s in sent]


def _waiting(application: Application) -> Application:
    related = Application.objects.select_related("body", "founding", "code")
    held = related.select_for_update(of=("self",)).get(pk=application.pk)
    if held.state != "applied":
        raise Answered(held)
    return held


def _enter(held: Application, body: Body, known: Known, day: date, actor: Actor, at: datetime) -> Membership:
    area = BodySpan.objects.on(day).filter(body=body).values_list("area", flat=True).first() or 0
    person = _known_already(known)
    if person is None:
        made = enter_member(known, body=body, day=day, area=area, actor=actor, at=at)
    else:
        made = apply_for_membership(person=person, body=body, day=day, actor=actor, at=at)
        made = advance_membership(membership=made, step="registered_on", day=day, actor=actor, at=at)
    if held.answers.get("activity_news", [0, False])[1]:
        wanted = {"person": made.person, "purpose": purpose("activity_news"), "day": day}
        answer_consent(is_given=True, actor=Applicant(), at=at, **wanted)  # type: ignore[arg-type]
        add_contact(kind=known.contact_kind, value=known.contact, actor=actor, at=at, **wanted)  # type: ignore[arg-type]
    return made


def _known_already(known: Known) -> Person | None:
    """The one person of this name who left this contact before; nobody is ever asked twice."""
    word = vault.lookup_word(known.contact_kind, known.contact)
    people = Person.objects.known().filter(contacts__in=Contact.objects.filter(lookup=word), name=known.name)
    rows = list(people.distinct()[:2])
    return rows[0] if len(rows) == 1 else None


def _number(day: date) -> str:
    """What stands on the receipt: the day and five signs."""
    return f"{day:%y%m%d}-" + "".join(secrets.choice(SIGNS) for _sign in range(5))
