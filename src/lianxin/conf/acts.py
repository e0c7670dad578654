"""Texts of the acts recorded here."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "conf.demonstration.seeded": _("Demonstration data filled in"),
    "conf.backup.begun": _("Began a backup"),
    "conf.backup.restored": _("Restored the installation from a backup"),
}
