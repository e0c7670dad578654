"""The pages of the registry as links: those that this person may open."""

from django import template
from django.template import RequestContext
from django.urls import resolve, reverse
from django.utils.translation import gettext_lazy as _

from lianxin.kit.clock import today
from lianxin.kit.navigation import PartLink

register = template.Library()
TABS = (
    ("organisations", _("Organisations")),
    ("bodies", _("Bodies")),
    ("people", _("People")),
    ("to_place", _("To be placed")),
    ("duplicates", _("May be one")),
    ("imports", _("Imports")),
    ("requests", _("Requests about the own data")),
)


@register.simple_tag(takes_context=True)
def registry_tabs(context: RequestContext, here: str) -> list[PartLink]:
    """The tabs, each with whether it is this page."""
    may = context["request"].actor.may
    found = [(name, label, reverse(f"registry:{name}")) for name, label in TABS]
    return [
        PartLink(str(label), url, name == here)
        for name, label, url in found
        if may(getattr(resolve(url).func, "act", ""), today())
    ]
