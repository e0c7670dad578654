from django.urls import path

from . import views

app_name = "boards"
urlpatterns = [path("coverage/", views.coverage, name="coverage")]
