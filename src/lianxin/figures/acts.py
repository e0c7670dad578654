"""What the audit trail says about figures."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTS: dict[str, str | Promise] = {
    "figures.snapshot.taken": _("Took a snapshot of the facts"),
}
