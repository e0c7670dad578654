"""Matters as frames: ids, moments and codes, with their whole history.

Nothing here says what a matter is about: no words, no title, no note, no name, no employer, no level. Of what is shut
no more is here than of all others: that there was a matter of a kind, where, and how it went.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, Case, DateTimeField, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from lianxin.kit.frames import Column, Frame

from .models import CallBack, ClockRun, Dispatch, Event, Handler, Matter, StoredKind, ThemeMember
from .promises import knows_contact, outcome_of
from .round_facts import ROUNDS

RECOVERED = {"agree", "agree_in_part", "perform"}
"""Steps of a dispute with which the wages that come back are entered; of each matter the largest counts."""
MOST = Decimal(10) ** 12


def matter_rows() -> "QuerySet[Any, Any]":
    """A referral is the work of the body that gives the matter on, until another is said to have it."""
    rows = Matter.objects.order_by("pk").annotate(
        now_with=Coalesce("body", Case(When(code="referral", then=F("parent__body")))),
        first_with=Coalesce("first_body", Case(When(code="referral", then=F("parent__first_body")))),
    )
    names = ("pk", "code", "kind", "area", "now_with", "first_with", "arrived_at", "contacted_at", "answered_at")
    return rows.values_list(*names)


def state_rows() -> Iterator[tuple[int, str, str, bool]]:
    """What each state of each version of a kind means: few rows, read off the kinds themselves."""
    for stored in StoredKind.objects.order_by("pk"):
        kind = stored.kind
        for state in kind.states:
            yield stored.pk, state.code, outcome_of(kind, state.code), knows_contact(kind)


def event_rows() -> "QuerySet[Any, Any]":
    rows = Event.objects.filter(act__in=("opened", "step")).exclude(state="").order_by("matter", "seq")
    return rows.values_list("matter", "seq", "at", "state")


def run_rows() -> "QuerySet[Any, Any]":
    rows = ClockRun.objects.order_by("matter", "pk")
    return rows.values_list("matter", "clock", "is_closing", "started_at", "due_at", "met_at")


def dispatch_rows() -> "QuerySet[Any, Any]":
    rows = Dispatch.objects.order_by("pk")
    return rows.values_list("pk", "matter", "body", "at", "objected_at", "decided_at", "is_kept")


def naming_rows() -> "QuerySet[Any, Any]":
    """When somebody was first named for a matter; not who."""
    return Handler.objects.order_by("matter", "pk").values_list("matter", "since")


def call_back_rows() -> "QuerySet[Any, Any]":
    own = Case(When(by_label="requester", then=Value(True)), default=Value(False), output_field=BooleanField())
    rows = CallBack.objects.order_by("pk").annotate(is_own=own)
    return rows.values_list("pk", "matter", "at", "is_reached", "is_own", "solved", "rating")


def theme_rows() -> "QuerySet[Any, Any]":
    """Since when the theme of a matter is one that was dealt with before: a joint matter, or the answer to all."""
    taken_up, answered = F("theme__joint__arrived_at"), F("theme__follows__closed_at")
    rows = ThemeMember.objects.annotate(taken_up=taken_up, answered=answered).exclude(taken_up=None, answered=None)
    since = Case(
        When(Q(answered=None) | Q(taken_up__lt=F("answered")), then=F("taken_up")),
        default=F("answered"),
        output_field=DateTimeField(),
    )
    return rows.order_by("matter").annotate(since=since).values_list("matter", "since")


def amount_rows() -> Iterator[tuple[int, Any, int]]:
    """Yuan that came back, where a number was entered; words are left out."""
    rows = Event.objects.filter(act="step", step__in=RECOVERED).order_by("matter", "seq")
    for matter, at, facts in rows.values_list("matter", "at", "facts"):
        yuan = yuan_of(str(facts.get("amount", "")))
        if yuan is not None:
            yield matter, at, yuan


def yuan_of(text: str) -> int | None:
    """A whole number of yuan, read from what was entered such as `12,500.50` or `12500 元`; None for anything else."""
    plain = text.strip().removesuffix("元").replace(",", "").replace("，", "").strip()
    if not plain.isascii() or not plain.replace(".", "", 1).isdecimal():
        return None
    value = Decimal(plain)
    return round(value) if value < MOST else None


CALL_BACK: tuple[Column, ...] = (("is_reached", "bool"), ("is_own", "bool"), ("solved", "text"), ("rating", "int"))
FACTS = (
    Frame(
        "matters",
        (
            ("matter", "int"),
            ("kind", "text"),
            ("version", "int"),
            ("area", "int"),
            ("body", "int"),
            ("first_body", "int"),
            ("arrived_at", "moment"),
            ("contacted_at", "moment"),
            ("answered_at", "moment"),
        ),
        matter_rows,
    ),
    Frame(
        "matter_states",
        (("version", "int"), ("state", "text"), ("outcome", "text"), ("knows_contact", "bool")),
        state_rows,
    ),
    Frame(
        "matter_events",
        (("matter", "int"), ("seq", "int"), ("entered_at", "moment"), ("state", "text")),
        event_rows,
    ),
    Frame(
        "matter_clocks",
        (
            ("matter", "int"),
            ("clock", "text"),
            ("is_closing", "bool"),
            ("started_at", "moment"),
            ("due_at", "moment"),
            ("met_at", "moment"),
        ),
        run_rows,
    ),
    Frame(
        "matter_dispatches",
        (
            ("dispatch", "int"),
            ("matter", "int"),
            ("body", "int"),
            ("given_at", "moment"),
            ("objected_at", "moment"),
            ("decided_at", "moment"),
            ("is_kept", "bool"),
        ),
        dispatch_rows,
    ),
    Frame("matter_namings", (("matter", "int"), ("since", "moment")), naming_rows),
    Frame(
        "matter_call_backs",
        (("call_back", "int"), ("matter", "int"), ("tried_at", "moment"), *CALL_BACK),
        call_back_rows,
    ),
    Frame("matter_amounts", (("matter", "int"), ("noted_at", "moment"), ("yuan", "int")), amount_rows),
    Frame("theme_matters", (("matter", "int"), ("treated_at", "moment")), theme_rows),
    *ROUNDS,
)
