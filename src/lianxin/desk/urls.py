from django.urls import path

from . import views

app_name = "desk"
urlpatterns = [
    path("", views.today_view, name="today"),
    path("search/", views.search, name="search"),
]
