"""Texts of the acts recorded here."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "conf.demonstration.seeded": _("Demonstration data filled in"),
    "conf.backup.begun": _("began a backup"),
    "conf.backup.restored": _("restored the installation from a backup"),
    "conf.installation.set_up": _("set the installation up"),
}
