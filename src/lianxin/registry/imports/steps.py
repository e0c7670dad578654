"""The four steps that a person goes through."""

from django.utils.translation import gettext_lazy as _

STEPS = [_("Choose a file"), _("Tell the columns apart"), _("Look"), _("Import")]
