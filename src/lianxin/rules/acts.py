"""What the audit trail says about rules and parameters."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTS: dict[str, str | Promise] = {
    "rules.parameter.added": _("added a parameter"),
    "rules.parameter.set": _("set a new value of a parameter"),
    "rules.rule.added": _("added a rule"),
    "rules.rule.saved": _("saved a new version of a rule"),
    "rules.rule.put_in_force": _("put a version of a rule in force"),
    "rules.rule.ended": _("ended a rule"),
    "rules.table.added": _("added a decision table"),
    "rules.table.saved": _("saved a new version of a decision table"),
    "rules.source.verified": _("confirmed that a text agrees with its source"),
}
