"""Every address of the product; each app keeps its own list."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("", include("lianxin.kit.urls")),
]
