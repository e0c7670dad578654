"""What the audit trail says happened."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTS: dict[str, str | Promise] = {
    "registry.organisation.added": _("added the organisation"),
    "registry.organisation.changed": _("changed facts of the organisation"),
    "registry.organisation.corrected": _("corrected facts of the organisation that were wrong from the start"),
    "registry.organisation.closed": _("closed the organisation"),
    "registry.organisation.reopened": _("reopened the organisation"),
    "registry.organisation.placed": _("placed the organisation in its area"),
    "registry.body.added": _("founded the body"),
    "registry.body.changed": _("changed facts of the body"),
    "registry.body.dissolved": _("dissolved the body"),
    "registry.body.covered": _("added an organisation to those the body covers"),
    "registry.body.uncovered": _("took an organisation from those the body covers"),
    "registry.term.opened": _("opened a term of office"),
    "registry.post.given": _("gave a post"),
    "registry.post.ended": _("ended a post"),
}
