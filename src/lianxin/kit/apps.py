from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

OUR_WORDS = (
    _("This field is required."),
    _("Enter a valid date."),
    _("Enter a whole number."),
    _("Select a valid choice. That choice is not one of the available choices."),
)
"""Sentences of Django's forms that are said in our own Chinese: the catalogue of an app goes before Django's."""


class KitConfig(AppConfig):
    name = "lianxin.kit"
    label = "kit"
    default_auto_field = "django.db.models.BigAutoField"
