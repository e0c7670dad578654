from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "lianxin.registry"
    label = "registry"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from .imports import jobs  # noqa: F401  registers its tasks
