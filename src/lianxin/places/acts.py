"""What the audit trail says about places."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTS: dict[str, str | Promise] = {
    "places.scheme.loaded": _("Loaded the areas of a scheme"),
}
