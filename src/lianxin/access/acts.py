"""What the audit trail says about accounts, grants and tokens."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTS: dict[str, str | Promise] = {
    "access.account.opened": _("opened an account"),
    "access.account.closed": _("closed an account and handed its work over"),
    "access.account.reopened": _("opened a closed account again"),
    "access.account.changed": _("changed the name or address of an account"),
    "access.account.linked": _("made a link to set a password"),
    "access.account.factor_reset": _("removed the second factor of an account"),
    "access.account.signed_in": _("signed in"),
    "access.account.sign_in_failed": _("failed to sign in"),
    "access.account.signed_out_everywhere": _("ended all sessions of an account"),
    "access.account.password_set": _("set a new password"),
    "access.grant.given": _("gave a grant"),
    "access.grant.ended": _("ended a grant"),
    "access.token.made": _("made an API token"),
    "access.token.revoked": _("revoked an API token"),
}
