from django.apps import AppConfig
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms import Field
from django.utils.translation import gettext_lazy as _

OUR_WORDS = (
    _("Enter a valid date."),
    _("Enter a whole number."),
    _("Select a valid choice. That choice is not one of the available choices."),
)
"""Sentences of Django's forms that are said in our own Chinese: the catalogue of an app goes before Django's."""
REQUIRED = _("Please fill this in.")
AT_LEAST = _("Please enter %(limit_value)s or more.")
AT_MOST = _("Please enter %(limit_value)s or less.")


class KitConfig(AppConfig):
    name = "lianxin.kit"
    label = "kit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say in every form, in plain words, what is missing or out of range."""
        Field.default_error_messages["required"] = REQUIRED
        MinValueValidator.message = AT_LEAST
        MaxValueValidator.message = AT_MOST
