"""What the audit trail says happened."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTS: dict[str, str | Promise] = {
    # visits
    "reach.visits.planned": _("put visits on a list"),
    "reach.visit.moved": _("moved a visit to another day or officer"),
    "reach.visit.cancelled": _("took a visit off the list"),
    "reach.visit.put_first": _("put a visit first on the list"),
    "reach.visit.recorded": _("recorded a visit"),
    "reach.difference.chosen": _("chose between two counts"),
}
