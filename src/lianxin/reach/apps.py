from django.apps import AppConfig


class ReachConfig(AppConfig):
    name = "lianxin.reach"
    label = "reach"
    default_auto_field = "django.db.models.BigAutoField"
