"""Who works where, and how often forms were filled in, as frames: no names, and of the work only counts by area."""

from typing import Any

from django.db.models import Case, Count, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, TruncDate

from lianxin.kit.entry import FIELDS
from lianxin.kit.frames import Frame
from lianxin.trail.queries import done_by_accounts

from .models import Account, Grant


def _area_of(account: str) -> Coalesce:
    """Where an account belongs, else where its first grant is."""
    home = Account.objects.filter(pk=OuterRef(account)).values("home__area")
    granted = Grant.objects.filter(account=OuterRef(account), node__kind="area").order_by("pk").values("node__area")
    return Coalesce(Subquery(home[:1]), Subquery(granted[:1]))


def desk_rows() -> "QuerySet[Any, Any]":
    rows = Account.objects.order_by("pk").annotate(place=_area_of("pk"), since=TruncDate("date_joined"))
    return rows.filter(place__isnull=False).values_list("place", "since", "left_on")


def entry_rows() -> "QuerySet[Any, Any]":
    fields = Case(*(When(act=act, then=Value(n)) for act, n in sorted(FIELDS.items())), output_field=IntegerField())
    rows = done_by_accounts(sorted(FIELDS)).annotate(place=_area_of("actor_id"), day=TruncDate("at"), fields=fields)
    counted = rows.filter(place__isnull=False).values("place", "act", "day", "fields").annotate(times=Count("pk"))
    return counted.order_by("place", "act", "day").values_list("place", "act", "day", "fields", "times")


FACTS = (
    Frame("desks", (("area", "int"), ("valid_from", "day"), ("valid_until", "day")), desk_rows),
    Frame(
        "form_entries",
        (("area", "int"), ("act", "text"), ("on_day", "day"), ("fields", "int"), ("times", "int")),
        entry_rows,
    ),
)
