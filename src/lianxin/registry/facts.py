"""Organisations, bodies and memberships as frames: ids, days and what is counted, with their whole history.

Nothing here names anybody: an organisation, a body and a person are numbers, and a membership carries only its days.
"""

from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from lianxin.kit.frames import Column, Frame

from .models import BodySpan, CollectiveContract, Covering, Membership, OrganisationSpan, Term, Visit
from .models.imports import Import

SPAN: tuple[Column, ...] = (("valid_from", "day"), ("valid_until", "day"))


def as_seen(rows: "QuerySet[Any, Any]") -> "QuerySet[Any, Any]":
    """Recorded rows of all time as everybody sees them now: without what an unfinished import wrote or ended."""
    hidden = Import.hidden()
    if not hidden:
        found: QuerySet[Any, Any] = rows.annotate(until=F("valid_until"))
        return found
    reopened = Case(When(ended_in__in=hidden, then=Value(None)), default=F("valid_until"))
    seen: QuerySet[Any, Any] = rows.filter(Q(born_in=None) | ~Q(born_in__in=hidden)).annotate(until=reopened)
    return seen


def organisation_rows() -> "QuerySet[Any, Any]":
    has_code = Case(When(credit_code="", then=Value(False)), default=Value(True))
    spans = OrganisationSpan.objects.order_by("organisation", "pk").annotate(has_credit_code=has_code)
    return as_seen(spans).values_list(
        "organisation",
        "area",
        "placed",
        "site",
        "kind",
        "has_credit_code",
        "opened_on",
        "closed_on",
        "headcount",
        "women",
        "young_people",
        "league_members",
        "union_members",
        "is_new_org",
        "valid_from",
        "until",
    )


def body_rows() -> "QuerySet[Any, Any]":
    spans = as_seen(BodySpan.objects.order_by("body", "pk"))
    return spans.values_list("body", "body__line__code", "form", "kind", "area", "site", "valid_from", "until")


def covering_rows() -> "QuerySet[Any, Any]":
    spans = as_seen(Covering.objects.order_by("organisation", "pk"))
    return spans.values_list("organisation", "body", "valid_from", "until")


def term_rows() -> "QuerySet[Any, Any]":
    return Term.objects.seen().order_by("body", "pk").values_list("body", "valid_from", "valid_until")


def membership_rows() -> "QuerySet[Any, Any]":
    rows = Membership.objects.order_by("organisation", "pk").annotate(who=Coalesce("person__merged_into", "person"))
    return rows.values_list(
        "organisation", "body__line__code", "who", "registered_on", "left_on", "body", "verified_on"
    )


def visit_rows() -> "QuerySet[Any, Any]":
    return Visit.objects.order_by("organisation", "pk").values_list("organisation", "visited_on")


def contract_rows() -> "QuerySet[Any, Any]":
    rows = CollectiveContract.objects.order_by("organisation", "pk")
    return rows.values_list("organisation", "workers", "valid_from", "valid_until")


FACTS = (
    Frame(
        "organisation_spans",
        (
            ("organisation", "int"),
            ("area", "int"),
            ("placed", "text"),
            ("site", "int"),
            ("kind", "text"),
            ("has_credit_code", "bool"),
            ("opened_on", "day"),
            ("closed_on", "day"),
            ("headcount", "int"),
            ("women", "int"),
            ("young_people", "int"),
            ("league_members", "int"),
            ("union_members", "int"),
            ("is_new_org", "bool"),
            *SPAN,
        ),
        organisation_rows,
    ),
    Frame(
        "body_spans",
        (
            ("body", "int"),
            ("line", "text"),
            ("form", "text"),
            ("kind", "text"),
            ("area", "int"),
            ("site", "int"),
            *SPAN,
        ),
        body_rows,
    ),
    Frame("coverings", (("organisation", "int"), ("body", "int"), *SPAN), covering_rows),
    Frame("terms", (("body", "int"), *SPAN), term_rows),
    Frame(
        "memberships",
        (
            ("organisation", "int"),
            ("line", "text"),
            ("person", "int"),
            ("registered_on", "day"),
            ("left_on", "day"),
            ("body", "int"),
            ("verified_on", "day"),
        ),
        membership_rows,
    ),
    Frame("contracts", (("organisation", "int"), ("workers", "int"), *SPAN), contract_rows),
    Frame("visits", (("organisation", "int"), ("visited_on", "day")), visit_rows),
)
