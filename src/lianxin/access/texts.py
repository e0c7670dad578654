"""The acts of the MAY table in words: what a person may do, as the page "who may what" says it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

APPS: dict[str, str | Promise] = {
    "desk": _("Today and search"),
    "boards": _("Coverage and reports"),
    "figures": _("Figures"),
    "registry": _("Registry"),
    "rules": _("Rules"),
    "access": _("Accounts and grants"),
    "places": _("Areas and sites"),
    "trail": _("Audit and background jobs"),
    "kit": _("System"),
}

TEXTS: dict[str, str | Promise] = {
    "desk.view_today": _("See what waits for me"),
    "rules.view_rules": _("See rules, decision tables and parameters"),
    "rules.try_rules": _("Try a rule and see how many match"),
    "rules.edit_rules": _("Write rules and put them in force"),
    "rules.edit_parameters": _("Set parameters"),
    "access.view_accounts": _("See accounts and their grants"),
    "access.open_account": _("Open accounts"),
    "access.close_account": _("Close accounts and hand their work over"),
    "access.help_account": _("Help somebody back in: password link, second factor, end sessions"),
    "access.give_grant": _("Give grants"),
    "access.end_grant": _("End grants"),
    "access.make_token": _("Make API tokens for oneself"),
    "access.revoke_token": _("Revoke API tokens of others"),
    "access.view_rights": _("See who may do what"),
}


def act_text(act: str) -> str:
    """An act in the reader's language."""
    return str(TEXTS.get(act, act))
