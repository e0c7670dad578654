from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from .gather import gather_access, gather_acts, gather_places, gather_rules


class ConfConfig(AppConfig):
    name = "lianxin.conf"
    label = "conf"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        autodiscover_modules("jobs")
        gather_access()
        gather_places()
        gather_acts()
        gather_rules()
