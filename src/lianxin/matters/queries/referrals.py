"""Referrals as the three sides see them: who refers, who agrees, who receives."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.clock import day_of
from lianxin.kit.templatetags.lx import listed
from lianxin.registry.models import Agreement, BodySpan, OrganisationSpan

from ..models import Matter, Referral
from ..operations.referrals import ANSWER, purpose_of
from .remaining import due_day

FIELDS: dict[str, str | Promise] = {
    "need": _("What kind of need"),
    "words": _("The person's own words"),
    "place": pgettext_lazy("referral", "Where"),
    "name": pgettext_lazy("person", "Name"),
    "contact": _("Contact"),
    "safe_rule": _("How to reach the person safely"),
}
"""What can go along, in words."""


WITH = ("matter__kind", "matter__words", "matter__parent")


@dataclass(frozen=True, slots=True)
class ReferralLine:
    """One referral in a list.

    to : the side it goes to. sender : the body that leads the matter it came from. purpose : what it
    is for; of a shut matter it is read on the page only. asks : the person has not answered
    yet. runs : sent and not over, so consent can be taken back. due_on : by when the other side answers.
    """

    id: int
    number: str
    to: str
    sender: str
    purpose: str
    passed: str
    state: str
    expires_on: date
    asks: bool
    runs: bool
    is_taken: bool
    is_shut: bool
    due_on: date | None
    sent_at: datetime | None


def referrals_of(matter: Matter, day: date, *, opens: bool = False) -> list[ReferralLine]:
    """Every referral of a matter, the newest first: three queries. opens : also what those of shut ones are for."""
    rows = Referral.objects.filter(matter__parent=matter).select_related(*WITH).order_by("-pk")
    return _lines(list(rows), day, opens=opens)


def received(actor: Actor, day: date, *, limit: int = 200) -> list[ReferralLine]:
    """Referrals that were sent to a side the actor works for, running ones first."""
    rows = Referral.objects.received_within(actor.scope(ANSWER, day)).select_related(*WITH)
    kept = list(rows.order_by("-matter__is_open", "expires_on", "-pk")[:limit])
    holding = set(
        Agreement.objects.on(day)
        .filter(organisation__in={r.to_partner_id for r in kept if r.to_partner_id})
        .values_list("organisation", flat=True)
    )
    ours = _lines([r for r in kept if r.to_partner_id is None or r.to_partner_id in holding], day)
    return [replace(line, state=_for_us(line)) if line.runs else line for line in ours]


def _for_us(line: ReferralLine) -> str:
    """How one that runs stands, for the side that received it."""
    if line.is_taken:
        return pgettext("a referral, for the side that received it", "Taken, outcome to be given")
    return pgettext("a referral, for the side that received it", "Waits for us")


def _lines(rows: list[Referral], day: date, *, opens: bool = False) -> list[ReferralLine]:
    if not rows:
        return []
    senders = {r.pk: _sender(r) for r in rows}
    bodies = BodySpan.objects.on(day).filter(body__in={*senders.values(), *(r.to_body_id for r in rows)} - {None})
    partners = OrganisationSpan.objects.on(day).filter(organisation__in={r.to_partner_id for r in rows})
    names: dict[tuple[str, int | None], str] = {("body", pk): name for pk, name in bodies.values_list("body", "name")}
    names |= {("partner", pk): name for pk, name in partners.values_list("organisation", "name")}
    is_zh = (get_language() or "zh").startswith("zh")
    lines = []
    for row in rows:
        state = row.matter.kind.kind.state(row.matter.state)
        side = ("body", row.to_body_id) if row.to_body_id else ("partner", row.to_partner_id)
        passed = listed(str(FIELDS[name]) for name in row.fields)
        word = state.zh if is_zh else state.en
        is_on = day < row.expires_on
        asks, runs = is_on and state.code == "offered", is_on and state.code in ("sent", "taken")
        line = ReferralLine(
            id=row.pk,
            number=row.matter.number,
            to=names.get(side, "—"),
            sender=names.get(("body", senders[row.pk]), ""),
            purpose=purpose_of(row) if opens or not row.matter.is_shut else "",
            is_shut=row.matter.is_shut,
            passed=passed,
            state=word,
            expires_on=row.expires_on,
            asks=asks,
            runs=runs,
            is_taken=state.code == "taken",
            due_on=due_day(row.matter.due_at, "days") if runs and row.matter.due_at else None,
            sent_at=row.sent_at,
        )
        lines.append(line)
    return lines


def _sender(row: Referral) -> int | None:
    source = row.matter.parent
    return (source.first_body_id or source.body_id) if source else None


def partners_on(at: datetime) -> list[tuple[int, str]]:
    """Organisations with an agreement today: (id, name and what they agreed to do)."""
    day = day_of(at)
    scopes: dict[int, list[str]] = {}
    for organisation, scope in Agreement.objects.on(day).order_by("pk").values_list("organisation", "scope"):
        scopes.setdefault(organisation, []).append(scope)
    spans = OrganisationSpan.objects.on(day).filter(organisation__in=scopes).order_by("name")
    return [(pk, f"{name} · {'；'.join(scopes[pk])}") for pk, name in spans.values_list("organisation", "name")]
