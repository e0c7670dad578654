from django.urls import path

from . import views

app_name = "trail"
urlpatterns = [
    path("health/", views.health, name="health"),
]
