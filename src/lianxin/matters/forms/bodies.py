"""Fields for bodies by their whole name: a district has thousands of them, too many for a list to choose from."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianxin.kit.scope import Scope
from lianxin.registry.models import Body
from lianxin.registry.naming import bodies_named, body_named

from ..queries.followed import offered_names, widest_federation

OWN, ALL = "bodies-own", "bodies-all"
"""Lists of names offered while one types: of the own line, of every line."""


class BodyField(forms.CharField):
    """One body, by its whole name. across_lines : bodies of other lines in the same areas may be named."""

    scope: Scope

    def __init__(self, *, across_lines: bool = False, **kwargs: Any) -> None:
        self.across_lines = across_lines
        offered = {"list": ALL if across_lines else OWN, "autocomplete": "off"}
        kwargs.setdefault("help_text", _("The whole name; federations are offered first while you type."))
        super().__init__(max_length=200, widget=forms.TextInput(attrs=offered), **kwargs)

    @property
    def reach(self) -> Scope:
        """Where bodies are looked for."""
        return self.scope.across_lines if self.across_lines else self.scope

    def clean(self, value: Any) -> Body | None:
        text = super().clean(value)
        return body_named(text, self.reach) if text else None


class BodiesField(forms.CharField):
    """Bodies of every line in the areas of the scope, by whole name, one a line."""

    scope: Scope

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=8000, widget=forms.Textarea(attrs={"rows": 3}), **kwargs)

    def clean(self, value: Any) -> list[Body]:
        return bodies_named(super().clean(value), self.scope.across_lines)


class NamesBodies(forms.Form):
    """A form with such fields; `offered` goes into the page as lists of names."""

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope
        for field in self.fields.values():
            if isinstance(field, (BodyField, BodiesField)):
                field.scope = scope
            if isinstance(field, BodyField) and not field.across_lines:
                field.initial = widest_federation(scope)

    def offered(self) -> list[tuple[str, list[str]]]:
        """Id and names of every list that a field asks for."""
        asked = {
            field.widget.attrs["list"]: field.reach for field in self.fields.values() if isinstance(field, BodyField)
        }
        return [(code, offered_names(reach, self.scope)) for code, reach in asked.items()]
