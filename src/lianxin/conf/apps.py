import os

from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import autodiscover_modules

from .gather import gather_access, gather_acts, gather_desk, gather_facts, gather_places, gather_rules
from .safety import refuse_unsafe


class ConfConfig(AppConfig):
    name = "lianxin.conf"
    label = "conf"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        if settings.PRODUCTION:
            refuse_unsafe(os.environ, settings)
        autodiscover_modules("jobs")
        gather_access()
        gather_places()
        gather_acts()
        gather_rules()
        gather_desk()
        gather_facts()

        from .entry import gather_entry  # forms know models, which are there only now

        gather_entry()
