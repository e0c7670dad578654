"""The public page of what bodies mended in themselves."""

from django.urls import URLPattern, path

from .views import problems

app_name = "problems"
urlpatterns: list[URLPattern] = [path("", problems.published, name="published")]
