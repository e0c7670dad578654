"""The lines of the federation: as many as there are, under the names they go by."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.trail.operations import record

from ..models import Line


class LineTaken(Refused):
    text = _("There is a line with the code “%(code)s” already.")


@transaction.atomic
def add_line(*, code: str, name: str, name_en: str, actor: Actor, at: datetime) -> Line:
    """Add a line, such as the union or the league. Raises LineTaken."""
    if Line.objects.filter(code=code).exists():
        raise LineTaken(code=code)
    line = Line.objects.create(code=code, name=name, name_en=name_en or name)
    record("registry.line.added", line, actor=actor, at=at)
    return line
