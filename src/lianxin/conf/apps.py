from django.apps import AppConfig


class ConfConfig(AppConfig):
    name = "lianxin.conf"
    label = "conf"
    default_auto_field = "django.db.models.BigAutoField"
