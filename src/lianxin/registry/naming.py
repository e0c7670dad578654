"""Organisations and bodies that somebody names in a form, by credit code or whole name."""

import re

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lianxin.kit.scope import Scope
from lianxin.kit.templatetags.lx import listed
from lianxin.places.models import AreaSpan

from .codes import normalise_code
from .models import Body, BodySpan, Organisation, OrganisationSpan
from .models.imports import Import, seen_on
from .queries.places import area_names

_IN_AREA = re.compile(r"(.+?)\s*[（(]([^（）()]+)[）)]")
"""A name with the area behind it, for one that several bear."""


def organisations_named(text: str, scope: Scope) -> list[Organisation]:
    """Organisations of the scope, one a line, by credit code or whole name. Raises ValidationError."""
    found: list[Organisation] = []
    for wanted in filter(None, (part.strip() for part in text.splitlines())):
        spans = OrganisationSpan.objects.filter(valid_until=None).within(scope)
        rows = list(spans.filter(Q(credit_code=normalise_code(wanted), credit_code__gt="") | Q(name=wanted))[:2])
        if len(rows) != 1:
            wording = _("“%(name)s”: several organisations bear this name; use the credit code.")
            missing = _("“%(name)s”: no organisation in your scope has this code or name.")
            raise ValidationError(wording if rows else missing, params={"name": wanted})
        found.append(Organisation(pk=rows[0].organisation_id))
    return found


def body_named(text: str, scope: Scope) -> Body:
    """The body of the scope that bears this whole name, with the area in brackets where several do.

    Raises ValidationError.
    """
    wanted = " ".join(text.split())
    spans = BodySpan.objects.filter(seen_on(scope.day, Import.hidden())).within(scope)
    rows = list(spans.filter(name=wanted).select_related("body__line").order_by("pk")[:6])
    if not rows and (parts := _IN_AREA.fullmatch(wanted)):
        places = AreaSpan.objects.on(scope.day).filter(name=parts[2].strip()).values("area")
        rows = list(spans.filter(name=parts[1], area__in=places).select_related("body__line").order_by("pk")[:6])
    if not rows:
        raise ValidationError(_("“%(name)s”: no body in your areas bears this whole name."), params={"name": wanted})
    if len(rows) > 1:
        areas = area_names((row.area_id for row in rows), scope.day)
        where = listed(dict.fromkeys(areas[row.area_id].name for row in rows if row.area_id in areas))
        several = _("“%(name)s”: several bodies bear this name. Put the area in brackets behind it: %(areas)s")
        raise ValidationError(several, params={"name": wanted, "areas": where})
    return rows[0].body


def bodies_named(text: str, scope: Scope) -> list[Body]:
    """Bodies of the scope, one a line, each once. Raises ValidationError with every name that fits none."""
    found: dict[int, Body] = {}
    faults: list[ValidationError] = []
    for wanted in filter(None, (part.strip() for part in text.splitlines())):
        try:
            body = body_named(wanted, scope)
        except ValidationError as fault:
            faults.append(fault)
        else:
            found[body.pk] = body
    if faults:
        raise ValidationError(faults)
    return list(found.values())
