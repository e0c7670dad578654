"""What of referrals waits on Today: for the side that received one, and for whoever referred and has the answer."""

from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from lianxin.kit.actor import Actor
from lianxin.kit.clock import now
from lianxin.kit.waiting import WaitingLine
from lianxin.registry.scoping import scope_on

from ..models import Event, Matter, Referral
from ..operations.referrals import ANSWER
from .desk_list import VIEW, lines
from .referrals import received, referrals_of

MOST = 12
SHOWN_DAYS = 14
"""So long the end of a referral stands on Today, unless somebody works on the matter before."""


def referrals_waiting(actor: Actor, day: date) -> list[WaitingLine]:
    """Referrals to take or answer, then those that came to an end. Bounded queries only."""
    return _to_answer(actor, day) + _ended(actor, day)


def _to_answer(actor: Actor, day: date) -> list[WaitingLine]:
    if not actor.may(ANSWER, day):
        return []
    return [
        WaitingLine(
            kind=_("Referral"),
            icon="arrow-guide",
            title=line.purpose or line.number,
            detail=" · ".join(part for part in (line.sender, line.state) if part),
            verb=_("Give the outcome") if line.is_taken else _("Take or decline it"),
            url=reverse("matters:referral", args=[line.id]),
            someone_waits=True,
            due_on=line.due_on,
            is_confidential=line.is_shut,
        )
        for line in received(actor, day, limit=MOST)
        if line.runs
    ]


def _ended(actor: Actor, day: date) -> list[WaitingLine]:
    """The other side answered, declined or did not answer in time, and nobody has gone on with the matter since."""
    if not actor.may("matters.handle_matters", day):
        return []
    at, since = now(), OuterRef("matter__closed_at")
    later = Event.objects.filter(matter=OuterRef("matter__parent"), actor_kind="account", at__gt=since)
    rows = Referral.objects.filter(matter__closed_at__gt=at - timedelta(days=SHOWN_DAYS), matter__parent__is_open=True)
    rows = rows.filter(~Exists(later), sent_at__isnull=False).order_by(F("matter__closed_at").desc())
    near = Matter.objects.filter(pk__in=list(rows.values_list("matter__parent", flat=True)[: MOST * 4]))
    seen = near.within(scope_on(actor, VIEW, day)) | near.handled_by(actor.id)
    sources = list(seen.distinct().order_by("pk")[:MOST])
    return [
        WaitingLine(
            kind=_("Referral"),
            icon="arrow-guide",
            title=line.name,
            detail=" · ".join(f"{each.to}：{each.state}" for each in referrals_of(source, day)[:1]),
            verb=_("Go on with it"),
            url=reverse("matters:matter", args=[source.pk]),
            someone_waits=True,
            is_confidential=line.is_shut,
        )
        for source, line in zip(sources, lines(sources, actor, at), strict=True)
    ]
