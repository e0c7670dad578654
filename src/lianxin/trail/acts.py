"""What the audit trail says about itself, and what its background work is called."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTS: dict[str, str | Promise] = {
    "trail.job.cancelled": _("cancelled background work"),
    "trail.job.retried": _("started background work again"),
}
JOBS: dict[str, str | Promise] = {
    "trail.seal": _("Seal the audit trail"),
    "trail.prune": _("Clear away old background work"),
}
