"""Organisations that somebody names in a form, by credit code or whole name."""

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lianxin.kit.scope import Scope

from .codes import normalise_code
from .models import Organisation, OrganisationSpan


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
