"""What waits in the registry for an officer, and what a word finds there."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianxin.kit.actor import Actor
from lianxin.kit.search import Hit
from lianxin.kit.templatetags.lx import day as day_words
from lianxin.kit.waiting import WaitingLine
from lianxin.places.calendar import WorkingDays
from lianxin.rules.lookup import params_on

from ..imports.queries import waiting_lines as imports_waiting
from ..models.body import BodySpan
from ..models.imports import Import, seen_on
from ..models.organisation import OrganisationSpan
from ..models.person import Transfer
from ..scoping import scope_on
from ..search import matching
from .bodies import BodyFilter, body_rows
from .duplicates import waiting_pairs
from .organisations import OrganisationFilter, organisation_rows
from .people import PersonFilter, person_page
from .requests import requests_waiting

MOST = 99
ANSWER_DAYS = "transfer.answer_working_days"
"""The parameter that says within how many working days a transfer is answered."""


def waiting_lines(actor: Actor, day: date) -> list[WaitingLine]:
    """Organisations to place, pairs to compare, transfers to answer, imports to finish."""
    found = []
    if actor.may("registry.place_organisation", day):
        found += _to_place(actor, day)
    if actor.may("registry.decide_duplicates", day):
        found += _pairs(actor, day)
    if actor.may("registry.answer_transfer", day):
        found += _transfers(actor, day)
    return found + requests_waiting(actor, day) + imports_waiting(actor, day)


def _to_place(actor: Actor, day: date) -> list[WaitingLine]:
    scope = scope_on(actor, "registry.place_organisation", day)
    spans = OrganisationSpan.objects.filter(seen_on(day, Import.hidden()), placed="none").within(scope)
    count = spans.order_by()[: MOST + 1].count()
    if not count:
        return []
    title = ngettext("%(n)s organisation has no place yet", "%(n)s organisations have no place yet", count)
    return [
        WaitingLine(
            kind=_("Placing"),
            icon="map-pin-question",
            title=title % {"n": _number(count)},
            detail=_("Their address names no community or subdistrict. Until placed, they are missing in every area."),
            verb=_("Place them"),
            url=reverse("registry:to_place"),
        )
    ]


def _number(count: int) -> str:
    return f"{MOST}+" if count > MOST else str(count)


def _pairs(actor: Actor, day: date) -> list[WaitingLine]:
    count = waiting_pairs(actor, day, MOST + 1)
    if not count:
        return []
    title = ngettext("%(n)s pair of records may be one", "%(n)s pairs of records may be one", count)
    return [
        WaitingLine(
            kind=_("Duplicates"),
            icon="copy",
            title=title % {"n": _number(count)},
            detail=_("Names, codes, addresses or contacts are alike. If nobody confirms, both stay as they are."),
            verb=_("Compare them"),
            url=reverse("registry:duplicates"),
            is_proposal=True,
        )
    ]


def _answer_by(offered: list[date], day: date) -> dict[date, date]:
    """By when a transfer offered on a day is answered; nothing where no parameter says it."""
    limit = params_on(day).get(ANSWER_DAYS) if offered else None
    if limit is None or not isinstance(limit.value, int | float):
        return {}
    calendar, number = WorkingDays.read(), int(limit.value)
    return {since: calendar.add_working_days(since, number) for since in offered}


def _transfers(actor: Actor, day: date) -> list[WaitingLine]:
    scope = scope_on(actor, "registry.answer_transfer", day)
    bodies = BodySpan.objects.filter(seen_on(day, Import.hidden())).within(scope)
    offered = Transfer.objects.filter(to_body__in=bodies.values("body"), accepted_on=None, declined_on=None)
    rows = list(offered.select_related("membership__person").order_by("offered_on", "pk")[:5])
    due = _answer_by([row.offered_on for row in rows], day)
    return [
        WaitingLine(
            kind=_("Transfer"),
            icon="transfer-in",
            title=_("%(name)s is to join one of your bodies") % {"name": row.membership.person.name},
            detail=_("Offered on %(day)s. Nothing moves until you answer.") % {"day": day_words(row.offered_on)},
            verb=_("Answer"),
            url=reverse("registry:transfers"),
            due_on=due.get(row.offered_on),
            in_working_days=True,
        )
        for row in rows
    ]


def search(actor: Actor, text: str, day: date, limit: int) -> list[Hit]:
    """Organisations, bodies and people that hold every word, each within its own scope."""
    if matching("organisation", text) is None:  # nothing but signs: it would find everybody
        return []
    sources = (_organisation_hits, _body_hits, _person_hits)
    return [hit for source in sources for hit in source(actor, text, day, limit)]


def _organisation_hits(actor: Actor, text: str, day: date, limit: int) -> list[Hit]:
    if not actor.may("registry.view_organisations", day):
        return []
    scope = scope_on(actor, "registry.view_organisations", day)
    rows = organisation_rows(OrganisationFilter(day, q=text), scope, limit=limit)
    kind = _("Organisation")
    return [
        Hit(kind, "building", r.name, f"{r.area.full} {r.kind_word}", reverse("registry:organisation", args=[r.id]))
        for r in rows
    ]


def _body_hits(actor: Actor, text: str, day: date, limit: int) -> list[Hit]:
    if not actor.may("registry.view_bodies", day):
        return []
    rows = body_rows(BodyFilter(day, q=text), scope_on(actor, "registry.view_bodies", day), limit=limit)
    kind = _("Body")
    return [
        Hit(kind, "sitemap", r.name, f"{r.area.full} {r.kind_word}", reverse("registry:body", args=[r.id]))
        for r in rows
    ]


def _person_hits(actor: Actor, text: str, day: date, limit: int) -> list[Hit]:
    if not actor.may("registry.view_people", day):
        return []
    page = person_page(PersonFilter(day, q=text), scope_on(actor, "registry.view_people", day), limit=limit)
    kind = _("Person")
    return [
        Hit(
            kind,
            "user",
            r.name,
            r.memberships[0].body_name if r.memberships else r.area.full,
            reverse("registry:person", args=[r.id]),
        )
        for r in page.lines
    ]


__all__ = ["search", "waiting_lines"]
