"""The acts of the MAY table in words: what a person may do, as the page "who may what" says it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

APPS: dict[str, str | Promise] = {
    "desk": _("Today and search"),
    "boards": _("Coverage and reports"),
    "figures": _("Figures"),
    "registry": _("Registry"),
    "reach": _("Reach"),
    "rules": _("Rules"),
    "access": _("Accounts and grants"),
    "places": _("Areas and sites"),
    "trail": _("Audit and background jobs"),
    "kit": _("System"),
    "conf": _("Settings"),
}

TEXTS: dict[str, str | Promise] = {
    "kit.view_gallery": _("See the gallery of components"),
    "conf.view_settings": _("Open the settings"),
    "desk.view_today": _("See what waits for me"),
    "rules.view_rules": _("See rules, decision tables and parameters"),
    "rules.try_rules": _("Try a rule and see how many match"),
    "rules.edit_rules": _("Write rules and put them in force"),
    "rules.edit_parameters": _("Set parameters"),
    "places.view_areas": _("See areas"),
    "places.change_areas": _("Split, merge, move and rename areas"),
    "places.import_shapes": _("Import outlines of areas"),
    "places.view_sites": _("See sites"),
    "places.change_sites": _("Add and change sites"),
    "places.view_calendar": _("See the working calendar"),
    "places.import_calendar": _("Import the working calendar"),
    "registry.view_organisations": _("See organisations"),
    "registry.change_organisation": _("Enter and change organisations"),
    "registry.place_organisation": _("Place organisations in their areas"),
    "registry.export_organisations": _("Export organisations"),
    "registry.view_bodies": _("See bodies"),
    "registry.change_body": _("Change bodies and hold elections"),
    "registry.view_people": _("See people, without contact details"),
    "registry.change_person": _("Enter and change people"),
    "registry.erase_person": _("Erase a person on request"),
    "registry.answer_transfer": _("Accept and decline transfers"),
    "registry.decide_duplicates": _("Decide whether two records are one"),
    "registry.view_imports": _("See imports"),
    "registry.start_import": _("Import rosters"),
    "registry.undo_import": _("Undo imports"),
    "figures.view_cells": _("See figures"),
    "figures.view_snapshots": _("See the snapshots of figures"),
    "figures.take_snapshot": _("Take a snapshot of figures"),
    "reach.view_visits": _("See lists of visits"),
    "reach.plan_visits": _("Plan, move and cancel visits"),
    "reach.record_visits": _("Record visits"),
    "reach.view_blind_spots": _("See blind spots"),
    "reach.view_foundings": _("See foundings that are not protected"),
    "reach.handle_founding": _("Start foundings and handle those one is named for"),
    "reach.decide_founding": _("Approve foundings or send them back"),
    "reach.view_renewals": _("See renewals and terms"),
    "reach.lead_renewal": _("Lead renewals of bodies"),
    "trail.view_jobs": _("See background jobs"),
    "trail.manage_jobs": _("Restart and cancel background jobs"),
    "trail.view_entries": _("Read the audit trail"),
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
