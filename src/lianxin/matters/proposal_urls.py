"""Address of the public list of proposals."""

from django.urls import path

from .views import representatives

app_name = "proposals"
urlpatterns = [path("", representatives.public_list, name="proposals")]
